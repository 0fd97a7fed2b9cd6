// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Hermetic.Documents.Pdf;

/// <summary>
/// Writes fax pages as a PDF: each page as large as its paper was, filled by one image whose T.6 data goes in as it is
/// (ISO 32000-1 §7.4.6), so that no pel changes.
/// </summary>
public static class FaxPdfWriter
{
    // Objects 1 and 2 are the catalogue and the page tree; then three a page: page, its content, its image.
    private const int FirstPageObject = 3;
    private const int ObjectsPerPage = 3;
    private const double PointsPerInch = 72;
    private const double HairInches = 2e-5;

    /// <summary>Writes the whole file.</summary>
    public static void Write(IReadOnlyList<EncodedPage> pages, Stream output)
    {
        ArgumentOutOfRangeException.ThrowIfZero(pages.Count, nameof(pages));
        Objects objects = new(output);
        objects.Add("<</Type/Catalog/Pages 2 0 R>>");
        string kids = string.Join(' ', Enumerable.Range(0, pages.Count).Select(i => $"{Number(i)} 0 R"));
        objects.Add($"<</Type/Pages/Count {pages.Count}/Kids[{kids}]>>");
        for (int i = 0; i < pages.Count; i++)
        {
            AddPage(objects, pages[i], Number(i));
        }

        objects.Finish();
    }

    private static int Number(int page) => FirstPageObject + (page * ObjectsPerPage);

    private static void AddPage(Objects objects, EncodedPage page, int number)
    {
        double widthInches = page.Format.WidthPels / page.Format.HorizontalDpi;
        double heightInches = page.Rows / page.Format.VerticalDpi;
        (string width, string height) = (Points(widthInches), Points(heightInches));

        // A hair smaller than its paper on all sides: drawn at its own resolution it must not round up to one pel more.
        string offset = Points(HairInches / 2);
        (string drawnWidth, string drawnHeight) = (Points(widthInches - HairInches), Points(heightInches - HairInches));
        objects.Add($"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents {number + 1} 0 R"
            + $"/Resources<</XObject<</Fax {number + 2} 0 R>>>>>>");
        byte[] content = Encoding.ASCII.GetBytes($"{drawnWidth} 0 0 {drawnHeight} {offset} {offset} cm /Fax Do");
        objects.Add($"<</Length {content.Length}>>", content);
        objects.Add($"<</Type/XObject/Subtype/Image/Width {page.Format.WidthPels}/Height {page.Rows}/BitsPerComponent 1"
            + "/ColorSpace/DeviceGray/Filter/CCITTFaxDecode"
            + $"/DecodeParms<</K -1/Columns {page.Format.WidthPels}/Rows {page.Rows}/BlackIs1 false>>"
            + $"/Length {page.T6.Length}>>", page.T6.Span);
    }

    private static string Points(double inches) =>
        (inches * PointsPerInch).ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>Numbers objects from 1 and remembers where each lies.</summary>
    private sealed class Objects(Stream output)
    {
        private readonly List<long> _offsets = [];
        private long _written;

        public void Add(string dictionary, ReadOnlySpan<byte> stream = default)
        {
            if (_written == 0)
            {
                Put("%PDF-1.4\n%\u00E2\u00E3\u00CF\u00D3\n");
            }

            _offsets.Add(_written);
            Put($"{_offsets.Count} 0 obj\n{dictionary}\n");
            if (!stream.IsEmpty)
            {
                Put("stream\n");
                output.Write(stream);
                _written += stream.Length;
                Put("\nendstream\n");
            }

            Put("endobj\n");
        }

        public void Finish()
        {
            long table = _written;
            Put($"xref\n0 {_offsets.Count + 1}\n0000000000 65535 f \n");
            foreach (long offset in _offsets)
            {
                Put($"{offset:D10} 00000 n \n");
            }

            Put($"trailer\n<</Size {_offsets.Count + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n");
        }

        private void Put(string text)
        {
            byte[] octets = Encoding.Latin1.GetBytes(text);
            output.Write(octets);
            _written += octets.Length;
        }
    }
}
