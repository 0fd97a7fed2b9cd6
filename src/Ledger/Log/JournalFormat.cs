// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Hermetic.Ledger.Tiles;

namespace Hermetic.Ledger.Log;

// A segment, journal/FIRST with FIRST in 20 digits; big-endian throughout:
//
//      0        8        16           32              64
//      ├────────┼────────┼────────────┼───────────────┼──────────┬──────────┬──
//      │ magic  │ FIRST  │ salt       │ SHA-256 of    │ record   │ record   │ …
//      │        │        │            │ bytes 0 to 31 │          │          │
//
// A record, one group commit:
//
//      0        8        16     20       24                       56
//      ├────────┼────────┼──────┼────────┼────────────────────────┼────────────────────┤
//      │ magic  │ first  │ count│ bytes  │ SHA-256(salt ‖ bytes   │ entries, each behind│
//      │        │ index  │      │        │ 0 to 23 ‖ entries)     │ a length of 2 bytes │
//
// The salt is random for each segment, so that no entry, whoever wrote it, can look like a record.

/// <summary>Reads and writes the bytes of the journal.</summary>
internal static class JournalFormat
{
    public const int HeaderBytes = 64;
    public const int RecordHeaderBytes = 56;
    public const int SaltBytes = 16;

    private const ulong SegmentMagic = 0x4845524D4A524E31; // HERMJRN1
    private const ulong RecordMagic = 0x485245430D0A1A00; // HREC and what text tools mangle
    private const int HashAt = 24;
    private const int SaltAt = 16;
    private const int SaltEnd = SaltAt + SaltBytes;

    public static byte[] Header(long first, ReadOnlySpan<byte> salt)
    {
        byte[] header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt64BigEndian(header, SegmentMagic);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(8), first);
        salt.CopyTo(header.AsSpan(SaltAt, SaltBytes));
        SHA256.HashData(header.AsSpan(0, SaltEnd), header.AsSpan(SaltEnd));
        return header;
    }

    /// <summary>The first index and the salt of a segment; false if its header is not whole.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> segment, out long first, out byte[] salt)
    {
        (first, salt) = (0, []);
        if (segment.Length < HeaderBytes)
        {
            return false;
        }
        first = BinaryPrimitives.ReadInt64BigEndian(segment[8..]);
        salt = segment[SaltAt..SaltEnd].ToArray();
        return first >= 0 && segment[..HeaderBytes].SequenceEqual(Header(first, salt));
    }

    /// <summary>Adds a record.</summary>
    public static void WriteRecord(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> salt, long first,
        IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        int start = output.WrittenCount;
        output.GetSpan(RecordHeaderBytes)[..RecordHeaderBytes].Clear();
        output.Advance(RecordHeaderBytes);
        foreach (ReadOnlyMemory<byte> entry in entries)
        {
            EntryBundle.Append(output, entry.Span);
        }
        // The writer gives out its written bytes for reading only; they are ours until it is used up.
        Span<byte> record = System.Runtime.InteropServices.MemoryMarshal.AsMemory(output.WrittenMemory).Span[start..];
        BinaryPrimitives.WriteUInt64BigEndian(record, RecordMagic);
        BinaryPrimitives.WriteInt64BigEndian(record[8..], first);
        BinaryPrimitives.WriteInt32BigEndian(record[16..], entries.Count);
        BinaryPrimitives.WriteInt32BigEndian(record[20..], record.Length - RecordHeaderBytes);
        Hash(salt, record, record[HashAt..RecordHeaderBytes]);
    }

    /// <summary>Reads the record at the beginning of <paramref name="bytes"/>; false if there is no whole
    /// one.</summary>
    public static bool TryReadRecord(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> salt, out long first,
        out List<ReadOnlyMemory<byte>> entries, out int length)
    {
        (first, entries, length) = (0, [], 0);
        ReadOnlySpan<byte> record = bytes.Span;
        if (record.Length < RecordHeaderBytes || BinaryPrimitives.ReadUInt64BigEndian(record) != RecordMagic)
        {
            return false;
        }
        first = BinaryPrimitives.ReadInt64BigEndian(record[8..]);
        int count = BinaryPrimitives.ReadInt32BigEndian(record[16..]);
        int payload = BinaryPrimitives.ReadInt32BigEndian(record[20..]);
        if (payload < 0 || payload > record.Length - RecordHeaderBytes || count < 1 || count > payload / 2)
        {
            return false;
        }
        length = RecordHeaderBytes + payload;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(salt, record[..length], hash);
        return hash.SequenceEqual(record[HashAt..RecordHeaderBytes])
            && EntryBundle.TryParse(bytes[RecordHeaderBytes..length], count, out entries, out _);
    }

    /// <summary>Is there a whole record anywhere in these bytes?</summary>
    public static bool HoldsARecord(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> salt)
    {
        Span<byte> magic = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(magic, RecordMagic);
        int at;
        for (ReadOnlyMemory<byte> rest = bytes; (at = rest.Span.IndexOf(magic)) >= 0; rest = rest[(at + 1)..])
        {
            if (TryReadRecord(rest[at..], salt, out _, out _, out _))
            {
                return true;
            }
        }
        return false;
    }

    private static void Hash(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> record, Span<byte> target)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        hash.AppendData(record[..HashAt]);
        hash.AppendData(record[RecordHeaderBytes..]);
        hash.GetHashAndReset(target);
    }
}
