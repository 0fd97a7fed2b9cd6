// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Hermetic.Documents.Tests;

/// <summary>Writes small PDF files by hand, so that a test can have exactly the fault that it needs.</summary>
internal sealed class TestPdf
{
    private readonly List<(double Width, double Height, string Content, string Extra)> _pages = [];

    /// <summary>Put into the trailer.</summary>
    public string Trailer { get; init; } = "";

    public TestPdf Page(string content, double width = 595, double height = 842, string extra = "")
    {
        _pages.Add((width, height, content, extra));
        return this;
    }

    public byte[] Build()
    {
        string kids = string.Join(' ', Enumerable.Range(0, _pages.Count).Select(i => $"{4 + (2 * i)} 0 R"));
        List<string> objects =
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            $"<</Type/Pages/Kids[{kids}]/Count {_pages.Count}>>",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ];
        foreach ((double width, double height, string content, string extra) in _pages)
        {
            objects.Add(string.Create(CultureInfo.InvariantCulture,
                $"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]{extra}"
                + $"/Resources<</Font<</F1 3 0 R>>>>/Contents {objects.Count + 2} 0 R>>"));
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
            $"trailer<</Size {objects.Count + 1}/Root 1 0 R{Trailer}>>\nstartxref\n{table}\n%%EOF");
        return Encoding.Latin1.GetBytes(file.ToString());
    }
}
