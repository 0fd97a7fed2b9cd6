// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Hermetic.Protocol.T38;

/// <summary>Why a UDPTL datagram was refused.</summary>
public enum UdptlFault
{
    /// <summary>It was not.</summary>
    None,
    /// <summary>It ends in the middle of an element.</summary>
    Truncated,
    /// <summary>It, or a packet in it, is over our limits.</summary>
    TooLong,
    /// <summary>More secondary packets or FEC entries than our limits allow.</summary>
    TooManyEntries,
    /// <summary>A FEC span of zero, negative, or beyond what a receiver's history holds.</summary>
    BadSpan,
    /// <summary>Octets follow the last element.</summary>
    TrailingOctets,
}

/// <summary>One UDPTL datagram (T.38 §9.1), a view over its octets. It is checked wholly before any of it is
/// used.</summary>
/// <remarks>
/// Aligned PER again, every element on an octet. A length takes one octet below 128, else two with the first bit set:
/// <code>
///   0        2              3 or 4
///   +--------+--------------+-----------------+
///   | seq.   | length       | primary packet  |
///   +--------+--------------+-----------------+
///   | 0x00   | count  | count × (length, secondary packet)            |  newest first: seq - 1, seq - 2, …
///   +--------+--------+-----------------------------------------------+  or
///   | 0x80   | length 1 | span | entries | entries × (length, parity)  |  parity of packets before this one
///   +--------+----------+------+---------+----------------------------+
/// </code>
/// </remarks>
public readonly ref struct UdptlDatagram
{
    private const int ErrorRecoveryIsFec = 0x80;

    /// <summary>Sequence number of the primary packet.</summary>
    public ushort Sequence { get; private init; }

    /// <summary>The primary packet's octets; never empty.</summary>
    public ReadOnlySpan<byte> Primary { get; private init; }

    /// <summary>True where parity follows, false for secondary packets.</summary>
    public bool IsFec { get; private init; }

    /// <summary>Packets that each parity covers; only with parity.</summary>
    public int FecSpan { get; private init; }

    /// <summary>How many secondary packets or parities follow.</summary>
    public int EntryCount { get; private init; }

    /// <summary>The entries as they lie on the wire, each behind its length.</summary>
    public ReadOnlySpan<byte> Entries { get; private init; }

    /// <summary>Reads a datagram wholly; false with a reason for malformed octets.</summary>
    public static bool TryParse(ReadOnlySpan<byte> octets, out UdptlDatagram datagram, out UdptlFault fault)
    {
        datagram = default;
        if (octets.Length > T38Limits.DatagramBytesMax)
        {
            fault = UdptlFault.TooLong;
            return false;
        }

        if (octets.Length < 3)
        {
            fault = UdptlFault.Truncated;
            return false;
        }

        PerReader reader = new(octets[2..]);
        ReadOnlySpan<byte> primary = reader.Octets(reader.Length());
        // Error recovery is mandatory in the ASN.1; a datagram that simply ends here is clear enough to be taken.
        bool bare = reader.Position / 8 == octets.Length - 2;
        bool isFec = !bare && (reader.Octet() & ErrorRecoveryIsFec) != 0;
        int span = isFec ? ReadSpan(ref reader) : 0;
        int count = bare ? 0 : reader.Length();
        int entriesAt = 2 + reader.Position / 8;
        fault = Check(ref reader, primary.Length, isFec, span, count);
        if (fault == UdptlFault.None && 2 + reader.Position / 8 != octets.Length)
        {
            fault = UdptlFault.TrailingOctets;
        }

        if (fault != UdptlFault.None)
        {
            return false;
        }

        datagram = new()
        {
            Sequence = BinaryPrimitives.ReadUInt16BigEndian(octets),
            Primary = primary,
            IsFec = isFec,
            FecSpan = span,
            EntryCount = count,
            Entries = octets[entriesAt..],
        };
        return true;
    }

    /// <summary>Takes the next entry from what <see cref="Entries"/> has left.</summary>
    public static ReadOnlySpan<byte> NextEntry(ref ReadOnlySpan<byte> entries)
    {
        PerReader reader = new(entries);
        ReadOnlySpan<byte> entry = reader.Octets(reader.Length());
        entries = entries[(reader.Position / 8)..];
        return entry;
    }

    // fec-npackets is an unconstrained INTEGER: a length octet, then two's complement. Only one octet makes sense.
    private static int ReadSpan(scoped ref PerReader reader) => reader.Octet() == 1 ? (sbyte)reader.Octet() : -1;

    private static UdptlFault Check(scoped ref PerReader reader, int primaryBytes, bool isFec, int span, int count)
    {
        if (!reader.Ok || primaryBytes == 0)
        {
            return UdptlFault.Truncated;
        }

        if (primaryBytes > T38Limits.IfpBytesMax)
        {
            return UdptlFault.TooLong;
        }

        if (count > (isFec ? T38Limits.FecEntriesMax : T38Limits.SecondariesMax))
        {
            return UdptlFault.TooManyEntries;
        }

        // Asterisk writes a span of 0 with no entries while it has no history yet.
        if (isFec && (span < 0 || span == 0 && count > 0 || span * count > T38Limits.FecReachMax))
        {
            return UdptlFault.BadSpan;
        }

        for (int i = 0; i < count; i++)
        {
            int length = reader.Octets(reader.Length()).Length;
            if (!reader.Ok || length > T38Limits.IfpBytesMax + 2)
            {
                return reader.Ok ? UdptlFault.TooLong : UdptlFault.Truncated;
            }
        }

        return UdptlFault.None;
    }
}
