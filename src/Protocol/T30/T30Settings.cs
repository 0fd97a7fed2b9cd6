// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>Image modems of a station (T.30 Table 2, bits 11–14). V.27 ter at 2,400 bit/s is always there.</summary>
[Flags]
public enum FaxModems
{
    V27TerFallBack = 0,
    V27Ter = 1,
    V29 = 2,
    V17 = 4,
    All = V27Ter | V29 | V17,
}

/// <summary>What a calling station sent to be let in or routed (SUB, SID, SEP, PWD): untrusted text, made
/// safe.</summary>
public sealed record T30Addressing(string? SubAddress, string? SelectivePolling, string? Password);

/// <summary>What this station is and may do. One instance may serve many calls.</summary>
public sealed record T30Settings
{
    /// <summary>Our number, sent as CSI, TSI or CIG; empty sends none.</summary>
    public string StationId { get; init; } = "";

    /// <summary>Error correction mode (T.30 Annex A).</summary>
    public bool Ecm { get; init; } = true;

    /// <summary>Sender: ask for frames of 64 octets instead of 256 (T.4 §A.3.6.1.2).</summary>
    public bool EcmFrames64 { get; init; }

    /// <summary>Codings that we can send and receive; MH is always among them.</summary>
    public IReadOnlySet<FaxCompression> Compressions { get; init; }
        = new HashSet<FaxCompression> { FaxCompression.Mh, FaxCompression.Mr, FaxCompression.Mmr };

    /// <summary>Resolutions that we can receive, and send unscaled; Standard is always among them.</summary>
    public IReadOnlySet<FaxResolution> Resolutions { get; init; }
        = new HashSet<FaxResolution>(Enum.GetValues<FaxResolution>());

    /// <summary>The widest page that we receive (a station that takes A3 takes B4 and A4: T.30 Table 2, bits
    /// 17–18).</summary>
    public PageWidth WidthMax { get; init; } = PageWidth.A3;

    public FaxModems Modems { get; init; } = FaxModems.All;

    /// <summary>The fastest image rate in bit/s, both ways: 2,400 to 14,400 (T.30 Table 2, bits 11–14).</summary>
    public int RateMax { get; init; } = 14_400;

    /// <summary>Receiver: the least time that a row may take on the line, in milliseconds: 0, 5, 10, 20 or 40 (T.30
    /// Table 2, bits 21–23).</summary>
    public int MinimumScanLineMs { get; init; }

    /// <summary>Calling station: fetch the called station's document (T.30 §3.3: polling). With pages too, they are
    /// sent first.</summary>
    public bool Poll { get; init; }

    /// <summary>Sent as SUB if the called station can take it.</summary>
    public string? SubAddress { get; init; }

    /// <summary>Sent as SEP when polling, if the called station can take it.</summary>
    public string? SelectivePolling { get; init; }

    /// <summary>Sent as PWD when polling and as SID when sending, if the called station can take it.</summary>
    public string? Password { get; init; }

    /// <summary>Called station: may this caller send to us or poll us? Asked at DCS and DTC; false ends the call by
    /// DCN. Null lets all in.</summary>
    public Func<T30Addressing, bool>? Admit { get; init; }

    /// <summary>Calling station: is this the station that was meant? Given the number that it answers with (CSI, T.30
    /// §5.3.6.2.4), made safe; null or empty where it sends none. Asked at DIS, before a password or a page leaves, and
    /// once more before a page if another CSI came since; false ends the call by DCN. Null takes
    /// any.</summary>
    public Func<string?, bool>? Recognise { get; init; }

    /// <summary>Calling station: ask who answers and no more. The called station's DIS ends the call by DCN (T.30
    /// §5.3.6.1.8), as <see cref="T30EndReason.Identified"/>, before a training or a page; pages and
    /// <see cref="Poll"/> count for nothing.</summary>
    public bool IdentifyOnly { get; init; }

    /// <summary>Sender: how often a page is sent again after RTN, each time one rate lower, before we
    /// disconnect. Our default: T.30 §5.3.6.1.7 leaves the count open.</summary>
    public int RtnResendsMax { get; init; } = 2;

    /// <summary>Sender: how often CTC may follow a fourth PPR (each lowers the rate if it can) before EOR (T.30
    /// §A.4.1).</summary>
    public int CtcRoundsMax { get; init; } = 4;

    public T30Limits Limits { get; init; } = T30Limits.Default;

    public T30Timing Timing { get; init; } = T30Timing.Default;
}

/// <summary>Which side of the call we are (T.30 §1.2).</summary>
public enum T30Role
{
    Calling,
    Called,
}

/// <summary>Phases of a call (T.30 §3.2).</summary>
public enum T30Phase
{
    /// <summary>Set-up: CNG and CED.</summary>
    A,
    /// <summary>Identification and selection of facilities.</summary>
    B,
    /// <summary>Message transmission.</summary>
    C,
    /// <summary>Post-message procedure.</summary>
    D,
    /// <summary>Release.</summary>
    E,
}
