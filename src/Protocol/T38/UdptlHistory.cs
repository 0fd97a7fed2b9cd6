// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T38;

/// <summary>What a receiver knows of one packet number.</summary>
internal enum SlotState : byte
{
    /// <summary>Nothing.</summary>
    Missing,
    /// <summary>The packet is here and waits for those before it.</summary>
    Held,
    /// <summary>It was handed on; its octets stay for parity.</summary>
    Delivered,
    /// <summary>It was given up as lost.</summary>
    GivenUp,
}

/// <summary>The last and next packets of a stream, in a ring by number. Invariant: a slot answers only for the number
/// that it was last taken for. Buffers grow to a stream's steady size and are then used again.</summary>
internal sealed class UdptlHistory
{
    /// <summary>Packets ahead of the one awaited that may be held: 2 s at 37 ms each. Our limit.</summary>
    public const int Window = 64;

    // Window ahead of the awaited number, and as many behind it for parity and for telling copies from a new stream.
    private const int Size = 2 * Window;

    private readonly Slot[] slots = new Slot[Size];

    public UdptlHistory() => Clear();

    public SlotState StateOf(long number) =>
        number >= 0 && At(number).Number == number ? At(number).State : SlotState.Missing;

    public void SetState(long number, SlotState state) => Take(number).State = state;

    /// <summary>When the packet came.</summary>
    public TimeSpan ArrivalOf(long number) => At(number).Arrival;

    /// <summary>True for a packet that came as a copy or out of parity.</summary>
    public bool IsRepaired(long number) => At(number).Repaired;

    /// <summary>The packet's octets; empty where it never came.</summary>
    public ReadOnlySpan<byte> OctetsOf(long number) =>
        StateOf(number) is SlotState.Held or SlotState.Delivered
            ? At(number).Octets.AsSpan(0, At(number).Length)
            : default;

    public void Hold(long number, TimeSpan now, ReadOnlySpan<byte> octets, bool repaired)
    {
        ref Slot slot = ref Take(number);
        Copy(octets, ref slot.Octets);
        slot.Length = octets.Length;
        slot.State = SlotState.Held;
        slot.Repaired = repaired;
        slot.Arrival = now;
    }

    /// <summary>Keeps the parities that came in the datagram of this number.</summary>
    public void KeepParity(long number, in UdptlDatagram datagram)
    {
        ref Slot slot = ref Take(number);
        Copy(datagram.Entries, ref slot.Parities);
        slot.ParityBytes = datagram.Entries.Length;
        slot.FecSpan = datagram.FecSpan;
        slot.FecEntries = datagram.EntryCount;
    }

    /// <summary>The parities that came with this number: how many, how far each reaches, and their octets.</summary>
    public ReadOnlySpan<byte> ParitiesOf(long number, out int span, out int entries)
    {
        ref Slot slot = ref At(number);
        bool some = slot.Number == number && slot.ParityBytes > 0;
        span = slot.FecSpan;
        entries = some ? slot.FecEntries : 0;
        return some ? slot.Parities.AsSpan(0, slot.ParityBytes) : default;
    }

    /// <summary>Forgets every packet.</summary>
    public void Clear()
    {
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i].Number = -1;
        }
    }

    private ref Slot At(long number) => ref slots[number & (Size - 1)];

    private ref Slot Take(long number)
    {
        ref Slot slot = ref At(number);
        if (slot.Number != number)
        {
            slot.Number = number;
            slot.State = SlotState.Missing;
            slot.Length = 0;
            slot.ParityBytes = 0;
        }

        return ref slot;
    }

    private static void Copy(ReadOnlySpan<byte> octets, ref byte[] kept)
    {
        if (kept is null || kept.Length < octets.Length)
        {
            kept = new byte[Math.Max(64, octets.Length)];
        }

        octets.CopyTo(kept);
    }

    private struct Slot
    {
        public long Number;
        public byte[] Octets;
        public int Length;
        public SlotState State;
        public bool Repaired;
        public TimeSpan Arrival;
        public byte[] Parities;
        public int ParityBytes;
        public int FecSpan;
        public int FecEntries;
    }
}
