// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Hermetic.Server.Portal;

/// <summary>All modules that a page runs, as one: a browser asks for one script and compiles it once, where twenty
/// small ones cost it more than what they do.</summary>
/// <remarks>It knows modules as the house writes them and refuses others: an import is one line, of names or of none,
/// of a module that lies beside; what is exported is declared there, by <c>const</c>, <c>function</c> or <c>class</c>,
/// and does not change; nobody needs whom it is needed by. Each module becomes a function that gives what it exports,
/// in the order in which a browser would run them (ECMA-262 §16.2.1.6); one that the page begins with may wait, and
/// the next one begins meanwhile.</remarks>
/// <param name="sourceOf">The source of a module by its name.</param>
internal sealed partial class ScriptBundle(Func<string, string> sourceOf)
{
    private readonly Dictionary<string, IReadOnlySet<string>> _exported = [];
    private readonly HashSet<string> _begun = [];
    private readonly List<string> _order = [];

    /// <summary>The names of all modules that some need, themselves among them, each behind those that it
    /// needs.</summary>
    /// <exception cref="FormatException">Two need each other; the message names them.</exception>
    public static IReadOnlyList<string> NeededBy(IReadOnlyList<string> entries, Func<string, string> sourceOf) =>
        Begun(entries, sourceOf)._order;

    /// <summary>The script of a page that begins with these modules.</summary>
    /// <exception cref="FormatException">A module is not written as the house writes them; the message says which and
    /// what.</exception>
    public static string Of(IReadOnlyList<string> entries, Func<string, string> sourceOf)
    {
        ScriptBundle bundle = Begun(entries, sourceOf);
        StringBuilder script = new();
        foreach (string name in bundle._order)
        {
            script.Append(CultureInfo.InvariantCulture, $"// {name}\n")
                .Append(entries.Contains(name) ? bundle.Entry(name) : bundle.Library(name));
        }

        return script.ToString();
    }

    private static ScriptBundle Begun(IReadOnlyList<string> entries, Func<string, string> sourceOf)
    {
        ScriptBundle bundle = new(sourceOf);
        foreach (string entry in entries)
        {
            bundle.Add(entry);
        }

        return bundle;
    }

    private void Add(string name)
    {
        if (!_begun.Add(name))
        {
            return;
        }

        foreach (Match import in Imports().Matches(sourceOf(name)))
        {
            string needed = import.Groups["module"].Value;
            if (_begun.Contains(needed) && !_order.Contains(needed))
            {
                throw new FormatException($"{name} needs {needed}, which needs it");
            }

            Add(needed);
        }

        _order.Add(name);
    }

    private string Entry(string name)
    {
        _exported[name] = new HashSet<string>();
        return $"(async () => {{\n{Linked(name)}}})();\n";
    }

    private string Library(string name)
    {
        _exported[name] = new SortedSet<string>(
            Exports().Matches(sourceOf(name)).Select(export => export.Groups["name"].Value), StringComparer.Ordinal);
        return $"const {Variable(name)} = (() => {{\n{Linked(name)}"
            + $"return {{ {string.Join(", ", _exported[name])} }};\n}})();\n";
    }

    // Its source, with what it imports taken from the modules before it.
    private string Linked(string name)
    {
        string linked = Exports().Replace(
            Imports().Replace(sourceOf(name), import => Taken(name, import)), "$1");
        if (Unknown().Match(linked) is { Success: true } line)
        {
            throw new FormatException($"{name}: a bundle can't take “{line.Value}”");
        }

        return linked;
    }

    private string Taken(string name, Match import)
    {
        string module = import.Groups["module"].Value;
        if (!import.Groups["names"].Success)
        {
            return "";
        }

        string[] names = import.Groups["names"].Value.Split(',', StringSplitOptions.TrimEntries);
        if (names.FirstOrDefault(one => !_exported[module].Contains(one.Split(" as ")[0])) is { } missing)
        {
            throw new FormatException($"{name}: {module} does not export {missing}");
        }

        string taken = string.Join(", ", names.Select(one => one.Replace(" as ", ": ", StringComparison.Ordinal)));
        return $"const {{ {taken} }} = {Variable(module)};";
    }

    private static string Variable(string name) =>
        $"${Path.GetFileNameWithoutExtension(name).Replace('-', '_')}";

    [GeneratedRegex("""^import (?:\{ (?<names>[^}\n]+) \} from )?"\./(?<module>[a-z-]+\.js)";$""",
        RegexOptions.Multiline)]
    private static partial Regex Imports();

    // With the word before the declaration taken away, it is one of the function's own.
    [GeneratedRegex("""^export ((?:(?:async )?function|const|class) (?<name>[\w$]+))""", RegexOptions.Multiline)]
    private static partial Regex Exports();

    [GeneratedRegex("""^(?:import|export)\b.*$""", RegexOptions.Multiline)]
    private static partial Regex Unknown();
}
