// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Modems;

namespace Hermetic.Protocol.Tests.Modems;

public sealed class FaxSignalDetectorTests
{
    private static FaxSignals Hear(params short[][] parts)
    {
        FaxSignalDetector detector = new();
        foreach (short[] part in parts)
        {
            // In RTP packets of 20 ms.
            for (int at = 0; at < part.Length; at += 160)
            {
                detector.Write(part.AsSpan(at, Math.Min(160, part.Length - at)));
            }
        }

        return detector.Heard;
    }

    [Theory]
    [InlineData(1100)]
    [InlineData(1062)]
    [InlineData(1138)]
    public void Cng_WithinItsTolerance_IsHeard(double hertz) =>
        Assert.Equal(FaxSignals.Cng, Hear(Signal.Silence(0.113), Signal.Tone(hertz, 0.425), Signal.Silence(1)));

    [Theory]
    [InlineData(2100)]
    [InlineData(2085)]
    [InlineData(2115)]
    public void Ced_WithinItsTolerance_IsHeard(double hertz) =>
        Assert.Equal(FaxSignals.Ced, Hear(Signal.Silence(0.2), Signal.Tone(hertz, 2.6), Signal.Silence(0.075)));

    [Fact]
    public void Ced_WithPhaseReversalsEvery450Milliseconds_IsHeard()
    {
        short[] tone = Signal.Tone(2100, 0.45);
        short[] reversed = [.. tone.Select(sample => (short)-sample)];
        Assert.Equal(FaxSignals.Ced, Hear(tone, reversed, tone, reversed));
    }

    [Fact]
    public void GeneratedCng_KeepsItsCadenceAndIsHeard()
    {
        ToneGenerator generator = new();
        generator.Start(FaxTone.Cng);
        short[] samples = new short[8000 * 4];
        Assert.True(generator.Generate(samples));
        Assert.Equal(FaxSignals.Cng, Hear(samples));
        Assert.All(samples[4000..28000], sample => Assert.Equal(0, sample));
        Assert.Contains(samples[28000..], sample => sample != 0);
    }

    [Fact]
    public void GeneratedCed_ThroughBothLaws_IsHeard()
    {
        ToneGenerator generator = new();
        generator.Start(FaxTone.Ced);
        short[] samples = new short[8000];
        Assert.True(generator.Generate(samples));
        foreach (G711Law law in Enum.GetValues<G711Law>())
        {
            byte[] coded = new byte[samples.Length];
            short[] decoded = new short[samples.Length];
            G711.Encode(law, samples, coded);
            G711.Decode(law, coded, decoded);
            Assert.Equal(FaxSignals.Ced, Hear(decoded));
        }
    }

    [Theory]
    [InlineData(5000, 300, 0)]
    [InlineData(400, 300, 0)]
    [InlineData(20000, 300.03, 12)]
    [InlineData(5000, 299.97, -12)]
    public void Preamble_OfFlags_IsHeard(double amplitude, double bitRate, double offset)
    {
        Assert.Equal(FaxSignals.Preamble,
            Hear(Signal.Silence(0.2), Signal.V21(Signal.Flags(38), amplitude, bitRate, offset)));
        Assert.Equal(FaxSignals.Preamble,
            Hear(Signal.Silence(0.2), Signal.V21(Signal.FlagsSharingZeros(40), amplitude, bitRate, offset)));
    }

    [Fact]
    public void Preamble_AtAnyPhaseOfTheClock_IsHeardWithinTwelveFlags()
    {
        for (int lead = 0; lead < 80; lead++)
        {
            Assert.Equal(FaxSignals.Preamble, Hear(Signal.Silence(lead / 8000.0), Signal.V21(Signal.Flags(12))));
        }
    }

    [Fact]
    public void Preamble_UnderNoise_IsHeard()
    {
        const int seed = 20261123;
        short[] flags = Signal.V21(Signal.Flags(38));
        short[] noise = Signal.Noise(new Random(seed), 2, 2000);
        Assert.Equal(FaxSignals.Preamble, Hear(Signal.Mix(flags, noise)));
    }

    [Theory]
    [InlineData(350, 440)]
    [InlineData(440, 480)]
    [InlineData(480, 620)]
    [InlineData(425, 425)]
    [InlineData(1209, 697)]
    [InlineData(1477, 941)]
    [InlineData(950, 950)]
    [InlineData(1400, 1400)]
    [InlineData(1800, 1800)]
    [InlineData(1004, 1004)]
    [InlineData(2225, 2225)]
    [InlineData(1650, 1850)]
    public void CallProgressAndOtherTones_AreNotTakenForFax(double first, double second) =>
        Assert.Equal(FaxSignals.None, Hear(Signal.Mix(Signal.Tone(first, 3, 4000), Signal.Tone(second, 3, 4000))));

    [Fact]
    public void ShortTones_AreNotTakenForFax() =>
        Assert.Equal(FaxSignals.None, Hear(Signal.Tone(1100, 0.2), Signal.Silence(0.3), Signal.Tone(2100, 0.35)));

    [Fact]
    public void QuietTones_AreNotTakenForFax() => Assert.Equal(FaxSignals.None, Hear(Signal.Tone(1100, 1, 60)));

    [Fact]
    public void Noise_OfAMinute_IsNotTakenForFax()
    {
        const int seed = 7;
        Assert.Equal(FaxSignals.None, Hear(Signal.Noise(new Random(seed), 60, 12000)));
    }

    [Fact]
    public void V21Data_WithoutFlags_IsNotTakenForAPreamble()
    {
        const int seed = 11;
        Random random = new(seed);
        Assert.Equal(FaxSignals.None,
            Hear(Signal.V21(Enumerable.Range(0, 9000).Select(i => i % 5 != 4 && random.Next(2) == 0))));
    }

    [Fact]
    public void Preamble_ThatStops_IsPresentNoMore()
    {
        V21PreambleDetector detector = new();
        detector.Write(Signal.V21(Signal.Flags(20)));
        Assert.True(detector.IsPresent);
        detector.Write(Signal.Silence(0.1));
        Assert.False(detector.IsPresent);
    }
}
