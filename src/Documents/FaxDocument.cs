// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Raster;
using Hermetic.Documents.Rendering;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents;

/// <summary>Pages ready to be faxed, made of PDF, TIFF, PNG, JPEG or UTF-8 text. They lie in memory, in T.6.</summary>
public sealed class FaxDocument : IOutgoingPages
{
    private readonly IReadOnlyList<EncodedPage> _pages;

    internal FaxDocument(IReadOnlyList<EncodedPage> pages, IReadOnlyList<DocumentNote> notes)
    {
        _pages = pages;
        Notes = notes;
    }

    /// <inheritdoc/>
    public int Count => _pages.Count;

    /// <summary>The pages as they are kept.</summary>
    public IReadOnlyList<EncodedPage> Pages => _pages;

    /// <summary>What a person should know before the pages go out.</summary>
    public IReadOnlyList<DocumentNote> Notes { get; }

    /// <summary>Whether a file that begins so may be one that is taken, by its content alone; 1,024 octets
    /// tell.</summary>
    public static bool IsTaken(ReadOnlySpan<byte> head) => InputFile.KindOf(head) != InputKind.Unknown;

    /// <summary>Pages that exist already: received ones, to be sent on.</summary>
    public static FaxDocument Of(IReadOnlyList<EncodedPage> pages)
    {
        ArgumentOutOfRangeException.ThrowIfZero(pages.Count, nameof(pages));
        return new(pages, []);
    }

    /// <summary>Renders the files, one after the other, into one document. One page that can't be rendered refuses it
    /// all: a fax with a hole in it must not go out.</summary>
    public static async Task<DocumentOutcome> OpenAsync(IReadOnlyList<string> files, DocumentOptions options,
        CancellationToken cancellation = default)
    {
        List<ReadOnlyMemory<byte>> contents = [];
        for (int i = 0; i < files.Count; i++)
        {
            (byte[]? content, Refusal? refusal) =
                await InputFile.ReadAsync(files[i], options.Limits.InputBytesMax, cancellation);
            if (content is null)
            {
                return new(null, refusal! with { File = i });
            }

            contents.Add(content);
        }

        return await OpenAsync(contents, options, cancellation);
    }

    /// <summary>As above, of files that are in memory already.</summary>
    public static async Task<DocumentOutcome> OpenAsync(IReadOnlyList<ReadOnlyMemory<byte>> files,
        DocumentOptions options, CancellationToken cancellation = default)
    {
        DocumentRendering rendering = new(options);
        for (int i = 0; i < files.Count; i++)
        {
            if (await rendering.AddAsync(files[i], cancellation) is { } refusal)
            {
                return new(null, refusal with { File = i });
            }
        }

        return rendering.Finish();
    }

    /// <inheritdoc/>
    public PageFormat FormatOf(int index) => _pages[index].Format;

    /// <inheritdoc/>
    public IRowSource Open(int index, PageFormat negotiated) => _pages[index].Format == negotiated
        ? _pages[index].OpenRows()
        : Rescaler.Rescale(_pages[index], negotiated).OpenRows();
}
