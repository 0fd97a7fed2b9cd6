// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Hermetic.Protocol.T38;

namespace Hermetic.Fuzzing.Targets;

/// <summary>UDPTL: the input is a run of datagrams, each behind its length in two octets and a time step of one, fed to
/// one receiver. It must keep its own accounts, never hold more than its window, and end with nothing owed.</summary>
internal sealed class UdptlTarget : IFuzzTarget
{
    // Enough to fill the receiver's window many times over. Our limit.
    private const int DatagramsMax = 64;

    private readonly T38Settings settings = new() { Version = 3 };
    private readonly Sink sink = new();

    public string Name => "udptl";

    public void Run(ReadOnlySpan<byte> input)
    {
        sink.Clear();
        UdptlReceiver receiver = new(settings, sink);
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < DatagramsMax && input.Length >= 3; i++)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(input), input.Length - 3);
            now += TimeSpan.FromMilliseconds(input[2]);
            ReadOnlySpan<byte> datagram = input.Slice(3, length);
            input = input[(3 + length)..];

            bool good = UdptlDatagram.TryParse(datagram, out UdptlDatagram parsed, out UdptlFault fault);
            Oracle.Holds(good == (fault == UdptlFault.None), "a refusal has a reason, and only that");
            CheckEntries(parsed);
            long malformed = receiver.Malformed;
            long events = sink.Packets + sink.Lost;
            TimeSpan? deadline = receiver.NextDeadline;
            receiver.Receive(now, datagram);
            Oracle.Holds(receiver.Malformed - malformed == (good ? 0 : 1), "what does not parse is counted");
            Oracle.Holds(good || events == sink.Packets + sink.Lost && deadline == receiver.NextDeadline,
                "what does not parse changes nothing");
            receiver.Advance(now);
            Oracle.Holds(!(receiver.NextDeadline <= now), "no deadline stays behind");
            Oracle.Holds(!(receiver.NextDeadline > now + settings.GapWait), "no gap waits longer than it may");
        }

        receiver.Advance(now + TimeSpan.FromSeconds(10));
        Oracle.Holds(receiver.NextDeadline is null, "nothing is owed in the end");
        Oracle.Holds(receiver.Delivered == sink.Packets && receiver.Lost == sink.Lost, "the accounts are right");
        Oracle.Holds(receiver.Repaired <= receiver.Delivered, "no more is mended than delivered");
    }

    private static void CheckEntries(in UdptlDatagram datagram)
    {
        ReadOnlySpan<byte> entries = datagram.Entries;
        for (int i = 0; i < datagram.EntryCount; i++)
        {
            UdptlDatagram.NextEntry(ref entries);
        }

        Oracle.Holds(entries.IsEmpty, "the entries fill their place");
    }

    private sealed class Sink : IIfpOutput
    {
        public long Packets { get; private set; }

        public long Lost { get; private set; }

        public void Clear() => (Packets, Lost) = (0, 0);

        public void OnIfp(TimeSpan now, ReadOnlySpan<byte> ifp)
        {
            Oracle.Holds(ifp.Length is > 0 and <= T38Limits.IfpBytesMax, "a packet is neither empty nor too long");
            Packets++;
        }

        public void OnLost(TimeSpan now, int packets)
        {
            Oracle.Holds(packets > 0, "a loss is of something");
            Lost += packets;
        }
    }
}
