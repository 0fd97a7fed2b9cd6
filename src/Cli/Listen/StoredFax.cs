// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Documents.Pdf;
using Hermetic.Documents.Tiff;
using Hermetic.Durable;
using Hermetic.Protocol.T30;

namespace Hermetic.Cli.Listen;

/// <summary>
/// One fax on its way to the disk. It is named partial from its first page on, and is a whole TIFF of the pages so far
/// whenever the machine stops; only a complete fax gets the name without "partial".
/// </summary>
/// <remarks>Owned by the writer's thread. After a write that failed nothing more is written (IDurableFiles.cs, rule 3):
/// the pages before it stay.</remarks>
internal sealed class StoredFax(FaxFolder folder, bool pdf) : IDisposable
{
    private readonly string _name = folder.NewName();
    private readonly List<EncodedPage> _pages = [];
    private IDurableFile? _file;
    private FaxTiffWriter? _tiff;
    private bool _failed;

    private string PartialPath => $"{_name}{FaxFolder.PartialSuffix}.tif";

    /// <summary>Writes a page, the next or the last one again. True only when it is on the disk.</summary>
    public bool Put(int index, EncodedPage page, PageQuality quality)
    {
        if (_failed || page.Rows == 0 || index > _pages.Count)
        {
            return false;
        }

        try
        {
            Open();
            _tiff!.Put(index, page, quality);
        }
        catch (DurableException)
        {
            _failed = true;
            return false;
        }

        _pages.RemoveRange(index, _pages.Count - index);
        _pages.Add(page);
        return true;
    }

    /// <summary>Gives the fax its final name and writes the PDF. The names of what there is now.</summary>
    public IReadOnlyList<string> Finish(bool complete)
    {
        Dispose();
        if (_pages.Count == 0)
        {
            return Nothing();
        }

        bool whole = complete && !_failed;
        string path = whole ? $"{_name}.tif" : PartialPath;
        if (whole)
        {
            folder.Files.Rename(PartialPath, path);
            folder.Files.FlushFolder("");
        }

        if (!pdf)
        {
            return [path];
        }

        using MemoryStream stream = new();
        FaxPdfWriter.Write(_pages, stream);
        string pdfPath = Path.ChangeExtension(path, ".pdf");
        folder.Files.Replace(pdfPath, stream.ToArray());
        return [path, pdfPath];
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private void Open()
    {
        if (_tiff is null)
        {
            _file = folder.Files.Open(PartialPath, DurableOpen.CreateNew);
            _tiff = new(_file);
            folder.Files.FlushFolder("");
        }
    }

    private IReadOnlyList<string> Nothing()
    {
        if (_tiff is not null)
        {
            folder.Files.Delete(PartialPath);
        }

        return [];
    }
}
