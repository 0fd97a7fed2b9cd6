// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Cli.Demo.House;
using Hermetic.Documents;
using Hermetic.Documents.Synthetic;

namespace Hermetic.Cli.Demo.Tour;

/// <summary>9: what a thief of the disk gets.</summary>
internal sealed class DataFolderStep : TourStep
{
    // Our choice: far longer than what is found by chance, and shorter than what a file system or a seal would cut.
    private const int PieceBytes = 24;

    /// <summary>Our choice: the beginning of a page is the mark, which all have; its middle is its own.</summary>
    private const int PiecesPerFile = 4;

    public override string Title => "Stop the server and look at the data folder: nothing of a patient is there";

    public override IReadOnlyList<string> ByHand(DemoHouse house) =>
    [
        $"Press Ctrl-C, then look for whatever you read: grep -ra 'Testwell' {house.Folder.Data}",
    ];

    public override async Task<IReadOnlyList<string>> LookAsync(TourState tour, CancellationToken cancellation)
    {
        await tour.House.DisposeAsync();
        FolderSearch search = new();
        foreach ((SyntheticDocument document, FaxDocument pages) in tour.House.Papers.Drawn)
        {
            Add(search, document, pages);
        }

        foreach (string word in tour.Words.Concat(DemoPractice.All.SelectMany(WordsOf)).Distinct())
        {
            search.AddText("what people wrote, names and numbers", word);
        }

        // That it finds what is there is shown on a file of its own, beside the data.
        string control = tour.House.Folder.In("control");
        Directory.CreateDirectory(control);
        search.WriteAll(Path.Combine(control, "everything"));
        int shown = search.Look(control, cancellation).Found.Count;
        Directory.Delete(control, recursive: true);
        Require(shown == search.Needles, $"the search finds {shown} of {search.Needles} things where all of them are");

        (int files, long bytes, IReadOnlyList<string> found) = search.Look(tour.House.Folder.Data, cancellation);
        Require(files > 0 && bytes > 0, "the data folder is empty");
        Require(found.Count == 0, $"in the data folder: {string.Join("; ", found.Take(5))}");
        return
        [
            "the server has stopped",
            string.Create(CultureInfo.InvariantCulture, $"{files} files, {bytes:N0} bytes, looked through for "
                + $"{search.Needles} byte strings of {tour.House.Papers.Drawn.Count} documents: found 0 (and all "
                + $"{shown} of them in a file that holds them)"),
        ];
    }

    private static void Add(FolderSearch search, SyntheticDocument document, FaxDocument pages)
    {
        foreach (string word in document.Words)
        {
            search.AddText($"a word of {document}", word);
        }

        AddPieces(search, $"the PDF of {document}", document.Pdf);
        for (int i = 0; i < pages.Count; i++)
        {
            AddPieces(search, $"page {i + 1} of {document}", pages.Pages[i].T6.Span);
        }
    }

    private static void AddPieces(FolderSearch search, string what, ReadOnlySpan<byte> file)
    {
        for (int i = 1; i <= PiecesPerFile; i++)
        {
            search.AddBytes(what, file.Slice(file.Length * i / (PiecesPerFile + 1), PieceBytes));
        }
    }

    private static IEnumerable<string> WordsOf(DemoPractice practice) =>
        [practice.Name, .. practice.Lines.Select(line => line.Number), .. practice.Seats.Select(seat => seat.Name)];
}
