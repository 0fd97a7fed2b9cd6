// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using SkiaSharp;

namespace Hermetic.Documents.Tests.Rendering;

public class ImageTests
{
    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    public async Task Image_OfBars_StaysSharp(SKEncodedImageFormat format)
    {
        byte[] file = Draw(1654, 2339, format, canvas =>
        {
            using SKPaint ink = new() { Color = SKColors.Black };
            for (int i = 0; i < 20; i++)
            {
                canvas.DrawRect(200, 200 + (i * 100), 1200, 20, ink);
            }
        });
        byte[][] rows = Pages.Rows((await Pages.OpenAsync(file)).Pages[0]);
        double part = 20.0 * 1200 * 20 / (1654 * 2339);
        Assert.InRange(Pages.Ink(rows) / part, 0.85, 1.0);

        // Twenty bars, and nothing but bars: down the middle there are forty changes of colour.
        int changes = Enumerable.Range(1, rows.Length - 1)
            .Count(y => Pages.IsBlack(rows, 864, y) != Pages.IsBlack(rows, 864, y - 1));
        Assert.Equal(40, changes);
    }

    [Fact]
    public async Task Photograph_IsDitheredToItsMean()
    {
        byte[] file = Draw(1200, 1200, SKEncodedImageFormat.Jpeg, canvas =>
        {
            using SKShader shader = SKShader.CreateLinearGradient(new(0, 0), new(1200, 1200),
                [new(60, 60, 60), new(200, 200, 200)], SKShaderTileMode.Clamp);
            using SKPaint ink = new() { Shader = shader };
            canvas.DrawPaint(ink);
        });
        byte[][] rows = Pages.Rows((await Pages.OpenAsync(file)).Pages[0]);
        double ink = Pages.Ink(rows, 264, rows.Length / 6, 1200, rows.Length * 2 / 3);
        Assert.InRange(ink, 1 - (130 / 255.0) - 0.04, 1 - (130 / 255.0) + 0.04);
    }

    [Fact]
    public async Task ScannedPaper_BecomesWhite_AndItsWordsStay()
    {
        byte[] file = Draw(1200, 1600, SKEncodedImageFormat.Jpeg, canvas =>
        {
            canvas.Clear(new SKColor(205, 203, 190));
            using SKPaint ink = new() { Color = new SKColor(70, 70, 80) };
            canvas.DrawRect(300, 700, 600, 30, ink);
        });
        byte[][] rows = Pages.Rows((await Pages.OpenAsync(file)).Pages[0]);
        Assert.InRange(Pages.Ink(rows), 0.005, 0.012);
        Assert.Equal(0, Pages.Ink(rows, 0, 0, 1728, rows.Length / 3));
    }

    [Fact]
    public async Task Transparency_IsPaper()
    {
        byte[] file = Draw(400, 400, SKEncodedImageFormat.Png, canvas => canvas.Clear(SKColors.Transparent));
        FaxDocument document = await Pages.OpenAsync(file);
        Assert.Equal([new DocumentNote(1, "the page is blank")], document.Notes);
    }

    [Fact]
    public async Task JpegHeldSideways_IsPutUpright()
    {
        byte[] file = WithOrientation(Draw(900, 600, SKEncodedImageFormat.Jpeg, canvas =>
        {
            canvas.Clear(SKColors.White);
            using SKPaint ink = new() { Color = SKColors.Black };
            canvas.DrawRect(0, 0, 900, 60, ink);
        }), 6);
        byte[][] rows = Pages.Rows((await Pages.OpenAsync(file)).Pages[0]);

        // Upright it is 600 × 900 at 96 to the inch, its bar along the right.
        Assert.InRange(rows.Length, (int)(900 / 96.0 * 195.58) - 2, (int)(900 / 96.0 * 195.58) + 2);
        int width = (int)(600 / 96.0 * 204);
        int right = ((1728 - width) / 2) + width;
        Assert.True(Pages.Ink(rows, right - 110, 100, 90, rows.Length - 200) > 0.95);
        Assert.Equal(0, Pages.Ink(rows, 0, 100, 800, rows.Length - 200));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    public async Task CutImage_IsRefused(SKEncodedImageFormat format)
    {
        byte[] file = Draw(600, 600, format, canvas => canvas.Clear(SKColors.Gray));
        Refusal refusal = await Pages.RefusedAsync(file[..(file.Length / 2)]);
        Assert.Equal(RefusalCode.Malformed, refusal.Code);
    }

    [Fact]
    public async Task PngThatClaimsAbsurdSize_IsRefused_BeforeItIsDecoded()
    {
        byte[] file = Draw(8, 8, SKEncodedImageFormat.Png, canvas => canvas.Clear(SKColors.Black));
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), 60_000);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc(file.AsSpan(12, 17)));
        Refusal refusal = await Pages.RefusedAsync(file);
        Assert.Equal(RefusalCode.OverLimit, refusal.Code);
    }

    [Fact]
    public async Task OtherBytes_AreOfNoKnownType() => Assert.Equal(RefusalCode.UnknownType,
        (await Pages.RefusedAsync([.. "GIF89a"u8, 0, 1, 2, 3])).Code);

    private static byte[] Draw(int width, int height, SKEncodedImageFormat format, Action<SKCanvas> draw)
    {
        using SKBitmap bitmap = new(width, height);
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear(SKColors.White);
            draw(canvas);
        }

        using SKData data = bitmap.Encode(format, 92);
        return data.ToArray();
    }

    // An EXIF segment with nothing but the orientation, put behind the start of image.
    private static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            .. "Exif\0\0MM\0\x2a\0\0\0\x08"u8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ];
        int length = exif.Length + 2;
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. exif, .. jpeg[2..]];
    }

    private static uint Crc(ReadOnlySpan<byte> octets)
    {
        uint crc = uint.MaxValue;
        foreach (byte octet in octets)
        {
            crc ^= octet;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320u : 0);
            }
        }

        return ~crc;
    }
}
