// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T38;

/// <summary>Takes the packets of a stream in their order.</summary>
internal interface IIfpOutput
{
    /// <summary>The next packet. Its octets are valid during the call only.</summary>
    void OnIfp(TimeSpan now, ReadOnlySpan<byte> ifp);

    /// <summary>So many packets are lost for good before the next.</summary>
    void OnLost(TimeSpan now, int packets);
}

/// <summary>Puts a peer's datagrams in order, mends what copies or parity can mend, and gives up what stays missing
/// after a while. A datagram is parsed wholly before any state changes; a number out of reach changes nothing until
/// the next datagram bears it out.</summary>
internal sealed class UdptlReceiver
{
    // A stream starts at 0 (T.38 §9.1.2); a first number up to this means that the start was lost. Our limit.
    private const int LostStartMax = 16;

    private readonly IIfpOutput output;
    private readonly TimeSpan gapWait;
    private readonly UdptlHistory history = new();
    private readonly FecRepair repair;
    private readonly byte[] strangerOctets = new byte[T38Limits.IfpBytesMax];

    // The number awaited next, and the newest one known; numbers count on beyond 16 bits. Invariant once started:
    // awaited <= newest + 1 <= awaited + UdptlHistory.Window.
    private long awaited;
    private long newest = -1;
    private bool started;

    // Whether packets that were handed on are still needed: only parity needs them, and copies say that none will come.
    private bool keepsDelivered = true;

    // The datagram out of reach that waits to be borne out: its number on the wire, or -1.
    private int stranger = -1;
    private int strangerLength;

    public UdptlReceiver(T38Settings settings, IIfpOutput output)
    {
        this.output = output;
        gapWait = settings.GapWait;
        repair = new(history, settings.Syntax);
    }

    public long DatagramsReceived { get; private set; }

    public long OctetsReceived { get; private set; }

    public long Delivered { get; private set; }

    public long Lost { get; private set; }

    public long Repaired { get; private set; }

    public long Duplicated { get; private set; }

    public long Late { get; private set; }

    public long Malformed { get; private set; }

    public long Restarts { get; private set; }

    /// <summary>When a gap is to be given up.</summary>
    public TimeSpan? NextDeadline => awaited <= newest ? history.ArrivalOf(FirstHeld()) + gapWait : null;

    public void Receive(TimeSpan now, ReadOnlySpan<byte> octets)
    {
        DatagramsReceived++;
        OctetsReceived += octets.Length;
        if (!UdptlDatagram.TryParse(octets, out UdptlDatagram datagram, out _))
        {
            Malformed++;
            return;
        }

        if (!started)
        {
            started = true;
            awaited = datagram.Sequence <= LostStartMax ? 0 : datagram.Sequence;
            newest = awaited - 1;
        }

        long number = awaited + (short)(datagram.Sequence - (ushort)awaited);
        if (number >= awaited + UdptlHistory.Window || number < awaited && !IsKnown(number, datagram.Primary))
        {
            MeetStranger(now, datagram);
            return;
        }

        stranger = -1;
        if (number >= awaited)
        {
            Accept(now, number, datagram);
        }
    }

    /// <summary>Gives up gaps that have waited long enough.</summary>
    public void Advance(TimeSpan now)
    {
        while (NextDeadline <= now)
        {
            GiveUp(now);
        }
    }

    // True for a datagram that came before; false for one of another stream that bears the same number.
    private bool IsKnown(long number, ReadOnlySpan<byte> primary)
    {
        if (number <= awaited - UdptlHistory.Window)
        {
            return false;
        }

        if (history.StateOf(number) != SlotState.Delivered)
        {
            Late++;
            return true;
        }

        bool same = history.WasSame(number, primary);
        Duplicated += same ? 1 : 0;
        return same;
    }

    private void MeetStranger(TimeSpan now, in UdptlDatagram datagram)
    {
        int step = stranger < 0 ? 0 : (ushort)(datagram.Sequence - stranger);
        if (step is 1 or 2 or 3)
        {
            Restart(now, datagram);
            return;
        }

        stranger = datagram.Sequence;
        strangerLength = datagram.Primary.Length;
        datagram.Primary.CopyTo(strangerOctets);
    }

    // The peer numbers anew (or was away for longer than the window): what we hold goes out, what we awaited is lost.
    private void Restart(TimeSpan now, in UdptlDatagram datagram)
    {
        Restarts++;
        while (awaited <= newest)
        {
            GiveUp(now);
        }

        Lost++;
        output.OnLost(now, 1);
        history.Clear();
        awaited = stranger;
        newest = awaited;
        history.Hold(awaited, now, strangerOctets.AsSpan(0, strangerLength), repaired: false);
        stranger = -1;
        Accept(now, awaited + (ushort)(datagram.Sequence - (ushort)awaited), datagram);
    }

    private void Accept(TimeSpan now, long number, in UdptlDatagram datagram)
    {
        keepsDelivered = datagram.EntryCount > 0 ? datagram.IsFec : keepsDelivered;
        if (number == awaited && newest < awaited && !keepsDelivered)
        {
            history.Note(number, datagram.Primary);
            newest = awaited++;
            Delivered++;
            output.OnIfp(now, datagram.Primary);
            return;
        }

        if (history.StateOf(number) == SlotState.Held)
        {
            Duplicated++;
        }
        else
        {
            history.Hold(number, now, datagram.Primary, repaired: false);
            newest = Math.Max(newest, number);
        }

        if (datagram.IsFec)
        {
            if (datagram.EntryCount > 0)
            {
                history.KeepParity(number, datagram);
            }
        }
        else
        {
            HoldCopies(now, number, datagram);
        }

        Deliver(now);
        if (awaited <= newest && repair.Run(now, awaited, newest) > 0)
        {
            Deliver(now);
        }
    }

    private void HoldCopies(TimeSpan now, long number, in UdptlDatagram datagram)
    {
        ReadOnlySpan<byte> entries = datagram.Entries;
        for (int i = 1; i <= datagram.EntryCount && number - i >= awaited; i++)
        {
            ReadOnlySpan<byte> copy = UdptlDatagram.NextEntry(ref entries);
            if (copy.Length is > 0 and <= T38Limits.IfpBytesMax && history.StateOf(number - i) == SlotState.Missing)
            {
                history.Hold(number - i, now, copy, repaired: true);
            }
        }
    }

    private void Deliver(TimeSpan now)
    {
        while (awaited <= newest && history.StateOf(awaited) == SlotState.Held)
        {
            long number = awaited++;
            history.SetState(number, SlotState.Delivered);
            Delivered++;
            Repaired += history.IsRepaired(number) ? 1 : 0;
            output.OnIfp(now, history.OctetsOf(number));
            if (!keepsDelivered)
            {
                history.Release(number);
            }
        }
    }

    private void GiveUp(TimeSpan now)
    {
        long held = FirstHeld();
        int missing = (int)(held - awaited);
        for (; awaited < held; awaited++)
        {
            history.SetState(awaited, SlotState.GivenUp);
        }

        if (missing > 0)
        {
            Lost += missing;
            output.OnLost(now, missing);
        }

        Deliver(now);
    }

    // The newest number is always held, so that this ends.
    private long FirstHeld()
    {
        long number = awaited;
        while (history.StateOf(number) != SlotState.Held)
        {
            number++;
        }

        return number;
    }
}
