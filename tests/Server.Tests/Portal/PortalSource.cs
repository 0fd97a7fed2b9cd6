// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Hermetic.Server.Portal;

namespace Hermetic.Server.Tests.Portal;

/// <summary>One place where the portal's source says something.</summary>
/// <param name="At">File and line.</param>
/// <param name="Key">The key of the words.</param>
/// <param name="Values">What it gives them, by name.</param>
internal sealed record Saying(string At, string Key, IReadOnlyList<string> Values);

/// <summary>The portal's frames and scripts, as they are written.</summary>
internal static partial class PortalSource
{
    /// <summary>The repository.</summary>
    public static readonly string Root = Find();

    private static readonly string Folder = Path.Combine(Root, "src/Server/Portal");

    /// <summary>All that scripts say.</summary>
    public static IEnumerable<Saying> OfScripts() =>
        from file in Directory.GetFiles(Path.Combine(Folder, "Assets"), "*.js")
        let text = File.ReadAllText(file)
        from Match saying in PortalAssets.Sayings().Matches(text)
        select new Saying(At(file, text, saying.Index), saying.Groups[1].Value,
            NamesOf(text, saying.Index + saying.Length + 1));

    /// <summary>Calls in scripts whose key is not written out.</summary>
    public static IEnumerable<string> OfScriptsUnclear() =>
        from file in Directory.GetFiles(Path.Combine(Folder, "Assets"), "*.js")
        where Path.GetFileName(file) != "words.js"
        let text = File.ReadAllText(file)
        from Match saying in Unclear().Matches(text)
        select At(file, text, saying.Index);

    /// <summary>All that frames say, and the server of titles and roles.</summary>
    public static IEnumerable<Saying> OfFrames() =>
        from file in Directory.GetFiles(Folder, "*.razor", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(Folder, "*.cs"))
        let text = File.ReadAllText(file)
        from Match saying in Frames().Matches(text)
        select new Saying(At(file, text, saying.Index), saying.Groups[1].Value,
            [.. Parts().Matches(text[saying.Index..EndOf(text, saying.Index)]).Select(part => part.Groups[1].Value)]);

    private static string At(string file, string text, int index) =>
        $"{Path.GetFileName(file)}:{text.AsSpan(0, index).Count('\n') + 1}";

    // The names in the object behind a key: what stands right behind its brace, and behind each comma of its own.
    private static List<string> NamesOf(string text, int from)
    {
        List<string> names = [];
        Match begin = Values().Match(text, from);
        if (!begin.Success)
        {
            Assert.True(text[from] == ')', $"values are written out: {text[from..Math.Min(from + 60, text.Length)]}");
            return names;
        }

        int depth = 1;
        bool isName = true;
        for (int at = begin.Index + begin.Length; depth > 0; at++)
        {
            if (isName && Name().Match(text, at) is { Success: true } name)
            {
                names.Add(name.Groups[1].Value);
                at += name.Length - 1;
                isName = false;
                continue;
            }

            depth += text[at] is '(' or '[' or '{' ? 1 : text[at] is ')' or ']' or '}' ? -1 : 0;
            isName = depth == 1 && text[at] == ',';
        }

        return names;
    }

    // A call of C# in a line or a few: its closing parenthesis.
    private static int EndOf(string text, int from)
    {
        int depth = 0;
        for (int at = text.IndexOf('(', from); ; at++)
        {
            depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
            if (depth == 0)
            {
                return at;
            }
        }
    }

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Hermetic.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("no Hermetic.slnx above " + AppContext.BaseDirectory);
    }

    [GeneratedRegex("""\b(?:say|phrase)\((?!")""")]
    private static partial Regex Unclear();

    [GeneratedRegex("""\b(?:Say\(|new\([^,\n]+, )"([a-z-]+\.[a-z0-9-]+)"(?=[,)])""")]
    private static partial Regex Frames();

    [GeneratedRegex("""\("([a-zA-Z]+)", @<""")]
    private static partial Regex Parts();

    [GeneratedRegex(@"\G,\s*\{")]
    private static partial Regex Values();

    [GeneratedRegex(@"\G\s*([a-zA-Z]+)(?=\s*[:,}])")]
    private static partial Regex Name();
}
