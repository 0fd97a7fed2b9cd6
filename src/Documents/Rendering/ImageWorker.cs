// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Hermetic.Documents.Rendering;

/// <summary>PNG and JPEG into grey by Skia, upright as the camera held it, on white paper. Runs inside the
/// sandbox.</summary>
internal static class ImageWorker
{
    /// <summary>Writes the image as one page; a word of <see cref="RenderWorker.Words"/> when it is refused.</summary>
    public static string? Render(byte[] input, long pelsMax, Stream output)
    {
        using SKData data = SKData.CreateCopy(input);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is null)
        {
            return "malformed";
        }

        if (codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg))
        {
            return "unsupported";
        }

        SKImageInfo info = new(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        if ((long)info.Width * info.Height > pelsMax)
        {
            return "large";
        }

        byte[] pels = new byte[checked((int)info.BytesSize64)];
        GCHandle pinned = GCHandle.Alloc(pels, GCHandleType.Pinned);
        try
        {
            // A cut image is not a page: only a whole one counts.
            if (codec.GetPixels(info, pinned.AddrOfPinnedObject()) != SKCodecResult.Success)
            {
                return "malformed";
            }
        }
        finally
        {
            pinned.Free();
        }

        Write(Grey(pels), info.Width, info.Height, codec.EncodedOrigin, output);
        return null;
    }

    // Rec. 601 luma, over white by alpha,.
    private static byte[] Grey(byte[] rgba)
    {
        byte[] grey = new byte[rgba.Length / 4];
        for (int i = 0; i < grey.Length; i++)
        {
            int at = i * 4;
            int luma = ((rgba[at] * 299) + (rgba[at + 1] * 587) + (rgba[at + 2] * 114) + 500) / 1000;
            int alpha = rgba[at + 3];
            grey[i] = (byte)(((luma * alpha) + (255 * (255 - alpha)) + 127) / 255);
        }

        return grey;
    }

    private static void Write(byte[] grey, int width, int height, SKEncodedOrigin origin, Stream output)
    {
        bool swapped = origin >= SKEncodedOrigin.LeftTop;
        (int across, int down) = swapped ? (height, width) : (width, height);
        RenderWorker.WriteHeader(output, across, down);
        byte[] row = new byte[across];
        for (int y = 0; y < down; y++)
        {
            for (int x = 0; x < across; x++)
            {
                (int fromX, int fromY) = Source(x, y, width, height, origin);
                row[x] = grey[(fromY * width) + fromX];
            }

            output.Write(row);
        }
    }

    // EXIF 2.3, tag 0x0112: which stored pel lies at (x, y) of the upright image.
    private static (int X, int Y) Source(int x, int y, int width, int height, SKEncodedOrigin origin) => origin switch
    {
        SKEncodedOrigin.TopRight => (width - 1 - x, y),
        SKEncodedOrigin.BottomRight => (width - 1 - x, height - 1 - y),
        SKEncodedOrigin.BottomLeft => (x, height - 1 - y),
        SKEncodedOrigin.LeftTop => (y, x),
        SKEncodedOrigin.RightTop => (y, height - 1 - x),
        SKEncodedOrigin.RightBottom => (width - 1 - y, height - 1 - x),
        SKEncodedOrigin.LeftBottom => (width - 1 - y, x),
        _ => (x, y),
    };
}
