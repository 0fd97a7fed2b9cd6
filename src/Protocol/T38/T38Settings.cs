// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T38;

/// <summary>Who checks the training (T.38 §8).</summary>
public enum T38RateManagement
{
    /// <summary>Method 1 (§8.1): TCF is made and checked at each end; none crosses the network.</summary>
    LocalTcf,
    /// <summary>Method 2 (§8.2): TCF crosses the network; the rule over UDP.</summary>
    TransferredTcf,
}

/// <summary>What goes with each primary packet (T.38 §9.1.4).</summary>
public enum UdptlErrorCorrection
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Copies of the packets before.</summary>
    Redundancy,
    /// <summary>Parity over packets before (T.38 Annex C).</summary>
    Fec,
}

/// <summary>What was agreed for one T.38 stream, and how we send on it. What the peer sends is taken as it comes:
/// only the ASN.1 syntax must be known to read it.</summary>
public sealed record T38Settings
{
    private readonly int version;
    private readonly int maxBitRate = 14400;
    private readonly int redundancyDepth = 3;
    private readonly int imageRedundancyDepth = 2;
    private readonly int fecSpan = 3;
    private readonly int fecEntries = 3;
    private readonly int remoteMaxDatagramBytes = 400;
    private readonly TimeSpan packetInterval = TimeSpan.FromMilliseconds(37);
    private readonly TimeSpan gapWait = TimeSpan.FromMilliseconds(250);

    /// <summary>T38FaxVersion, 0 to 3.</summary>
    public int Version { get => version; init => version = Within(value, 0, 3, nameof(Version)); }

    /// <summary>True to use the 1998 syntax although the version is above 0. Version 0 always does.</summary>
    public bool Asn1998Syntax { get; init; }

    /// <summary>The syntax on the wire.</summary>
    public IfpSyntax Syntax => Asn1998Syntax || Version == 0 ? IfpSyntax.Asn1998 : IfpSyntax.Asn2002;

    /// <summary>T38FaxRateManagement.</summary>
    public T38RateManagement RateManagement { get; init; } = T38RateManagement.TransferredTcf;

    /// <summary>T38MaxBitRate: 2,400 to 14,400. T.30 must not ask for more.</summary>
    public int MaxBitRate { get => maxBitRate; init => maxBitRate = Within(value, 2400, 33600, nameof(MaxBitRate)); }

    /// <summary>What we add to each packet that we send.</summary>
    public UdptlErrorCorrection ErrorCorrection { get; init; } = UdptlErrorCorrection.Redundancy;

    /// <summary>Copies beside indicators and V.21 data, 0 to 7.</summary>
    public int RedundancyDepth
    {
        get => redundancyDepth;
        init => redundancyDepth = Within(value, 0, 7, nameof(RedundancyDepth));
    }

    /// <summary>Copies beside image data (TCF, page, ECM), 0 to 7.</summary>
    public int ImageRedundancyDepth
    {
        get => imageRedundancyDepth;
        init => imageRedundancyDepth = Within(value, 0, 7, nameof(ImageRedundancyDepth));
    }

    /// <summary>Packets that one parity covers, 1 to 8 (T.38 Annex C).</summary>
    public int FecSpan { get => fecSpan; init => fecSpan = Within(value, 1, 8, nameof(FecSpan)); }

    /// <summary>Parities beside each packet, interleaved, 1 to 8 (T.38 Annex C).</summary>
    public int FecEntries { get => fecEntries; init => fecEntries = Within(value, 1, 8, nameof(FecEntries)); }

    /// <summary>The largest datagram the peer takes (T38FaxMaxDatagram), 48 to 4,096. See
    /// <see cref="DatagramBytesFrom"/>.</summary>
    public int RemoteMaxDatagramBytes
    {
        get => remoteMaxDatagramBytes;
        init => remoteMaxDatagramBytes =
            Within(value, DatagramBytesMin, T38Limits.DatagramBytesMax, nameof(RemoteMaxDatagramBytes));
    }

    /// <summary>Line time that one image packet carries at most, 10 to 100 ms. Our default of 37 ms, inside the field's
    /// 20 to 40, is the least by which an ECM frame (260 octets) at 14,400 bit/s goes as four equal packets of 36 ms;
    /// at 30 ms it took five, and packets are most of what a call costs.</summary>
    public TimeSpan PacketInterval
    {
        get => packetInterval;
        init => packetInterval = Within(value, 10, 100, nameof(PacketInterval));
    }

    /// <summary>How long a missing packet may hold up those behind it, 0 to 1,000 ms. Our default of 250 ms lets the
    /// packets come that a parity of span 3 and 3 entries needs, and is far below T.30's shortest answer time (T4, 3
    /// s).</summary>
    public TimeSpan GapWait { get => gapWait; init => gapWait = Within(value, 0, 1000, nameof(GapWait)); }

    /// <summary>Below this no packet of ours would fit. Our limit.</summary>
    public const int DatagramBytesMin = 48;

    /// <summary>What to make of a peer's T38FaxMaxDatagram: absent, zero or negative means that it did not say (then
    /// 400 octets, which every known peer takes); anything else is brought into our range.</summary>
    public static int DatagramBytesFrom(long? announced) =>
        announced is null or <= 0
            ? 400
            : (int)Math.Clamp(announced.Value, DatagramBytesMin, T38Limits.DatagramBytesMax);

    private static int Within(int value, int min, int max, string name) =>
        value >= min && value <= max
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"must be {min} to {max}");

    private static TimeSpan Within(TimeSpan value, int minMs, int maxMs, string name) =>
        value.TotalMilliseconds >= minMs && value.TotalMilliseconds <= maxMs
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"must be {minMs} to {maxMs} ms");
}
