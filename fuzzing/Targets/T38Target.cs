// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;

namespace Hermetic.Fuzzing.Targets;

/// <summary>A whole T.38 terminal: the first octet chooses its settings, then comes a run of datagrams as in
/// <see cref="UdptlTarget"/>. What T.30 hears must make sense: a carrier ends only where one began, frames and losses
/// are bounded, and silence comes in the end.</summary>
internal sealed class T38Target : IFuzzTarget
{
    // Enough for several carriers. Our limit.
    private const int DatagramsMax = 64;

    private readonly T38Settings[] settings =
    [
        new() { Version = 3 },
        new() { Version = 0 },
        new() { Version = 3, RateManagement = T38RateManagement.LocalTcf },
    ];

    public string Name => "t38";

    public void Run(ReadOnlySpan<byte> input)
    {
        T38Settings chosen = settings[input.IsEmpty ? 0 : input[0] % settings.Length];
        input = input.IsEmpty ? input : input[1..];
        Ear ear = new();
        T38Terminal terminal = new(chosen, ear);
        terminal.Attach(ear);
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < DatagramsMax && input.Length >= 3; i++)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(input), input.Length - 3);
            now += TimeSpan.FromMilliseconds(input[2] * 4);
            terminal.Receive(now, input.Slice(3, length));
            terminal.Advance(now);
            input = input[(3 + length)..];
        }

        terminal.Advance(now + TimeSpan.FromSeconds(2));
        terminal.Advance(now + TimeSpan.FromSeconds(10));
        Oracle.Holds(!ear.CarrierOn, "no carrier outlives its packets");
        Oracle.Holds(terminal.NextDeadline is null, "nothing is owed in the end");
        Oracle.Holds(ear.DatagramsSent == 0, "a terminal that was told nothing sends nothing");
    }

    private sealed class Ear : IFaxModemEvents, IDatagramOutput
    {
        public bool CarrierOn { get; private set; }

        public int DatagramsSent { get; private set; }

        private FaxModulation Carrier { get; set; }

        public void Send(ReadOnlySpan<byte> datagram) => DatagramsSent++;

        public void OnSignal(TimeSpan now, LineSignal signal, FaxModulation modulation)
        {
            Oracle.Holds(!CarrierOn, "a carrier ends before another signal is heard");
            if (signal is LineSignal.Preamble or LineSignal.Training)
            {
                Oracle.Holds(signal == LineSignal.Preamble == (modulation == FaxModulation.V21), "V.21 has a preamble");
                CarrierOn = true;
                Carrier = modulation;
            }
        }

        public void OnFrame(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
        {
            Oracle.Holds(CarrierOn && modulation == Carrier, "a frame has a carrier");
            Oracle.Holds(frame.Length is > 0 and <= T38Limits.FrameBytesMax, "a frame is neither empty nor too long");
        }

        public void OnImage(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> octets, int lostOctets)
        {
            Oracle.Holds(CarrierOn && modulation == Carrier, "image octets have a carrier");
            Oracle.Holds(octets.Length > 0 || lostOctets > 0, "an image event tells something");
            Oracle.Holds(lostOctets is >= 0 and <= 1 << 20, "a loss is bounded");
        }

        public void OnCarrierEnd(TimeSpan now, FaxModulation modulation)
        {
            Oracle.Holds(CarrierOn && modulation == Carrier, "what ends had begun");
            CarrierOn = false;
        }

        public void OnSent(TimeSpan now) => Oracle.Holds(false, "nothing was commanded");
    }
}
