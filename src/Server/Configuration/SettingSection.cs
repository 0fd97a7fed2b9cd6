// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Hermetic.Server.Configuration;

/// <summary>Reads one object of the configuration, notes every problem and goes on, so that an operator sees all of
/// them at once. A setting that nobody asks for is a problem too: it is a mistyped name, and what it was meant to
/// secure would be left open.</summary>
internal sealed class SettingSection(IConfiguration values, string path, List<SettingProblem> problems)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public static SettingSection Root(IConfiguration values, List<SettingProblem> problems) =>
        new(values, "", problems);

    /// <summary>Is anything set below this name?</summary>
    public bool Has(string name) => Child(name) is { } child && (child.Value is not null || child.GetChildren().Any());

    public void Complain(string name, string what) => problems.Add(new(PathOf(name), what));

    /// <summary>A text; null where there is none.</summary>
    public string? Text(string name)
    {
        IConfigurationSection child = Child(name);
        if (child.GetChildren().Any())
        {
            Complain(name, "takes one value, not a list or an object");
            return null;
        }

        return string.IsNullOrWhiteSpace(child.Value) ? null : child.Value;
    }

    /// <summary>A text that must be there; empty after a complaint.</summary>
    public string Required(string name, string example)
    {
        string? text = Text(name);
        if (text is null && !Child(name).GetChildren().Any())
        {
            Complain(name, $"is missing; for example {example}");
        }

        return text ?? "";
    }

    public int Number(string name, int otherwise, int min, int max)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= min && value <= max)
        {
            return value;
        }

        Complain(name, $"takes a whole number from {min} to {max}");
        return otherwise;
    }

    public bool Flag(string name, bool otherwise) => Parsed(
        name, otherwise, text => bool.TryParse(text, out bool value) ? value : null, "takes true or false");

    /// <summary>One of a few words.</summary>
    public T Choice<T>(string name, T otherwise, params (string Word, T Value)[] choices)
        where T : struct
    {
        string words = string.Join(", ", choices.Select(choice => choice.Word));
        return Parsed(name, otherwise, text => choices
            .Where(choice => choice.Word.Equals(text, StringComparison.OrdinalIgnoreCase))
            .Select(choice => (T?)choice.Value)
            .FirstOrDefault(), $"takes one of: {words}");
    }

    public T Parsed<T>(string name, T otherwise, Func<string, T?> parse, string complaint)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        T? value = parse(text);
        if (value is null)
        {
            Complain(name, complaint);
        }

        return value ?? otherwise;
    }

    public T? ParsedOrNull<T>(string name, Func<string, T?> parse, string complaint)
        where T : class
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        T? value = parse(text);
        if (value is null)
        {
            Complain(name, complaint);
        }

        return value;
    }

    /// <summary>A list of texts, each read by <paramref name="parse"/>; what can't be read is complained of.</summary>
    public IReadOnlyList<T> List<T>(string name, Func<string, (bool Ok, T Value)> parse, string complaint)
    {
        List<T> found = [];
        foreach (IConfigurationSection item in Items(name))
        {
            (bool ok, T value) = item.Value is null ? default : parse(item.Value);
            if (ok)
            {
                found.Add(value);
            }
            else
            {
                Complain($"{name}[{item.Key}]", complaint);
            }
        }

        return found;
    }

    /// <summary>A list of objects.</summary>
    public IReadOnlyList<SettingSection> Objects(string name) =>
        [.. Items(name).Select(item => new SettingSection(item, PathOf($"{name}[{item.Key}]"), problems))];

    /// <summary>An object; an empty one where there is none.</summary>
    public SettingSection Object(string name) => new(Child(name), PathOf(name), problems);

    /// <summary>Complains of every setting that nobody asked for.</summary>
    public void Finish()
    {
        foreach (IConfigurationSection child in values.GetChildren().Where(child => !_known.Contains(child.Key)))
        {
            Complain(child.Key, $"is not a setting here; there are: {string.Join(", ", _known.Order())}");
        }
    }

    private IEnumerable<IConfigurationSection> Items(string name)
    {
        IConfigurationSection child = Child(name);
        if (!string.IsNullOrEmpty(child.Value))
        {
            Complain(name, "takes a list: [ … ]");
        }

        return child.GetChildren();
    }

    private IConfigurationSection Child(string name)
    {
        _known.Add(name);
        return values.GetSection(name);
    }

    private string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
