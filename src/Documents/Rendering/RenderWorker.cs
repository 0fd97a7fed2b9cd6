// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Documents.Sandboxing;
using Hermetic.Documents.Text;
using Hermetic.Documents.Tiff;

namespace Hermetic.Documents.Rendering;

/// <summary>
/// The inside of the sandbox: `render-worker image`, `render-worker text WIDTH HDPI VDPI PAGES`, `render-worker tiff
/// PAGE`. Reads <see cref="SandboxJob.InputPath"/>, writes PGM pages to standard output.
/// </summary>
public static class RenderWorker
{
    /// <summary>Exit code for input that is refused; the first word on standard error says why.</summary>
    internal const int RefusedExit = 3;

    /// <summary>The words by which the worker says why it refused its input.</summary>
    internal static IReadOnlyDictionary<string, Refusal> Words { get; } = new Dictionary<string, Refusal>
    {
        ["malformed"] = new(RefusalCode.Malformed, "the image is damaged"),
        ["unsupported"] = new(RefusalCode.Unsupported, "the image is of a kind that is not supported"),
        ["large"] = new(RefusalCode.OverLimit, "the image has more pels than the limits allow"),
        ["utf8"] = new(RefusalCode.Malformed, "the text is not UTF-8: convert it (iconv -t UTF-8)"),
        ["glyphs"] = new(RefusalCode.NotRendered, "the text holds characters that DejaVu Sans Mono can't draw"),
        ["pages"] = new(RefusalCode.OverLimit, "the text has more pages than the limits allow"),
        ["font"] = new(RefusalCode.NoFont, "DejaVu Sans Mono is missing: apt-get install fonts-dejavu-core"),
    };

    /// <summary>Runs the worker with what follows `render-worker` on the command line.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        if (!File.Exists(SandboxJob.InputPath))
        {
            Console.Error.WriteLine("render-worker runs inside the sandbox, started by hermetic itself");
            return 2;
        }

        using Stream output = Console.OpenStandardOutput();
        byte[] input = File.ReadAllBytes(SandboxJob.InputPath);
        string? refused = arguments switch
        {
            ["image", var pels] => ImageWorker.Render(input, Number(pels), output),
            ["text", var width, var horizontal, var vertical, var pages] =>
                TextWorker.Render(input, (int)Number(width), Real(horizontal), Real(vertical), (int)Number(pages),
                    output),
            ["tiff", var page, var pels] => TiffWorker.Render(input, (int)Number(page), Number(pels), output),
            _ => "usage",
        };
        if (refused is null)
        {
            output.Flush();
            return 0;
        }

        Console.Error.WriteLine(refused);
        return RefusedExit;
    }

    /// <summary>Writes the header of one page.</summary>
    internal static void WriteHeader(Stream output, int width, int height) =>
        output.Write(System.Text.Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"P5\n{width} {height}\n255\n")));

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static double Real(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
