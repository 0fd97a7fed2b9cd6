// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hermetic.Documents.Raster;
using Hermetic.Documents.Sandboxing;

namespace Hermetic.Documents.Rendering;

/// <summary>PDF pages into grey by poppler's pdfinfo and pdftoppm, in the sandbox, one run a page: so a bad page is
/// known by its number and has its own limits.</summary>
internal sealed partial class PdfRenderer(RenderTask task, ReadOnlyMemory<byte> pdf)
{
    private const int InfoBytesMost = 4 << 20;

    // What poppler reads beside the document: fonts for what is not embedded, character maps.
    private static readonly string[] Data =
    [
        "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/var/cache/fontconfig",
        "/usr/share/poppler", "/usr/share/ghostscript/fonts", "/usr/share/color",
    ];

    /// <summary>The size of each page in inches as a reader sees it, cropped and turned.</summary>
    public async Task<(IReadOnlyList<(double Width, double Height)> Pages, Refusal? Refusal)> InspectAsync(
        CancellationToken cancellation)
    {
        string last = (task.Limits.PagesMax + 1).ToString(CultureInfo.InvariantCulture);
        if (Job("pdfinfo", ["-f", "1", "-l", last, SandboxJob.InputPath], InfoBytesMost) is not { } job)
        {
            return ([], Missing("pdfinfo"));
        }

        string info = "";
        SandboxResult result = await task.Sandbox.RunAsync(job, async (output, stop) =>
        {
            using StreamReader reader = new(output, Encoding.Latin1);
            info = await reader.ReadToEndAsync(stop);
        }, cancellation);
        if (!result.Succeeded)
        {
            return ([], Explain(result));
        }

        return ReadSizes(info, task.Limits);
    }

    /// <summary>Page <paramref name="number"/> (from 1) in grey, at the size that its plan says.</summary>
    public async Task<(GreyPage? Page, Refusal? Refusal, bool Troubled)> RenderAsync(int number, PagePlan plan,
        CancellationToken cancellation)
    {
        string page = number.ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "-cropbox", "-gray", "-f", page, "-l", page,
            "-scale-to-x", plan.RenderWidth.ToString(CultureInfo.InvariantCulture),
            "-scale-to-y", plan.RenderHeight.ToString(CultureInfo.InvariantCulture), SandboxJob.InputPath,
        ];
        if (Job("pdftoppm", arguments, task.Limits.PelsMax + 64) is not { } job)
        {
            return (null, Missing("pdftoppm"), false);
        }

        GreyPage? grey = null;
        Refusal? refusal = null;
        SandboxResult result = await task.Sandbox.RunAsync(job, async (output, stop) =>
        {
            PgmReader reader = new(output, task.Limits);
            grey = await reader.NextPageAsync(stop)
                ? await reader.ReadScaledAsync(plan.RenderWidth, plan.RenderHeight, stop)
                : null;
            refusal = reader.Refusal;
        }, cancellation);
        refusal = !result.Succeeded ? Explain(result) : refusal;
        if (refusal is null && grey is null)
        {
            refusal = new(RefusalCode.NotRendered, "the renderer gave nothing for it");
        }

        bool troubled = result.StandardError.Contains("Error", StringComparison.Ordinal);
        refusal ??= PdfTrouble.Lost(result.StandardError);
        return refusal is null ? (plan.Turned ? grey!.TurnedClockwise() : grey, null, troubled)
            : (null, refusal, troubled);
    }

    /// <summary>Reads the page sizes out of what pdfinfo prints.</summary>
    internal static (IReadOnlyList<(double Width, double Height)> Pages, Refusal? Refusal) ReadSizes(string info,
        RenderLimits limits)
    {
        Match count = PageCount().Matches(info).LastOrDefault() ?? Match.Empty;
        if (!int.TryParse(count.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int pages)
            || pages < 1)
        {
            return ([], new(RefusalCode.Malformed, "the PDF has no pages"));
        }

        if (pages > limits.PagesMax)
        {
            return ([], new(RefusalCode.OverLimit, $"the PDF has {pages} pages, at most {limits.PagesMax}"));
        }

        (double Width, double Height)[] sizes = new (double, double)[pages];
        foreach (Match line in PageSize().Matches(info))
        {
            if (Index(line, pages) is { } index)
            {
                sizes[index] = (Inches(line.Groups[2]), Inches(line.Groups[3]));
            }
        }

        foreach (Match line in PageTurn().Matches(info))
        {
            if (Index(line, pages) is { } index && line.Groups[2].Value is "90" or "270")
            {
                sizes[index] = (sizes[index].Height, sizes[index].Width);
            }
        }

        return (sizes, null);
    }

    private static int? Index(Match line, int pages) =>
        int.TryParse(line.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= 1 && number <= pages
            ? number - 1
            : null;

    private static double Inches(Group points) =>
        double.TryParse(points.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value / 72
            : 0;

    private SandboxJob? Job(string program, IReadOnlyList<string> arguments, long outputBytes) =>
        Sandbox.FindInPath(program) is not { } path
            ? null
            : new SandboxJob
            {
                Program = path,
                Arguments = arguments,
                Readable = [path, .. Data],
                Input = pdf,
                CpuSeconds = task.Limits.CpuSecondsPerPage,
                WallSeconds = task.Limits.WallSecondsPerPage,
                MemoryBytes = task.Limits.MemoryBytesMax,
                OutputBytes = outputBytes,
            };

    private Refusal Explain(SandboxResult result)
    {
        if (result.End != SandboxEnd.Exited)
        {
            return task.Explain(result);
        }

        string said = result.StandardError;
        return said.Contains("Incorrect password", StringComparison.Ordinal)
                ? new(RefusalCode.Encrypted, "the PDF needs a password: save it without one")
            : said.Contains("Unsupported security handler", StringComparison.Ordinal)
                ? new(RefusalCode.Encrypted, "the PDF is encrypted in a way that is not supported")
            : said.Contains("Couldn't", StringComparison.Ordinal) || said.Contains("Syntax", StringComparison.Ordinal)
                ? new(RefusalCode.Malformed, "the PDF is damaged beyond repair")
            : task.Explain(result);
    }

    private static Refusal Missing(string program) => new(RefusalCode.NoSandbox,
        $"{program} is not installed, and PDF pages are rendered by it. Install it: apt-get install poppler-utils");

    [GeneratedRegex(@"^Pages:\s+(\d+)\r?$", RegexOptions.Multiline)]
    private static partial Regex PageCount();

    [GeneratedRegex(@"^Page\s+(\d+)\s+size:\s+([0-9.e+-]+) x ([0-9.e+-]+) pts", RegexOptions.Multiline)]
    private static partial Regex PageSize();

    [GeneratedRegex(@"^Page\s+(\d+)\s+rot:\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex PageTurn();
}
