// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Tests.Modems;

/// <summary>Makes test signals at 8 kHz.</summary>
internal static class Signal
{
    public static short[] Silence(double seconds) => new short[(int)(seconds * 8000)];

    public static short[] Tone(double hertz, double seconds, double amplitude = 5000) =>
        [.. Enumerable.Range(0, (int)(seconds * 8000))
            .Select(i => (short)(amplitude * Math.Sin(2 * Math.PI * hertz * i / 8000)))];

    public static short[] Noise(Random random, double seconds, double amplitude) =>
        [.. Enumerable.Range(0, (int)(seconds * 8000))
            .Select(_ => (short)(amplitude * ((2 * random.NextDouble()) - 1)))];

    public static short[] Mix(short[] a, short[] b) =>
        [.. a.Zip(b, (x, y) => (short)Math.Clamp(x + y, short.MinValue, short.MaxValue))];

    /// <summary>Continuous-phase FSK of V.21 channel 2, with a clock that may be off.</summary>
    public static short[] V21(IEnumerable<bool> bits, double amplitude = 5000, double bitRate = 300,
        double offsetHertz = 0)
    {
        List<short> samples = [];
        double phase = 0;
        double time = 0;
        double edge = 0;
        foreach (bool bit in bits)
        {
            edge += 8000 / bitRate;
            for (; time < edge; time++)
            {
                phase += 2 * Math.PI * ((bit ? 1650 : 1850) + offsetHertz) / 8000;
                samples.Add((short)(amplitude * Math.Sin(phase)));
            }
        }

        return [.. samples];
    }

    public static IEnumerable<bool> Flags(int count) =>
        Enumerable.Repeat(new[] { false, true, true, true, true, true, true, false }, count).SelectMany(flag => flag);

    public static IEnumerable<bool> FlagsSharingZeros(int count) =>
        Enumerable.Repeat(new[] { false, true, true, true, true, true, true }, count).SelectMany(flag => flag);
}
