// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hermetic.Protocol.T4;

/// <summary>Four rows of bits, each with room for the widest row and a guard, bit 0 of word 0 leftmost; and a view of
/// them that reads and writes 64 bits at any octet. The view is the one place of the codec without the runtime's bounds
/// checks (ADR 18): it cuts the parts of every octet's number instead, so that none leaves the rows, whatever the input.
/// Octet order is that of a little-endian machine.</summary>
internal sealed class PelBits
{
    public const int WordBits = 64;

    /// <summary>Octets of a row: a power of two above 7,296 pels and the guard.</summary>
    public const int RowOctets = 1024;

    /// <summary>The bits of an octet's number that tell its row.</summary>
    public const uint RowMask = (Rows - 1) * RowOctets;

    private const int Rows = 4;
    private const int RowWords = RowOctets / sizeof(ulong);

    // The word more is for a view of the last octet.
    private readonly ulong[] words = new ulong[(Rows * RowWords) + 1];

    public Span<ulong> Row(int row) => words.AsSpan(row * RowWords, RowWords);

    public View Open() => new(ref Unsafe.As<ulong, byte>(ref MemoryMarshal.GetArrayDataReference(words)));

    /// <summary>An octet that every row has.</summary>
    public readonly record struct Octet
    {
        public Octet(int bit)
        {
            Number = ((uint)bit >> 3) & (RowOctets - 1);
        }

        public uint Number { get; }
    }

    public readonly ref struct View(ref byte first)
    {
        private readonly ref byte first = ref first;

        /// <summary>64 bits of the row whose first octet is given, which may have bits out of <see
        /// cref="RowMask"/>.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Read(uint row, Octet octet) =>
            Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, (row & RowMask) + octet.Number));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Write(uint row, Octet octet, ulong bits) =>
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref first, (row & RowMask) + octet.Number), bits);
    }
}
