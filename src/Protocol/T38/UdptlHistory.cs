// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.InteropServices;

namespace Hermetic.Protocol.T38;

/// <summary>What a receiver knows of one packet number.</summary>
internal enum SlotState : byte
{
    /// <summary>Nothing.</summary>
    Missing,
    /// <summary>The packet is here and waits for those before it.</summary>
    Held,
    /// <summary>It was handed on; its octets may stay for parity.</summary>
    Delivered,
    /// <summary>It was given up as lost.</summary>
    GivenUp,
}

/// <summary>The last and next packets of a stream, in a ring by number. Invariant: a slot answers only for the number
/// that it was last taken for. Buffers grow to a stream's steady size and are then used again.</summary>
/// <remarks>Among hundreds of calls nothing of a call is in the cache when its next packet comes, so that a packet
/// costs what it touches. One that comes in its turn leaves 16 octets here; octets, times and parities lie apart.
/// </remarks>
internal sealed class UdptlHistory
{
    /// <summary>Packets ahead of the one awaited that may be held: 2 s at 37 ms each. Our limit.</summary>
    public const int Window = 64;

    // Window ahead of the awaited number, and as many behind it for parity and for telling copies from a new stream.
    private const int Size = 2 * Window;

    // 2^64 divided by the golden ratio: an odd number whose multiples spread well.
    private const ulong Spread = 0x9E37_79B9_7F4A_7C15;

    private readonly Slot[] slots = new Slot[Size];

    // Made for the first packet that is held or brings parity.
    private Contents[]? contents;

    // Buffers of packets that were let go.
    private readonly Stack<byte[]> spare = new();

    public UdptlHistory() => Clear();

    public SlotState StateOf(long number) =>
        number >= 0 && At(number).Number == (uint)number ? At(number).State : SlotState.Missing;

    public void SetState(long number, SlotState state) => Take(number).State = state;

    /// <summary>When a packet came that is held.</summary>
    public TimeSpan ArrivalOf(long number) => ContentsAt(number).Arrival;

    /// <summary>True for a packet that came as a copy or out of parity.</summary>
    public bool IsRepaired(long number) => At(number).Repaired;

    /// <summary>True for a packet whose octets are still here.</summary>
    public bool HasOctets(long number) =>
        StateOf(number) is SlotState.Held or SlotState.Delivered && contents is not null
        && ContentsAt(number).Number == number && ContentsAt(number).Length > 0;

    /// <summary>The packet's octets; empty where it never came, or was only noted.</summary>
    public ReadOnlySpan<byte> OctetsOf(long number) =>
        HasOctets(number) ? ContentsAt(number).Octets.AsSpan(0, ContentsAt(number).Length) : default;

    /// <summary>True if a delivered packet had these octets, zeros behind either of them apart: one that was mended by
    /// parity is as long as the longest of its group.</summary>
    public bool WasSame(long number, ReadOnlySpan<byte> octets) => At(number).Digest == Digest(octets);

    /// <summary>A packet comes in its turn and is handed on at once: its octets are not kept.</summary>
    public void Note(long number, ReadOnlySpan<byte> octets)
    {
        ref Slot slot = ref Take(number);
        slot.State = SlotState.Delivered;
        slot.Digest = Digest(octets);
    }

    public void Hold(long number, TimeSpan now, ReadOnlySpan<byte> octets, bool repaired)
    {
        ref Slot slot = ref Take(number);
        slot.State = SlotState.Held;
        slot.Repaired = repaired;
        slot.Digest = Digest(octets);
        ref Contents kept = ref TakeContents(number);
        if (kept.Octets is null)
        {
            spare.TryPop(out kept.Octets);
        }

        Copy(octets, ref kept.Octets);
        kept.Length = octets.Length;
        kept.Arrival = now;
    }

    /// <summary>Lets the octets of a delivered packet go.</summary>
    public void Release(long number)
    {
        if (HasOctets(number))
        {
            ref Contents kept = ref ContentsAt(number);
            spare.Push(kept.Octets!);
            kept.Octets = null;
            kept.Length = 0;
        }
    }

    /// <summary>Keeps the parities that came in the datagram of this number.</summary>
    public void KeepParity(long number, in UdptlDatagram datagram)
    {
        ref Contents kept = ref TakeContents(number);
        Copy(datagram.Entries, ref kept.Parities);
        kept.ParityBytes = datagram.Entries.Length;
        kept.FecSpan = datagram.FecSpan;
        kept.FecEntries = datagram.EntryCount;
    }

    /// <summary>The parities that came with this number: how many, how far each reaches, and their octets.</summary>
    public ReadOnlySpan<byte> ParitiesOf(long number, out int span, out int entries)
    {
        span = 0;
        entries = 0;
        if (contents is null || ContentsAt(number).Number != number || ContentsAt(number).ParityBytes == 0)
        {
            return default;
        }

        ref Contents kept = ref ContentsAt(number);
        span = kept.FecSpan;
        entries = kept.FecEntries;
        return kept.Parities.AsSpan(0, kept.ParityBytes);
    }

    /// <summary>Forgets every packet.</summary>
    public void Clear()
    {
        // No packet has this number: at 10 ms each, the one before it comes after a year.
        slots.AsSpan().Fill(new Slot { Number = uint.MaxValue });
        Clear(contents);
    }

    private ref Slot At(long number) => ref slots[number & (Size - 1)];

    private ref Slot Take(long number)
    {
        ref Slot slot = ref At(number);
        if (slot.Number != (uint)number)
        {
            slot = new Slot { Number = (uint)number };
        }

        return ref slot;
    }

    private ref Contents ContentsAt(long number) => ref contents![number & (Size - 1)];

    private ref Contents TakeContents(long number)
    {
        if (contents is null)
        {
            contents = new Contents[Size];
            Clear(contents);
        }

        ref Contents kept = ref ContentsAt(number);
        if (kept.Number != number)
        {
            kept.Number = number;
            kept.Length = 0;
            kept.ParityBytes = 0;
        }

        return ref kept;
    }

    private static void Clear(Span<Contents> all)
    {
        foreach (ref Contents kept in all)
        {
            kept.Number = -1;
        }
    }

    private static void Copy(ReadOnlySpan<byte> octets, ref byte[]? kept)
    {
        if (kept is null || kept.Length < octets.Length)
        {
            kept = new byte[Math.Max(64, octets.Length)];
        }

        octets.CopyTo(kept);
    }

    // Tells two packets apart, by accident alone the same in one of 2^64: a peer who makes two alike only loses one.
    private static ulong Digest(ReadOnlySpan<byte> octets)
    {
        ReadOnlySpan<byte> rest = octets.TrimEnd((byte)0);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(rest);
        ulong digest = (ulong)rest.Length;
        foreach (ulong word in words)
        {
            digest = (BitOperations.RotateLeft(digest, 5) ^ word) * Spread;
        }

        foreach (byte octet in rest[(words.Length * sizeof(ulong))..])
        {
            digest = (BitOperations.RotateLeft(digest, 5) ^ octet) * Spread;
        }

        return digest;
    }

    private struct Slot
    {
        public ulong Digest;
        public uint Number;
        public SlotState State;
        public bool Repaired;
    }

    private struct Contents
    {
        public long Number;
        public byte[]? Octets;
        public int Length;
        public TimeSpan Arrival;
        public byte[]? Parities;
        public int ParityBytes;
        public int FecSpan;
        public int FecEntries;
    }
}
