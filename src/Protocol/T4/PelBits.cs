// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hermetic.Protocol.T4;

/// <summary>Four rows of bits, each with room for the widest row and a guard, bit 0 of word 0 leftmost; and a view of
/// them that reads and writes 64 bits at any octet. The view is the one place of the codec without the runtime's bounds
/// checks (ADR 18): its rows and octets go by names instead, and there are none but for rows and octets that exist.
/// Octet order is that of a little-endian machine.</summary>
internal sealed class PelBits
{
    public const int WordBits = 64;

    /// <summary>Octets of a row: a power of two above 7,296 pels and the guard.</summary>
    public const int RowOctets = 1024;

    private const int Rows = 4;
    private const int RowWords = RowOctets / sizeof(ulong);

    // The word more is for a view of the last octet.
    private readonly ulong[] words = new ulong[(Rows * RowWords) + 1];

    public Span<ulong> Row(int row) => words.AsSpan(row * RowWords, RowWords);

    public View Open() => new(ref Unsafe.As<ulong, byte>(ref MemoryMarshal.GetArrayDataReference(words)));

    /// <summary>Names one of the rows.</summary>
    public readonly record struct RowName
    {
        public RowName(int row)
        {
            First = (ushort)((row & (Rows - 1)) * RowOctets);
        }

        /// <summary>The row's first octet.</summary>
        public ushort First { get; }
    }

    /// <summary>Names an octet that every row has.</summary>
    public readonly record struct Octet
    {
        public Octet(int bit)
        {
            Number = ((uint)bit >> 3) & (RowOctets - 1);
        }

        private Octet(uint number)
        {
            Number = number & (RowOctets - 1);
        }

        public uint Number { get; }

        public int FirstBit => (int)Number << 3;

        public Octet Plus(int octets) => new(Number + (uint)octets);
    }

    /// <summary>All rows, to be seen from any octet on; its name keeps the view within them.</summary>
    public readonly ref struct View(ref byte first)
    {
        private readonly ref byte first = ref first;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Place At(Octet octet) => new(ref Unsafe.Add(ref first, (nuint)octet.Number));
    }

    /// <summary>The 64 bits from one octet on, of each row; the row's name keeps them within the rows.</summary>
    public readonly ref struct Place
    {
        private readonly ref byte octet;

        // Of View alone: the octet lies in the first row.
        internal Place(ref byte octet)
        {
            this.octet = ref octet;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Read(RowName row) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref octet, (nuint)row.First));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Write(RowName row, ulong bits) =>
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref octet, (nuint)row.First), bits);
    }
}
