// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Benchmarks.Calls;
using Hermetic.Documents.Pdf;
using Hermetic.Documents.Png;
using Hermetic.Documents.Tiff;

namespace Hermetic.Benchmarks.Desk;

/// <summary>What the clients must see, and what they upload. All faxes of the bench have the same first, second and so
/// on page, so that a page is known by its number.</summary>
internal sealed class DeskContent
{
    private const int UploadPages = 2;
    private readonly BenchPages _pages;
    private readonly List<byte[]> _hashes;

    public DeskContent(BenchPages pages)
    {
        _pages = pages;
        _hashes = [.. pages.Document.Pages.Select(page => SHA256.HashData(FaxPngWriter.Write(page)))];
        using MemoryStream pdf = new();
        FaxPdfWriter.Write([.. pages.Document.Pages.Take(UploadPages)], pdf);
        Pdf = pdf.ToArray();
    }

    public byte[] Pdf { get; }

    public bool IsPng(int page, byte[] bytes) => SHA256.HashData(bytes).AsSpan().SequenceEqual(_hashes[page - 1]);

    public bool IsTiff(int page, byte[] bytes) =>
        PageTiff.Parse(bytes).Page.HasSameRows(_pages.Document.Pages[page - 1]);
}
