// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.TestKit.Peers.Spandsp;

/// <summary>Modems of libspandsp2, its T30_SUPPORT_* bits.</summary>
[Flags]
public enum SpandspModems
{
    None = 0,
    V27Ter = 1,
    V29 = 2,
    V17 = 4,
    All = V27Ter | V29 | V17,
}

/// <summary>How a libspandsp2 T.30 end is set up.</summary>
public sealed record SpandspT30Settings
{
    /// <summary>TIFF file to send, or null for an end that receives.</summary>
    public string? TransmitFile { get; init; }

    /// <summary>TIFF file that received pages go to, or null for an end that sends.</summary>
    public string? ReceiveFile { get; init; }

    public string StationId { get; init; } = "";

    public string? SubAddress { get; init; }

    public string? Password { get; init; }

    public bool Ecm { get; init; } = true;

    public SpandspModems Modems { get; init; } = SpandspModems.All;

    /// <summary>The codings that this end offers or may choose; T.30 asks for MH in any case.</summary>
    public IReadOnlyList<FaxCompression> Compressions { get; init; } =
        [FaxCompression.Mh, FaxCompression.Mr, FaxCompression.Mmr];

    /// <summary>Minimum scan line time in ms that this end asks for (T.30 Table 2, bits 21–23).</summary>
    public int MinimumScanLineMs { get; init; }

    /// <summary>How many RNR a receiving end answers with before it says that it is ready (ECM).</summary>
    public int ReceiverNotReady { get; init; }

    internal int CompressionBits => Compressions.Aggregate(0, (bits, one) => bits | one switch
    {
        FaxCompression.Mh => 0x02,
        FaxCompression.Mr => 0x04,
        _ => 0x08,
    });
}
