// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using CsCheck;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.LibTiff;

namespace Hermetic.Protocol.Tests.T4;

/// <summary>Against a codec that we did not write: each side decodes what the other encoded, pel for pel.</summary>
public sealed class LibTiffTests
{
    private const string Seed = "0N0XIzNsQ0O2";

    // Drawn once for the three compressions.
    private static readonly ConcurrentDictionary<PageFormat, PageBitmap[]> Drawn = [];

    public static TheoryData<FaxCompression, FaxResolution, PageWidth> Pages() => new(
        from compression in Enum.GetValues<FaxCompression>()
        from format in (PageFormat[])
        [
            new(FaxResolution.Standard, PageWidth.A4), new(FaxResolution.Fine, PageWidth.B4),
            new(FaxResolution.Dpi300, PageWidth.A4), new(FaxResolution.Standard, PageWidth.A3),
        ]
        select (compression, format.Resolution, format.Width));

    [Theory]
    [MemberData(nameof(Pages))]
    public void SyntheticPages_ThroughLibTiffAndUs_AreTheSame(FaxCompression compression, FaxResolution resolution,
        PageWidth width)
    {
        PageFormat format = new(resolution, width);
        foreach (PageBitmap page in Drawn.GetOrAdd(format, Draw))
        {
            AssertAgreement(compression, format.WidthPels, page.Rows, page.Bits);
        }
    }

    [Theory]
    [InlineData(FaxCompression.Mh)]
    [InlineData(FaxCompression.Mr)]
    [InlineData(FaxCompression.Mmr)]
    public void RandomRows_ThroughLibTiffAndUs_AreTheSame(FaxCompression compression) =>
        Gen.Int[1, 400].SelectMany(octets =>
                RowGen.Page(octets * 8, rowsMax: 10).Select(bits => (pels: octets * 8, bits)))
            .Sample(page => AssertAgreement(compression, page.pels, page.bits.Length / (page.pels / 8), page.bits),
                seed: Seed, iter: 400, threads: 1);

    [Theory]
    [InlineData(FaxCompression.Mh)]
    [InlineData(FaxCompression.Mmr)]
    public void EveryRunLength_ThroughLibTiffAndUs_IsTheSame(FaxCompression compression)
    {
        const int pels = FaxDecoderLimits.WidthPelsMax;
        const int rowBytes = pels / 8;
        byte[] bits = new byte[pels * rowBytes];
        for (int run = 0; run < pels; run++)
        {
            // White `run` pels, then black to the end; every other row inverted, so that each length comes in both
            // colours.
            Span<byte> row = bits.AsSpan(run * rowBytes, rowBytes);
            row[(run / 8)..].Fill(0xFF);
            row[run / 8] = (byte)(0xFF >> (run & 7));
            for (int i = 0; i < rowBytes && (run & 1) != 0; i++)
            {
                row[i] ^= 0xFF;
            }
        }

        AssertAgreement(compression, pels, pels, bits);
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] ^= 0xFF;
        }

        AssertAgreement(compression, pels, pels, bits);
    }

    private static PageBitmap[] Draw(PageFormat format) =>
        [SyntheticPage.Text(format, 1), SyntheticPage.Form(format, 2), SyntheticPage.DitheredGrey(format, 3)];

    private static void AssertAgreement(FaxCompression compression, int pels, int rows, ReadOnlySpan<byte> bits)
    {
        byte[] ours = FaxCodec.Encode(compression, pels, bits, new FaxEncoderSettings { K = 4 });
        byte[] peerPels = new byte[bits.Length];
        using LibTiffPage peer = LibTiffPage.OpenDecoder(compression, pels, rows);
        Assert.Equal(0, peer.Decode(ours, peerPels));
        Assert.True(bits.SequenceEqual(peerPels), "libtiff sees other pels in what we encoded");

        byte[] theirs = LibTiffPage.Encode(compression, pels, rows, bits);
        (RowCollector decoded, FaxDecoder decoder) = FaxCodec.Decode(compression, pels, theirs, 4096);
        Assert.Equal(FaxRowFault.None, decoder.FirstFault);
        Assert.Equal(rows, decoded.Rows);
        Assert.True(bits.SequenceEqual(decoded.Bits), "we see other pels in what libtiff encoded");
    }
}
