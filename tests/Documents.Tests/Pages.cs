// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;

namespace Hermetic.Documents.Tests;

/// <summary>Fax pages as the tests look at them.</summary>
internal static class Pages
{
    public static readonly PageFormat Fine = new(FaxResolution.Fine, PageWidth.A4);

    /// <summary>Opens bytes that must be taken.</summary>
    public static async Task<FaxDocument> OpenAsync(byte[] file, DocumentOptions? options = null)
    {
        DocumentOutcome outcome = await FaxDocument.OpenAsync([file], options ?? new DocumentOptions());
        Assert.Null(outcome.Refusal);
        return outcome.Document!;
    }

    /// <summary>Opens bytes that must be refused.</summary>
    public static async Task<Refusal> RefusedAsync(byte[] file, DocumentOptions? options = null)
    {
        DocumentOutcome outcome = await FaxDocument.OpenAsync([file], options ?? new DocumentOptions());
        Assert.Null(outcome.Document);
        return outcome.Refusal!;
    }

    public static byte[][] Rows(EncodedPage page) => Rows(page.OpenRows(), page.Format);

    public static byte[][] Rows(IRowSource source, PageFormat format)
    {
        using (source)
        {
            List<byte[]> rows = [];
            byte[] row = new byte[format.RowBytes];
            while (source.TryReadRow(row))
            {
                rows.Add([.. row]);
            }

            return [.. rows];
        }
    }

    public static bool IsBlack(byte[][] rows, int x, int y) => (rows[y][x >> 3] & (0x80 >> (x & 7))) != 0;

    /// <summary>The part of black pels in a rectangle.</summary>
    public static double Ink(byte[][] rows, int left, int top, int width, int height)
    {
        int black = 0;
        for (int y = top; y < top + height; y++)
        {
            for (int x = left; x < left + width; x++)
            {
                black += IsBlack(rows, x, y) ? 1 : 0;
            }
        }

        return (double)black / (width * height);
    }

    public static double Ink(byte[][] rows) =>
        (double)rows.Sum(row => row.Sum(octet => BitOperations.PopCount(octet))) / (rows.Length * rows[0].Length * 8);

    public static EncodedPage Encode(PageBitmap page)
    {
        EncodedPageBuilder builder = new(page.Format);
        for (int y = 0; y < page.Rows; y++)
        {
            builder.WriteRow(page.Row(y));
        }

        return builder.Finish();
    }

    public static bool Same(PageBitmap page, byte[][] rows) => rows.Length == page.Rows
        && Enumerable.Range(0, page.Rows).All(y => page.Row(y).SequenceEqual(rows[y]));
}
