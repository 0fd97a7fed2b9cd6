// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Composing;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.T30;
using SkiaSharp;

namespace Hermetic.Documents.Tests.Composing;

/// <summary>What is previewed is what arrives.</summary>
public class PreviewTests
{
    public static TheoryData<FaxResolution, bool, FaxCompression> Calls =>
    [
        (FaxResolution.Superfine, true, FaxCompression.Mmr),
        (FaxResolution.Fine, true, FaxCompression.Mmr),
        (FaxResolution.Fine, false, FaxCompression.Mr),
        (FaxResolution.Standard, false, FaxCompression.Mh),
    ];

    [Theory]
    [MemberData(nameof(Calls))]
    public void Preview_IsWhatTheOtherMachineGets_PelForPel(FaxResolution finest, bool ecm, FaxCompression compression)
    {
        // The document is superfine; the other machine takes less, and then everything but the header is scaled.
        FaxDocument document = Letters.Document([.. SyntheticFax.Pages(PageKind.Form, FaxResolution.Superfine, 2)]);
        ComposedFax fax = Letters.Compose(document, cover: Letters.Cover);
        T30Settings called = new()
        {
            StationId = "+1 555 010 0199",
            Ecm = ecm,
            Compressions = new HashSet<FaxCompression> { FaxCompression.Mh, compression },
            Resolutions = new HashSet<FaxResolution>(
                Enum.GetValues<FaxResolution>().Where(resolution => resolution <= finest)),
        };
        DirectCall call = new(called: called, pages: fax);
        Assert.True(call.Run());
        Assert.Equal((T30EndReason.Completed, 3), (call.Calling.Result.EndReason, call.Calling.Result.PagesSent));
        Assert.Equal(compression, call.Calling.Result.Compression);
        for (int i = 0; i < 3; i++)
        {
            PageBitmap received = call.CalledSink.Pages[i];
            Assert.Equal(finest, received.Format.Resolution);
            Assert.True(Pages.Same(received, Pages.Rows(fax.Open(i, received.Format), received.Format)));
            Assert.True(Pages.Same(received, ReadPng(fax, i, received.Format)));
            Assert.True(Pages.Same(received, Pages.Rows(fax.Encode(i, received.Format))));
        }
    }

    [Fact]
    public void Preview_Png_HasTheTruePelsAndShape()
    {
        ComposedFax fax = Letters.Compose(null, cover: Letters.Cover);
        byte[] png = Png(fax, 0, null);
        Assert.Equal(Pages.Rows(fax.Open(0, Pages.Fine), Pages.Fine), ReadPng(fax, 0, Pages.Fine));
        int shape = png.AsSpan().IndexOf("pHYs"u8) + 4;
        Assert.Equal([0, 0, 0x1F, 0x5F, 0, 0, 0x1E, 0x14, 1], png[shape..(shape + 9)]);
    }

    [Fact]
    public void After_TheRest_HasTheSameRowsAndNumbers()
    {
        FaxDocument document = Letters.Document([.. SyntheticFax.Pages(PageKind.Text, FaxResolution.Fine, 3)]);
        ComposedFax fax = Letters.Compose(document, cover: Letters.Cover);
        ComposedFax rest = fax.After(1).After(1);
        Assert.Equal(2, rest.Count);
        for (int i = 0; i < rest.Count; i++)
        {
            Assert.Equal(fax.FormatOf(i + 2), rest.FormatOf(i));
            Assert.Equal(Pages.Rows(fax.Open(i + 2, Pages.Fine), Pages.Fine),
                Pages.Rows(rest.Open(i, Pages.Fine), Pages.Fine));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => fax.After(4));
    }

    [Fact]
    public void NoPage_IsRefused() =>
        Assert.Equal(RefusalCode.Malformed, ComposedFax.Compose(null, Letters.Header).Refusal!.Code);

    private static byte[] Png(ComposedFax fax, int index, PageFormat? format)
    {
        using MemoryStream png = new();
        fax.WritePng(index, png, format);
        return png.ToArray();
    }

    // By Skia's decoder, which we did not write.
    private static byte[][] ReadPng(ComposedFax fax, int index, PageFormat format)
    {
        using SKBitmap bitmap = SKBitmap.Decode(Png(fax, index, format));
        // Pels or rows are repeated until they are square.
        int across = bitmap.Width / format.WidthPels;
        int down = Math.Max((int)Math.Round(format.HorizontalDpi / format.VerticalDpi), 1);
        Assert.Equal(format.WidthPels * across, bitmap.Width);
        byte[][] rows = new byte[bitmap.Height / down][];
        for (int y = 0; y < rows.Length; y++)
        {
            rows[y] = new byte[format.RowBytes];
            for (int x = 0; x < format.WidthPels; x++)
            {
                byte red = bitmap.GetPixel(x * across, y * down).Red;
                Assert.True(red is 0 or 255);
                rows[y][x >> 3] |= red == 0 ? (byte)(0x80 >> (x & 7)) : (byte)0;
            }
        }

        return rows;
    }
}
