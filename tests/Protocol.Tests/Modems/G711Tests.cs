// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Modems;

namespace Hermetic.Protocol.Tests.Modems;

public sealed class G711Tests
{
    [Theory]
    [InlineData(G711Law.Mu, 0xFF, 0)]
    [InlineData(G711Law.Mu, 0x80, 32124)]
    [InlineData(G711Law.Mu, 0x00, -32124)]
    [InlineData(G711Law.Mu, 0xFE, 8)]
    [InlineData(G711Law.A, 0xD5, 8)]
    [InlineData(G711Law.A, 0x55, -8)]
    [InlineData(G711Law.A, 0xAA, 32256)]
    [InlineData(G711Law.A, 0x2A, -32256)]
    public void Decode_KnownOctet_GivesG711Value(G711Law law, byte octet, short expected) =>
        Assert.Equal(expected, G711.Decode(law, octet));

    [Theory]
    [InlineData(G711Law.Mu)]
    [InlineData(G711Law.A)]
    public void Encode_OfEveryDecodedOctet_GivesItBack(G711Law law)
    {
        for (int octet = 0; octet < 256; octet++)
        {
            // µ-law has two zeros; the negative one comes back as the positive.
            int expected = law == G711Law.Mu && octet == 0x7F ? 0xFF : octet;
            Assert.Equal(expected, G711.Encode(law, G711.Decode(law, (byte)octet)));
        }
    }

    [Theory]
    [InlineData(G711Law.Mu)]
    [InlineData(G711Law.A)]
    public void Encode_AnySample_PicksTheNearestValueWithinHalfAStep(G711Law law)
    {
        short[] values = [.. Enumerable.Range(0, 256)
            .Select(octet => G711.Decode(law, (byte)octet)).Distinct().Order()];
        for (int sample = short.MinValue; sample <= short.MaxValue; sample++)
        {
            int coded = G711.Decode(law, G711.Encode(law, (short)sample));
            int at = Array.BinarySearch(values, (short)coded);
            int below = at > 0 ? values[at - 1] : coded;
            int above = at + 1 < values.Length ? values[at + 1] : coded;
            int error = Math.Abs(sample - coded);
            bool clipped = sample < values[0] || sample > values[^1];
            Assert.True(clipped || error <= Math.Max(Math.Abs(sample - below), Math.Abs(sample - above)),
                $"{sample} became {coded}");
            Assert.True(clipped || error <= Math.Max(above - coded, coded - below), $"{sample} became {coded}");
        }
    }

    [Theory]
    [InlineData(G711Law.Mu)]
    [InlineData(G711Law.A)]
    public void Spans_MatchSingleSamples(G711Law law)
    {
        byte[] octets = [.. Enumerable.Range(0, 256).Select(octet => (byte)octet)];
        short[] samples = new short[256];
        byte[] back = new byte[256];
        G711.Decode(law, octets, samples);
        G711.Encode(law, samples, back);
        for (int i = 0; i < 256; i++)
        {
            Assert.Equal(G711.Decode(law, octets[i]), samples[i]);
            Assert.Equal(G711.Encode(law, samples[i]), back[i]);
        }
    }
}
