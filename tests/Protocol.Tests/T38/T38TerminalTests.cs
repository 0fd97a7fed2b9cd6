// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;
using Hermetic.TestKit.Simulation;

namespace Hermetic.Protocol.Tests.T38;

public sealed class T38TerminalTests
{
    private static readonly byte[] Csi = Convert.FromHexString("FFC0400406070809");
    private static readonly byte[] Dis = Convert.FromHexString("FFC8801000FE40");

    public static TheoryData<IfpSyntax> Syntaxes => [.. Enum.GetValues<IfpSyntax>()];

    [Theory]
    [MemberData(nameof(Syntaxes))]
    public void Control_TwoFrames_ArriveBehindOnePreamble(IfpSyntax syntax)
    {
        TerminalPair pair = new(Settings(syntax));
        pair.A.SendControl(new ListedFrames(Csi, Dis));
        pair.RunUntilSent();
        Assert.Equal(
            ["Preamble V21", "frame FFC0400406070809", "frame FFC8801000FE40", "end V21", "Silence"],
            pair.HeardByB.Story);
    }

    [Fact]
    public void Control_Timing_IsThatOfALine()
    {
        TerminalPair pair = new(Settings(IfpSyntax.Asn2002));
        pair.A.SendControl(new ListedFrames(Csi, Dis));
        pair.RunUntilSent();

        // 1 s of flags, then (8 + 2 + 1) and (7 + 2 + 1) octets at 300 bit/s, and a few stuffed bits.
        double seconds = pair.HeardByA.Sent[0].TotalSeconds;
        Assert.InRange(seconds, 1 + 21 * 8 / 300.0, 1 + 21 * 8 / 300.0 + 0.05);
        Assert.InRange(pair.HeardByB.Frames[0].At.TotalSeconds, 1 + 10 * 8 / 300.0 - 0.06, 1 + 11 * 8 / 300.0 + 0.06);
    }

    [Theory]
    [InlineData(FaxModulation.V27Ter2400, 943)]
    [InlineData(FaxModulation.V27Ter4800, 708)]
    [InlineData(FaxModulation.V29At7200, 253)]
    [InlineData(FaxModulation.V29At9600, 253)]
    [InlineData(FaxModulation.V17At7200, 1393)]
    [InlineData(FaxModulation.V17At9600, 1393)]
    [InlineData(FaxModulation.V17At12000, 1393)]
    [InlineData(FaxModulation.V17At14400, 1393)]
    public void Training_Transferred_ArrivesAsZerosForItsTime(FaxModulation modulation, int trainingMs)
    {
        TerminalPair pair = new(Settings(IfpSyntax.Asn2002));
        pair.A.SendTraining(modulation, TimeSpan.FromSeconds(1.5));
        pair.RunUntilSent();
        Assert.Equal($"Training {modulation}", pair.HeardByB.Story[0]);
        Assert.Equal([$"end {modulation}", "Silence"], pair.HeardByB.Story[^2..]);
        Assert.Equal(modulation.BitsPerSecond() * 3 / 16, pair.HeardByB.Image.Count);
        Assert.DoesNotContain(pair.HeardByB.Image, octet => octet != 0);
        Assert.Equal(trainingMs / 1000.0 + 1.5, pair.HeardByA.Sent[0].TotalSeconds, 0.002);
    }

    [Fact]
    public void Training_Local_SendsNoTcfAndTheReceiverMakesIt()
    {
        TerminalPair pair = new(Settings(IfpSyntax.Asn2002) with { RateManagement = T38RateManagement.LocalTcf });
        pair.A.SendTraining(FaxModulation.V29At9600, TimeSpan.FromSeconds(1.5));
        pair.RunUntilSent();
        Assert.InRange(pair.A.Statistics.OctetsSent, 1, 200);
        Assert.Equal(9600 * 3 / 16, pair.HeardByB.Image.Count);
        Assert.Equal(1.753, pair.HeardByA.Sent[0].TotalSeconds, 0.002);
        Assert.Equal(["end V29At9600", "Silence"], pair.HeardByB.Story[^2..]);
    }

    [Theory]
    [MemberData(nameof(Syntaxes))]
    public void Image_Page_ArrivesWholeWithATailOfZeros(IfpSyntax syntax)
    {
        byte[] page = RandomOctets(7, 20_000);
        TerminalPair pair = new(Settings(syntax));
        pair.A.SendImage(FaxModulation.V17At14400, shortTraining: true, new ListedImage(page));
        pair.RunUntilSent();
        Assert.Equal(page, pair.HeardByB.Image.Take(page.Length));
        Assert.All(pair.HeardByB.Image.Skip(page.Length), octet => Assert.Equal(0, octet));
        Assert.Equal(0, pair.HeardByB.LostOctets);
        Assert.Equal(0.142 + 20_000 * 8 / 14400.0 + 0.02, pair.HeardByA.Sent[0].TotalSeconds, 0.002);
    }

    [Theory]
    [MemberData(nameof(Syntaxes))]
    public void EcmBlock_Frames_ArriveInOrder(IfpSyntax syntax)
    {
        byte[][] frames = [.. Enumerable.Range(0, 40).Select(i => RandomOctets(i, 260)), [0xFF, 0xC8, 0x61]];
        TerminalPair pair = new(Settings(syntax));
        pair.A.SendEcmBlock(FaxModulation.V17At14400, shortTraining: true, new ListedFrames(frames));
        pair.RunUntilSent();
        Assert.Equal(frames.Select(Convert.ToHexString), pair.HeardByB.Frames.Select(frame => frame.Hex));
        Assert.All(pair.HeardByB.Frames, frame => Assert.True(frame.Valid));
    }

    [Fact]
    public void Tones_CngAndCed_AreHeardAndEnd()
    {
        TerminalPair pair = new(Settings(IfpSyntax.Asn2002));
        pair.A.SendCng();
        pair.Simulation.RunFor(TimeSpan.FromSeconds(4.5));
        pair.A.SendSilence();
        pair.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(["Cng", "Silence", "Cng", "Silence"], pair.HeardByB.Story);
        Assert.Empty(pair.HeardByA.Story);
        pair.A.SendCed();
        pair.RunUntilSent();
        Assert.Equal(["Ced", "Silence"], pair.HeardByB.Story[^2..]);
        Assert.Equal(5.5 + 3.075, pair.HeardByA.Sent[0].TotalSeconds, 0.002);
    }

    [Fact]
    public void Command_InMidTransmission_CutsItOffWithSilence()
    {
        TerminalPair pair = new(Settings(IfpSyntax.Asn2002));
        pair.A.SendImage(FaxModulation.V29At9600, shortTraining: false, new ListedImage(RandomOctets(1, 50_000)));
        pair.Simulation.RunFor(TimeSpan.FromSeconds(3));
        pair.A.SendControl(new ListedFrames(Dis));
        pair.RunUntilSent();
        Assert.Equal(
            ["end V29At9600", "Silence", "Preamble V21", "frame FFC8801000FE40", "end V21", "Silence"],
            pair.HeardByB.Story[^6..]);
        Assert.InRange(pair.HeardByB.Image.Count, 1, 1200 * 3);
    }

    [Theory]
    [InlineData(UdptlErrorCorrection.Redundancy)]
    [InlineData(UdptlErrorCorrection.Fec)]
    public void Page_OverALossyNetwork_ArrivesWholeOrSaysWhatIsMissing(UdptlErrorCorrection correction)
    {
        LossyChannelSettings network = new()
        {
            Loss = 0.05,
            Duplication = 0.05,
            Reordering = 0.05,
            Jitter = TimeSpan.FromMilliseconds(40),
        };
        byte[] page = RandomOctets(3, 15_000);
        for (int seed = 1; seed <= 30; seed++)
        {
            T38Settings settings = Settings(IfpSyntax.Asn2002) with { ErrorCorrection = correction };
            TerminalPair pair = new(settings, network, seed);
            pair.A.SendImage(FaxModulation.V17At14400, shortTraining: true, new ListedImage(page));
            pair.RunUntilSent();
            bool whole = pair.HeardByB.Image.Take(page.Length).SequenceEqual(page);
            Assert.True(whole || pair.HeardByB.LostOctets > 0, $"seed {seed}: octets are missing and nothing says so");
            Assert.True(whole == (pair.B.Statistics.Lost == 0), $"seed {seed}: {pair.B.Statistics}");
            Assert.True(pair.B.Statistics.Repaired > 0, $"seed {seed}: nothing was mended");
            Assert.Equal(FaxModulation.V17At14400, Assert.Single(pair.HeardByB.CarrierEnds).Modulation);
        }
    }

    internal static T38Settings Settings(IfpSyntax syntax) =>
        new() { Version = syntax == IfpSyntax.Asn1998 ? 0 : 3, Asn1998Syntax = syntax == IfpSyntax.Asn1998 };

    internal static byte[] RandomOctets(int seed, int length)
    {
        byte[] octets = new byte[length];
        new Random(seed).NextBytes(octets);
        return octets;
    }
}
