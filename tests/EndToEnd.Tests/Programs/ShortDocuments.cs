// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Hermetic.Documents;
using Hermetic.Documents.Tiff;
using Hermetic.Durable;
using Hermetic.Protocol.T4;
using SkiaSharp;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>Documents of one short page each, since a fax goes at the speed of a telephone line.</summary>
internal static class ShortDocuments
{
    /// <summary>The kinds that `send` takes, by their usual extension.</summary>
    public static byte[] Make(string kind) => kind switch
    {
        "pdf" => Pdf($"BT /F1 18 Tf 40 25 Td ({Canary.Text}) Tj ET"),
        "tif" => Tiff(rows: 80),
        "png" => Image(SKEncodedImageFormat.Png),
        "jpg" => Image(SKEncodedImageFormat.Jpeg),
        _ => Encoding.UTF8.GetBytes($"{Canary.Text}\nÄrztliche Überweisung: 5 µg\n"),
    };

    /// <summary>A PDF of one page for each content, 595 by 60 points.</summary>
    public static byte[] Pdf(params string[] contents)
    {
        List<string> objects =
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            $"<</Type/Pages/Kids[{string.Join(' ', contents.Select((_, i) => $"{4 + (2 * i)} 0 R"))}]"
                + $"/Count {contents.Length}>>",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ];
        foreach (string content in contents)
        {
            objects.Add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 60]/Resources<</Font<</F1 3 0 R>>>>"
                + $"/Contents {objects.Count + 2} 0 R>>");
            objects.Add($"<</Length {content.Length}>>stream\n{content}\nendstream");
        }

        StringBuilder file = new("%PDF-1.4\n");
        List<int> offsets = [];
        for (int i = 0; i < objects.Count; i++)
        {
            offsets.Add(file.Length);
            file.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        int table = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        offsets.ForEach(offset => file.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n"));
        file.Append(CultureInfo.InvariantCulture,
            $"trailer<</Size {objects.Count + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF");
        return Encoding.Latin1.GetBytes(file.ToString());
    }

    /// <summary>Noise on the fine raster, which no coding makes smaller: some 250 octets a row.</summary>
    public static byte[] Tiff(int rows, int seed = 1)
    {
        PageFormat format = new(FaxResolution.Fine, PageWidth.A4);
        EncodedPageBuilder builder = new(format);
        Random random = new(seed);
        byte[] row = new byte[format.RowBytes];
        for (int y = 0; y < rows; y++)
        {
            random.NextBytes(row.AsSpan(40, 60));
            builder.WriteRow(row);
        }

        using TestFolder folder = new();
        using (IDurableFile file = new DiskFiles(folder.Path).Open("page.tif", DurableOpen.CreateNew))
        {
            new FaxTiffWriter(file).Put(0, builder.Finish());
        }

        return File.ReadAllBytes(folder["page.tif"]);
    }

    private static byte[] Image(SKEncodedImageFormat format)
    {
        using SKBitmap bitmap = new(400, 60);
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear(SKColors.White);
            using SKPaint black = new() { Color = SKColors.Black };
            canvas.DrawRect(20, 20, 120, 16, black);
            using SKPaint grey = new() { Color = SKColors.Gray };
            canvas.DrawCircle(220, 30, 18, grey);
        }

        using SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }
}
