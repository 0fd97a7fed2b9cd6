// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>What a call came to. Texts of the remote station are untrusted and PHI: made safe to show, not to
/// log.</summary>
public sealed record T30Result
{
    public required T30EndReason EndReason { get; init; }

    public string Clause => EndReason.Row().Clause;

    public string Words => EndReason.Row().Words;

    public bool IsSuccess => EndReason.Row().IsSuccess;

    public bool RetryMayHelp => EndReason.Row().RetryMayHelp;

    /// <summary>Pages that the other side confirmed (MCF, RTP).</summary>
    public int PagesSent { get; init; }

    /// <summary>Pages that we confirmed, each kept by the host before.</summary>
    public int PagesReceived { get; init; }

    /// <summary>Pages confirmed in either direction.</summary>
    public int PagesConfirmed => PagesSent + PagesReceived;

    /// <summary>The last DCS in force; null if the call never came so far.</summary>
    public FaxModulation? Modulation { get; init; }

    public bool Ecm { get; init; }

    public FaxCompression? Compression { get; init; }

    public PageFormat? Format { get; init; }

    /// <summary>CSI, TSI or CIG of the other side.</summary>
    public string? RemoteStationId { get; init; }

    /// <summary>What the other side said that it can do, if we called; null before its DIS.</summary>
    public StationAbilities? RemoteAbilities { get; init; }

    /// <summary>SUB, SEP, PWD or SID of the other side.</summary>
    public T30Addressing RemoteAddressing { get; init; } = new(null, null, null);

    /// <summary>Sums over all pages received.</summary>
    public int Rows { get; init; }

    public int BadRows { get; init; }

    public int LostOctets { get; init; }

    /// <summary>ECM frames that were sent or asked for again.</summary>
    public int EcmFramesRepeated { get; init; }

    /// <summary>Frames with a wrong FCS, or too short for their type.</summary>
    public int BadFrames { get; init; }

    /// <summary>How often training failed (FTT, sent or received).</summary>
    public int TrainingFailures { get; init; }

    /// <summary>When the call ended, since Start.</summary>
    public TimeSpan Duration { get; init; }
}
