// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;

namespace Hermetic.Protocol.Tests.T38;

public sealed class AllocationTests
{
    [Theory]
    [InlineData(UdptlErrorCorrection.Redundancy)]
    [InlineData(UdptlErrorCorrection.Fec)]
    public void Page_InSteadyState_AllocatesNothingOnEitherSide(UdptlErrorCorrection correction)
    {
        Wire wire = new(correction);
        wire.Run(packets: 300);
        Assert.Equal(0, Allocations.Least(() => wire.Run(packets: 2000)));
        Assert.True(wire.Octets > 2000 * 50, $"{wire.Octets} octets came");
    }

    private sealed class Wire : IDatagramOutput, IFaxModemEvents, IImageSource
    {
        private readonly T38Terminal sender;
        private readonly T38Terminal receiver;
        private TimeSpan now;
        private int sent;

        public Wire(UdptlErrorCorrection correction)
        {
            T38Settings settings = new() { Version = 3, ErrorCorrection = correction };
            sender = new(settings, this);
            receiver = new(settings, this);
            sender.Attach(this);
            receiver.Attach(this);
            sender.SendImage(FaxModulation.V17At14400, shortTraining: true, this);
        }

        public long Octets { get; private set; }

        public void Run(int packets)
        {
            int until = sent + packets;
            while (sent < until)
            {
                now = sender.NextDeadline > now ? sender.NextDeadline.Value : now;
                sender.Advance(now);
                receiver.Advance(now);
            }
        }

        public void Send(ReadOnlySpan<byte> datagram)
        {
            // Every tenth is lost, so that mending is measured too.
            if (++sent % 10 != 0)
            {
                receiver.Receive(now, datagram);
            }
        }

        public int Read(Span<byte> destination)
        {
            destination.Fill(0x5A);
            return destination.Length;
        }

        public void OnImage(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> octets, int lostOctets) =>
            Octets += octets.Length;

        public void OnSignal(TimeSpan now, LineSignal signal, FaxModulation modulation)
        {
        }

        public void OnFrame(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
        {
        }

        public void OnCarrierEnd(TimeSpan now, FaxModulation modulation)
        {
        }

        public void OnSent(TimeSpan now)
        {
        }
    }
}
