// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;

namespace Hermetic.Cli.Listen;

/// <summary>What `hermetic listen` was told.</summary>
internal sealed record ListenOptions
{
    public required IReadOnlyList<SipListener> Sip { get; init; }

    /// <summary>Where faxes are written.</summary>
    public required string Folder { get; init; }

    /// <summary>End after one call.</summary>
    public bool Once { get; init; }

    /// <summary>Write each fax as PDF, too.</summary>
    public bool Pdf { get; init; }

    /// <summary>Who may call besides this machine.</summary>
    public IReadOnlyList<IPNetwork> Allow { get; init; } = [];

    /// <summary>Our station's number, sent as CSI.</summary>
    public string StationId { get; init; } = "";

    public bool Ecm { get; init; } = true;

    public string? Transcript { get; init; }

    public MediaPortRange MediaPorts { get; init; } = MediaPortRange.Default;

    /// <summary>The address that peers are told, behind NAT.</summary>
    public IPAddress? Advertise { get; init; }
}
