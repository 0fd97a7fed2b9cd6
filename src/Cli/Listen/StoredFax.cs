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
    private DurableFault? _fault;

    private string PartialPath => $"{_name}{FaxFolder.PartialSuffix}.tif";

    /// <summary>Writes a page, the next or the last one again. True only when it is on the disk.</summary>
    public bool Put(int index, EncodedPage page, PageQuality quality)
    {
        if (_fault is not null || page.Rows == 0 || index > _pages.Count)
        {
            return false;
        }

        try
        {
            Open();
            _tiff!.Put(index, page, quality);
        }
        catch (DurableException failure)
        {
            _fault = failure.Fault;
            return false;
        }

        _pages.RemoveRange(index, _pages.Count - index);
        _pages.Add(page);
        return true;
    }

    /// <summary>Gives the fax its final name and writes the PDF. What there is now; pages that were confirmed stay
    /// whatever happens here.</summary>
    public StoredFiles Finish(bool complete)
    {
        Dispose();
        List<string> names = [];
        try
        {
            if (_pages.Count == 0)
            {
                DeleteEmpty();
            }
            else
            {
                names.Add(PartialPath);
                Name(complete && _fault is null, names);
            }
        }
        catch (DurableException failure)
        {
            _fault ??= failure.Fault;
        }

        return new(names, _fault);
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

    private void Name(bool whole, List<string> names)
    {
        if (whole)
        {
            folder.Files.Rename(PartialPath, $"{_name}.tif");
            names[0] = $"{_name}.tif";
            folder.Files.FlushFolder("");
        }

        if (pdf)
        {
            using MemoryStream stream = new();
            FaxPdfWriter.Write(_pages, stream);
            string path = Path.ChangeExtension(names[0], ".pdf");
            folder.Files.Replace(path, stream.ToArray());
            names.Add(path);
        }
    }

    private void DeleteEmpty()
    {
        if (_tiff is not null)
        {
            folder.Files.Delete(PartialPath);
        }
    }
}

/// <summary>The files of one fax.</summary>
/// <param name="Names">In the folder: the TIFF, and the PDF if one was asked for; none if no page came.</param>
/// <param name="Fault">Why not all is there that should be; null if it is.</param>
internal sealed record StoredFiles(IReadOnlyList<string> Names, DurableFault? Fault);
