// SPDX-License-Identifier: Apache-2.0
using BitMiracle.LibTiff.Classic;
using Hermetic.Documents.Rendering;
using LibTiff = BitMiracle.LibTiff.Classic.Tiff;

namespace Hermetic.Documents.Tiff;

/// <summary>Grey, colour and unusually packed TIFF pages into grey by the managed LibTiff.NET. It runs inside the
/// sandbox all the same: managed code can be kept busy, and there it is stopped.</summary>
internal static class TiffWorker
{
    /// <summary>Writes page <paramref name="page"/> (from 0); a word of <see cref="RenderWorker.Words"/> when it is
    /// refused.</summary>
    public static string? Render(byte[] input, int page, long pelsMax, Stream output)
    {
        LibTiff.SetErrorHandler(new Silence());
        try
        {
            using MemoryStream stream = new(input);
            using LibTiff? tiff = LibTiff.ClientOpen("input", "r", stream, new TiffStream());
            return tiff is null || !tiff.SetDirectory((short)page) ? "malformed" : Render(tiff, pelsMax, output);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The library has no other way to say that the bytes are bad.
            return "malformed";
        }
    }

    private static string? Render(LibTiff tiff, long pelsMax, Stream output)
    {
        int width = tiff.GetField(BitMiracle.LibTiff.Classic.TiffTag.IMAGEWIDTH)?[0].ToInt() ?? 0;
        int height = tiff.GetField(BitMiracle.LibTiff.Classic.TiffTag.IMAGELENGTH)?[0].ToInt() ?? 0;
        if (width < 1 || height < 1)
        {
            return "malformed";
        }

        if ((long)width * height > pelsMax)
        {
            return "large";
        }

        int[] raster = new int[checked(width * height)];
        if (!tiff.RGBAImageOK(out _))
        {
            return "unsupported";
        }

        if (!tiff.ReadRGBAImageOriented(width, height, raster, Orientation.TOPLEFT, stopOnError: true))
        {
            return "malformed";
        }

        RenderWorker.WriteHeader(output, width, height);
        byte[] row = new byte[width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                row[x] = Grey(raster[(y * width) + x]);
            }

            output.Write(row);
        }

        return null;
    }

    // Rec. 601 luma; LibTiff.NET packs alpha, blue, green, red from the top and multiplies alpha in already.
    private static byte Grey(int abgr)
    {
        int luma = (((abgr & 255) * 299) + (((abgr >> 8) & 255) * 587) + (((abgr >> 16) & 255) * 114) + 500) / 1000;
        return (byte)Math.Min(255, luma + 255 - ((abgr >> 24) & 255));
    }

    private sealed class Silence : TiffErrorHandler
    {
        public override void WarningHandler(LibTiff tif, string method, string format, params object[] args)
        {
        }

        public override void WarningHandlerExt(LibTiff tif, object clientData, string method, string format,
            params object[] args)
        {
        }

        public override void ErrorHandler(LibTiff tif, string method, string format, params object[] args)
        {
        }

        public override void ErrorHandlerExt(LibTiff tif, object clientData, string method, string format,
            params object[] args)
        {
        }
    }
}
