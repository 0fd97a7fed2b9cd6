// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Documents.Raster;
using Hermetic.Documents.Sandboxing;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Rendering;

/// <summary>Renders file after file and gathers the pages.</summary>
internal sealed class DocumentRendering
{
    // Our choices for images, which seldom say truly how large they are: screens count 96 pels to the inch, and a page
    // keeps 5 mm on each side, which printers can't reach.
    private const double ImageDpi = 96;
    private const double ImageMarginsInches = 0.4;

    private readonly DocumentOptions _options;
    private readonly RenderTask _task;
    private readonly List<EncodedPage> _pages = [];
    private readonly List<DocumentNote> _notes = [];
    private bool _checked;

    public DocumentRendering(DocumentOptions options)
    {
        _options = options;
        PageFormat format = new(options.Resolution ?? FaxResolution.Fine, options.Width);
        _task = new(options.Sandbox, options.Limits, format, options.Worker);
    }

    /// <summary>Adds the pages of one file, or says why not.</summary>
    public async Task<Refusal?> AddAsync(ReadOnlyMemory<byte> file, CancellationToken cancellation)
    {
        if (file.IsEmpty)
        {
            return new(RefusalCode.Malformed, "the file is empty");
        }

        if (file.Length > _task.Limits.InputBytesMax)
        {
            return InputFile.TooLarge(file.Length, _task.Limits.InputBytesMax);
        }

        InputKind kind = InputFile.KindOf(file.Span);
        if (kind is InputKind.Pdf or InputKind.Image or InputKind.Text && await CheckAsync(cancellation) is { } missing)
        {
            return missing;
        }

        return kind switch
        {
            InputKind.Pdf => await AddPdfAsync(file, cancellation),
            InputKind.Tiff => await AddTiffAsync(file, cancellation),
            InputKind.Image => await AddImageAsync(file, cancellation),
            InputKind.Text => await AddTextAsync(file, cancellation),
            _ => new(RefusalCode.UnknownType, "the file is none of PDF, TIFF, PNG, JPEG and UTF-8 text"),
        };
    }

    public DocumentOutcome Finish() => _pages.Count > 0
        ? new(new(_pages, _notes), null)
        : new(null, new(RefusalCode.Malformed, "there is no page to send"));

    private async Task<Refusal?> CheckAsync(CancellationToken cancellation)
    {
        if (_checked)
        {
            return null;
        }

        SandboxState state = await _task.Sandbox.CheckAsync(cancellation);
        _checked = state.Works;
        return state.Works ? null : new(RefusalCode.NoSandbox, state.Reason);
    }

    private async Task<Refusal?> AddPdfAsync(ReadOnlyMemory<byte> file, CancellationToken cancellation)
    {
        PdfRenderer renderer = new(_task, file);
        (IReadOnlyList<(double Width, double Height)> sizes, Refusal? refusal) =
            await renderer.InspectAsync(cancellation);
        for (int i = 0; refusal is null && i < sizes.Count; i++)
        {
            (PagePlan plan, refusal) = PagePlan.For(sizes[i].Width, sizes[i].Height, _task.Format, _task.Limits);
            if (refusal is null)
            {
                (GreyPage? grey, refusal, bool troubled) = await renderer.RenderAsync(i + 1, plan, cancellation);
                refusal ??= Add(grey!, troubled);
            }

            refusal = refusal is null ? null : refusal with { Page = i + 1 };
        }

        return refusal;
    }

    private async Task<Refusal?> AddImageAsync(ReadOnlyMemory<byte> file, CancellationToken cancellation) =>
        await WorkAsync(file, 1, ["image", Number(_task.Limits.PelsMax)], _ => null,
            reader => ImagePlan(reader.Width, reader.Height), cancellation);

    private async Task<Refusal?> AddTextAsync(ReadOnlyMemory<byte> file, CancellationToken cancellation)
    {
        if (WorkerFonts.Check() is { } missing)
        {
            return missing;
        }

        int pages = _task.Limits.PagesMax - _pages.Count;
        PageFormat format = _task.Format;
        string[] arguments =
        [
            "text", Number(format.WidthPels), format.HorizontalDpi.ToString(CultureInfo.InvariantCulture),
            format.VerticalDpi.ToString(CultureInfo.InvariantCulture), Number(pages),
        ];
        return await WorkAsync(file, pages, arguments, page => page,
            reader => (new PagePlan(reader.Width, reader.Height, false), reader.Width <= format.WidthPels
                ? null : new Refusal(RefusalCode.NotRendered, "the renderer's output is not a page")), cancellation);
    }

    private async Task<Refusal?> AddTiffAsync(ReadOnlyMemory<byte> file, CancellationToken cancellation)
    {
        TiffPages tiff = new(_task, file, keepRaster: _options.Resolution);
        Refusal? refusal = tiff.Inspect();
        for (int i = 0; refusal is null && i < tiff.Count; i++)
        {
            if (tiff.NeedsWorker(i))
            {
                refusal = await CheckAsync(cancellation);
                refusal ??= await WorkAsync(file, 1, ["tiff", Number(i), Number(_task.Limits.PelsMax)], _ => i + 1,
                    reader => tiff.Plan(i, reader), cancellation);
            }
            else
            {
                (EncodedPage? page, refusal, string? note) = tiff.Read(i);
                refusal ??= Keep(page!);
                AddNote(refusal is null ? note : null);
            }

            refusal = refusal is null ? null : refusal with { Page = i + 1 };
        }

        return refusal;
    }

    // Runs our worker in the sandbox and takes the pages that it writes.
    private async Task<Refusal?> WorkAsync(ReadOnlyMemory<byte> file, int pages, string[] arguments,
        Func<int, int?> numberOf, Func<PgmReader, (PagePlan Plan, Refusal? Refusal)> plan,
        CancellationToken cancellation)
    {
        long outputBytes = Math.Min(_task.Limits.PelsMax * (long)pages, long.MaxValue / 2);
        Refusal? refusal = null;
        int page = 0;
        SandboxJob job = _task.Worker.Job(file, _task.Limits, outputBytes, pages, arguments);
        SandboxResult result = await _task.Sandbox.RunAsync(job, async (output, stop) =>
        {
            PgmReader reader = new(output, _task.Limits);
            while (refusal is null && page < pages && await reader.NextPageAsync(stop))
            {
                page++;
                (PagePlan at, refusal) = plan(reader);
                GreyPage? grey = refusal is null
                    ? await reader.ReadScaledAsync(at.RenderWidth, at.RenderHeight, stop)
                    : null;
                refusal ??= grey is null ? reader.Refusal : Add(at.Turned ? grey.TurnedClockwise() : grey, false);
            }

            refusal ??= reader.Refusal;
        }, cancellation);
        refusal = result.Succeeded ? refusal : WorkerRefusal(result) ?? refusal ?? _task.Explain(result);
        refusal ??= page == 0 ? new(RefusalCode.NotRendered, "the renderer gave nothing for it") : null;
        return refusal is null || refusal.Page is not null ? refusal : refusal with { Page = numberOf(page) };
    }

    // The worker read foreign bytes, so only words that we know count.
    private static Refusal? WorkerRefusal(SandboxResult result)
    {
        string[] words = result.StandardError.Trim().Split(' ');
        return result is { End: SandboxEnd.Exited, ExitCode: RenderWorker.RefusedExit }
            && RenderWorker.Words.TryGetValue(words[0], out Refusal? refusal)
            ? refusal with
            {
                Page = words.Length == 2 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture,
                    out int page) ? page : null,
            }
            : null;
    }

    private (PagePlan Plan, Refusal? Refusal) ImagePlan(int width, int height)
    {
        double paper = _task.Format.WidthPels / _task.Format.HorizontalDpi;
        bool turned = width > height && width / ImageDpi > paper;
        double across = (turned ? height : width) / ImageDpi;
        double scale = Math.Min(1, (paper - ImageMarginsInches) / across) / ImageDpi;
        return PagePlan.For(width * scale, height * scale, _task.Format, _task.Limits);
    }

    private Refusal? Add(GreyPage grey, bool troubled)
    {
        BilevelPage page = Bileveller.Convert(grey, _task.Format);
        return troubled && page.IsBlank
            ? new(RefusalCode.NotRendered, "it comes out empty, and the renderer reports errors in it")
            : Keep(Rescaler.Encode(page));
    }

    private Refusal? Keep(EncodedPage page)
    {
        if (_pages.Count == _task.Limits.PagesMax)
        {
            return new(RefusalCode.OverLimit, $"the fax has more than {_task.Limits.PagesMax} pages");
        }

        _pages.Add(page);
        AddNote(Rescaler.IsBlank(page) ? "the page is blank" : null);
        _options.Progress?.Invoke(_pages.Count);
        return null;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private void AddNote(string? text)
    {
        if (text is not null)
        {
            _notes.Add(new(_pages.Count, text));
        }
    }
}
