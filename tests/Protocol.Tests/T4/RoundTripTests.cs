// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;

namespace Hermetic.Protocol.Tests.T4;

public sealed class RoundTripTests
{
    private const string Seed = "0N0XIzNsQ0O2";

    private static readonly FaxCompression[] Compressions = [FaxCompression.Mh, FaxCompression.Mr, FaxCompression.Mmr];

    public static TheoryData<FaxCompression, FaxResolution, PageWidth> Formats()
    {
        TheoryData<FaxCompression, FaxResolution, PageWidth> data = [];
        foreach (FaxCompression compression in Compressions)
        {
            foreach (FaxResolution resolution in Enum.GetValues<FaxResolution>())
            {
                foreach (PageWidth width in Enum.GetValues<PageWidth>())
                {
                    data.Add(compression, resolution, width);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void RandomRows_EncodedAndDecoded_AreTheSame(FaxCompression compression, FaxResolution resolution,
        PageWidth width)
    {
        int pels = new PageFormat(resolution, width).WidthPels;
        Gen.Select(RowGen.Page(pels, rowsMax: 12), Gen.Int[1, 9], Gen.Int[0, 300])
            .Sample((bits, k, minimum) => AssertRoundTrip(compression, pels, bits,
                new FaxEncoderSettings { K = k, MinimumRowBits = minimum }), seed: Seed, iter: 40, threads: 1);
    }

    [Theory]
    [InlineData(FaxCompression.Mh)]
    [InlineData(FaxCompression.Mr)]
    [InlineData(FaxCompression.Mmr)]
    public void RandomRows_OfAnyWidth_AreTheSame(FaxCompression compression) =>
        Gen.Int[1, 300].SelectMany(pels => RowGen.Page(pels, rowsMax: 8).Select(bits => (pels, bits)))
            .Sample(page => AssertRoundTrip(compression, page.pels, page.bits, new FaxEncoderSettings { K = 2 }),
                seed: Seed, iter: 3000, threads: 1);

    private static void AssertRoundTrip(FaxCompression compression, int pels, byte[] bits, FaxEncoderSettings settings)
    {
        byte[] coded = FaxCodec.Encode(compression, pels, bits, settings);
        foreach (int chunk in (int[])[0, 1, 7])
        {
            (RowCollector rows, FaxDecoder decoder) = FaxCodec.Decode(compression, pels, coded, chunk);
            Assert.True(decoder.SawEndOfPage, $"chunks of {chunk}: {decoder.State}, {decoder.FirstFault}");
            Assert.Equal(0, decoder.BadRows);
            Assert.True(rows.Bits.SequenceEqual(bits), $"chunks of {chunk}: the pels differ");
        }
    }
}
