// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;

namespace Hermetic.Ledger.Tiles;

// A bundle (C2SP tlog-tiles §Log entries), 1 to 256 times:
//
//      0        2
//      ├────────┼──────────────────┤
//      │ length │ entry            │     length: big-endian, 0 to 65,535
//      ├────────┼──────────────────┤

/// <summary>Up to 256 entries in one file.</summary>
public static class EntryBundle
{
    /// <summary>What the length of two bytes can say (tlog-tiles §Log entries).</summary>
    public const int EntryBytesMax = ushort.MaxValue;

    private const int LengthBytes = 2;

    /// <summary>Adds an entry to a bundle.</summary>
    /// <exception cref="ArgumentException">It is over 65,535 bytes.</exception>
    public static void Append(IBufferWriter<byte> bundle, ReadOnlySpan<byte> entry)
    {
        if (entry.Length > EntryBytesMax)
        {
            throw new ArgumentException($"an entry has at most {EntryBytesMax} bytes", nameof(entry));
        }
        BinaryPrimitives.WriteUInt16BigEndian(bundle.GetSpan(LengthBytes), (ushort)entry.Length);
        bundle.Advance(LengthBytes);
        bundle.Write(entry);
    }

    /// <summary>Splits a bundle of exactly <paramref name="width"/> entries; false with a reason if it is not that.
    /// The entries before the fault are given still.</summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> bundle, int width, out List<ReadOnlyMemory<byte>> entries, out string reason)
    {
        entries = new List<ReadOnlyMemory<byte>>(width);
        ReadOnlyMemory<byte> rest = bundle;
        while (entries.Count < width)
        {
            if (!TryTake(ref rest, out ReadOnlyMemory<byte> entry))
            {
                reason = $"the bundle ends in entry {entries.Count + 1} of {width}";
                return false;
            }
            entries.Add(entry);
        }
        reason = rest.IsEmpty ? "" : $"{rest.Length} bytes follow the last of {width} entries";
        return rest.IsEmpty;
    }

    /// <summary>The first entries of a bundle, as a bundle; null if there are not so many.</summary>
    internal static byte[]? Cut(byte[] bundle, int width)
    {
        ReadOnlyMemory<byte> rest = bundle;
        for (int i = 0; i < width; i++)
        {
            if (!TryTake(ref rest, out _))
            {
                return null;
            }
        }
        return bundle[..(bundle.Length - rest.Length)];
    }

    private static bool TryTake(ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> entry)
    {
        entry = default;
        if (rest.Length < LengthBytes)
        {
            return false;
        }
        int end = LengthBytes + BinaryPrimitives.ReadUInt16BigEndian(rest.Span);
        if (rest.Length < end)
        {
            return false;
        }
        entry = rest[LengthBytes..end];
        rest = rest[end..];
        return true;
    }
}
