// SPDX-License-Identifier: Apache-2.0
using BitMiracle.LibTiff.Classic;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using LibTiff = BitMiracle.LibTiff.Classic.Tiff;
using Tag = BitMiracle.LibTiff.Classic.TiffTag;

namespace Hermetic.Documents.Tests.Tiff;

/// <summary>TIFF files as other programs write them.</summary>
public class TiffInputTests
{
    private static readonly PageBitmap Page = SyntheticPage.Text(Pages.Fine, 6);

    [Theory]
    [InlineData(Compression.NONE, 0, FillOrder.MSB2LSB, Photometric.MINISWHITE, 10_000)]
    [InlineData(Compression.NONE, 0, FillOrder.MSB2LSB, Photometric.MINISBLACK, 7)]
    [InlineData(Compression.CCITTFAX3, 0, FillOrder.MSB2LSB, Photometric.MINISWHITE, 10_000)]
    [InlineData(Compression.CCITTFAX3, 1, FillOrder.LSB2MSB, Photometric.MINISWHITE, 10_000)]
    [InlineData(Compression.CCITTFAX3, 5, FillOrder.MSB2LSB, Photometric.MINISBLACK, 100)]
    [InlineData(Compression.CCITTFAX4, 0, FillOrder.MSB2LSB, Photometric.MINISWHITE, 10_000)]
    [InlineData(Compression.CCITTFAX4, 0, FillOrder.LSB2MSB, Photometric.MINISBLACK, 64)]
    [InlineData(Compression.LZW, 0, FillOrder.MSB2LSB, Photometric.MINISWHITE, 64)]
    [InlineData(Compression.PACKBITS, 0, FillOrder.MSB2LSB, Photometric.MINISBLACK, 64)]
    [InlineData(Compression.CCITTRLE, 0, FillOrder.MSB2LSB, Photometric.MINISWHITE, 10_000)]
    public async Task BilevelPage_OnAFaxRaster_IsPelForPel(Compression compression, int options, FillOrder order,
        Photometric photometric, int rowsPerStrip)
    {
        byte[] file = Write(tiff =>
        {
            Describe(tiff, Page.Format.WidthPels, Page.Rows, 1, 1, compression, photometric, rowsPerStrip);
            tiff.SetField(Tag.FILLORDER, order);
            if (compression == Compression.CCITTFAX3)
            {
                tiff.SetField(Tag.GROUP3OPTIONS, options);
            }

            for (int y = 0; y < Page.Rows; y++)
            {
                byte[] row = Page.Row(y).ToArray();
                tiff.WriteScanline(photometric == Photometric.MINISBLACK ? [.. row.Select(o => (byte)~o)] : row, y);
            }
        });
        FaxDocument document = await Pages.OpenAsync(file);
        Assert.Equal(Pages.Fine, document.FormatOf(0));
        Assert.True(Pages.Same(Page, Pages.Rows(document.Pages[0])));
    }

    [Theory]
    [InlineData(Compression.LZW, 1)]
    [InlineData(Compression.ADOBE_DEFLATE, 3)]
    [InlineData(Compression.NONE, 3)]
    public async Task GreyAndColour_AreDithered(Compression compression, int samples)
    {
        byte[] file = Write(tiff =>
        {
            Describe(tiff, 850, 1100, 8, samples, compression,
                samples == 1 ? Photometric.MINISBLACK : Photometric.RGB, 50);
            byte[] row = new byte[850 * samples];
            for (int y = 0; y < 1100; y++)
            {
                row.AsSpan().Fill((byte)(y < 550 ? 255 : 128));
                tiff.WriteScanline(row, y);
            }
        }, dpi: 100);
        byte[][] rows = Pages.Rows((await Pages.OpenAsync(file)).Pages[0]);
        Assert.InRange(rows.Length, 2140, 2152);
        Assert.Equal(0, Pages.Ink(rows, 100, 100, 1500, 800));
        Assert.InRange(Pages.Ink(rows, 100, 1200, 1500, 800), 0.48, 0.52);
    }

    [Theory]
    [InlineData(Orientation.BOTRIGHT)]
    [InlineData(Orientation.RIGHTTOP)]
    [InlineData(Orientation.LEFTBOT)]
    public async Task TurnedPage_IsPutUpright(Orientation orientation)
    {
        // A bar along the top of the stored page.
        byte[] file = Write(tiff =>
        {
            Describe(tiff, 1600, 1500, 1, 1, Compression.CCITTFAX4, Photometric.MINISWHITE, 1500);
            tiff.SetField(Tag.ORIENTATION, orientation);
            byte[] row = new byte[200];
            for (int y = 0; y < 1500; y++)
            {
                row.AsSpan().Fill((byte)(y < 100 ? 0xFF : 0));
                tiff.WriteScanline(row, y);
            }
        }, dpi: 200);
        byte[][] rows = Pages.Rows((await Pages.OpenAsync(file)).Pages[0]);
        double top = Pages.Ink(rows, 200, 10, 1300, 60);
        double bottom = Pages.Ink(rows, 200, rows.Length - 70, 1300, 60);
        double left = Pages.Ink(rows, 0, 100, 864, rows.Length - 200);
        double right = Pages.Ink(rows, 864, 100, 864, rows.Length - 200);
        Assert.Equal(orientation switch
        {
            Orientation.BOTRIGHT => "bottom",
            Orientation.RIGHTTOP => "right",
            _ => "left",
        }, bottom > 0.9 ? "bottom" : top > 0.9 ? "top" : right > left ? "right" : "left");
    }

    [Fact]
    public async Task AskedResolution_BeatsTheFilesOwn()
    {
        byte[] file = Write(tiff =>
        {
            Describe(tiff, Page.Format.WidthPels, Page.Rows, 1, 1, Compression.CCITTFAX4, Photometric.MINISWHITE,
                10_000);
            for (int y = 0; y < Page.Rows; y++)
            {
                tiff.WriteScanline(Page.Row(y).ToArray(), y);
            }
        });
        FaxDocument document = await Pages.OpenAsync(file, new() { Resolution = FaxResolution.Standard });
        Assert.Equal(new PageFormat(FaxResolution.Standard, PageWidth.A4), document.FormatOf(0));
        Assert.InRange(document.Pages[0].Rows, (Page.Rows / 2) - 3, (Page.Rows / 2) + 1);
    }

    private static void Describe(LibTiff tiff, int width, int height, int bits, int samples, Compression compression,
        Photometric photometric, int rowsPerStrip)
    {
        tiff.SetField(Tag.IMAGEWIDTH, width);
        tiff.SetField(Tag.IMAGELENGTH, height);
        tiff.SetField(Tag.BITSPERSAMPLE, bits);
        tiff.SetField(Tag.SAMPLESPERPIXEL, samples);
        tiff.SetField(Tag.COMPRESSION, compression);
        tiff.SetField(Tag.PHOTOMETRIC, photometric);
        tiff.SetField(Tag.PLANARCONFIG, PlanarConfig.CONTIG);
        tiff.SetField(Tag.ROWSPERSTRIP, rowsPerStrip);
    }

    private static byte[] Write(Action<LibTiff> write, double dpi = 0)
    {
        MemoryStream stream = new();
        using (LibTiff tiff = LibTiff.ClientOpen("test", "w", stream, new TiffStream()))
        {
            tiff.SetField(Tag.XRESOLUTION, dpi == 0 ? 204.0 : dpi);
            tiff.SetField(Tag.YRESOLUTION, dpi == 0 ? 196.0 : dpi);
            tiff.SetField(Tag.RESOLUTIONUNIT, ResUnit.INCH);
            write(tiff);
            tiff.WriteDirectory();
            return stream.ToArray();
        }
    }
}
