// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;

namespace Hermetic.Protocol.Tests.T38;

/// <summary>A gateway modulates what we send as it comes: it must neither starve nor have to store.</summary>
public sealed class PacingTests : IT38Observer
{
    private readonly List<(TimeSpan At, int Octets)> sent = [];

    public static TheoryData<FaxModulation, int> Rates
    {
        get
        {
            TheoryData<FaxModulation, int> data = [];
            foreach (FaxModulation modulation in Enum.GetValues<FaxModulation>())
            {
                if (modulation != FaxModulation.V21)
                {
                    data.Add(modulation, 30);
                    data.Add(modulation, 20);
                    data.Add(modulation, 40);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Page_Any100Milliseconds_CarryTheLinesOctetsWithinOnePacket(FaxModulation modulation, int intervalMs)
    {
        Run(modulation, intervalMs, terminal => terminal.SendImage(
            modulation, shortTraining: false, new ListedImage(new byte[modulation.BitsPerSecond()])));
        double octetsPerMs = modulation.BitsPerSecond() / 8000.0;
        AssertPace(octetsPerMs, margin: octetsPerMs * intervalMs + 1);
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void EcmBlock_Any100Milliseconds_CarryTheLinesOctetsLessStuffing(FaxModulation modulation, int intervalMs)
    {
        byte[][] frames = [.. Enumerable.Range(0, 30).Select(i => T38TerminalTests.RandomOctets(i, 260))];
        Run(modulation, intervalMs, terminal =>
            terminal.SendEcmBlock(modulation, shortTraining: false, new ListedFrames(frames)));

        // Of a frame's 263 octets 260 are carried, and random octets take about 1.6 % of stuffed bits.
        double octetsPerMs = modulation.BitsPerSecond() / 8000.0 * (260 / 263.0) / 1.016;
        AssertPace(octetsPerMs, margin: octetsPerMs * intervalMs + 8);
    }

    [Fact]
    public void Host_ThatIsLate_CatchesUpWithTheLineAndNoFurther()
    {
        TimeSpan now = TimeSpan.Zero;
        LineRecorder heard = new();
        T38Settings settings = T38TerminalTests.Settings(IfpSyntax.Asn2002);
        T38Terminal terminal = new(settings, new Nowhere(), this);
        terminal.Attach(heard);
        terminal.SendImage(FaxModulation.V29At9600, shortTraining: false, new ListedImage(new byte[9600]));
        double packet = settings.PacketInterval.TotalMilliseconds * 1.2;
        Random random = new(5);
        while (heard.Sent.Count == 0)
        {
            terminal.Advance(now);
            now += TimeSpan.FromMilliseconds(random.Next(1, 130));
            Assert.True(now < TimeSpan.FromSeconds(20), "the page never ended");
        }

        TimeSpan start = TimeSpan.FromMilliseconds(253);
        int total = 0;
        foreach (IGrouping<TimeSpan, (TimeSpan At, int Octets)> due in sent.GroupBy(packet => packet.At))
        {
            // From the last one on there is less to come than the line would take.
            total += due.Sum(packet => packet.Octets);
            double line = Math.Min((due.Key - start).TotalMilliseconds * 1.2, 9600);
            Assert.InRange(total, line - packet, line + packet + 1);
        }
    }

    void IT38Observer.OnIfp(TimeSpan now, bool sent, in IfpPacket packet)
    {
        int octets = 0;
        foreach (IfpField field in packet)
        {
            octets += field.Data.Length;
        }

        if (octets > 0)
        {
            this.sent.Add((now, octets));
        }
    }

    private void Run(FaxModulation modulation, int intervalMs, Action<T38Terminal> command)
    {
        T38Settings settings = new() { Version = 3, PacketInterval = TimeSpan.FromMilliseconds(intervalMs) };
        LineRecorder heard = new();
        T38Terminal terminal = new(settings, new Nowhere(), this);
        terminal.Attach(heard);
        command(terminal);
        while (heard.Sent.Count == 0)
        {
            TimeSpan at = terminal.NextDeadline!.Value;
            Assert.True(at < TimeSpan.FromSeconds(60), $"{modulation} never ended");
            terminal.Advance(at);
        }
    }

    // In every window the octets lie between what the line takes less one packet, and as much more.
    private void AssertPace(double octetsPerMs, double margin)
    {
        TimeSpan window = TimeSpan.FromMilliseconds(100);
        TimeSpan end = sent[^1].At;
        int checkedWindows = 0;
        for (TimeSpan from = sent[0].At; from + window < end; from += TimeSpan.FromMilliseconds(7))
        {
            int octets = sent.Where(packet => packet.At >= from && packet.At < from + window)
                .Sum(packet => packet.Octets);
            Assert.InRange(octets, octetsPerMs * 100 - margin, octetsPerMs * 100 + margin);
            checkedWindows++;
        }

        Assert.True(checkedWindows > 50);
    }

    private sealed class Nowhere : IDatagramOutput
    {
        public void Send(ReadOnlySpan<byte> datagram)
        {
        }
    }
}
