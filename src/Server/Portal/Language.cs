// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hermetic.Server.Portal;

/// <summary>The portal's words in one language, by key: for the frames, which the server writes, and for the scripts
/// that fill them. Out of one file a language (docs/translating.md).</summary>
public sealed partial class Language
{
    // Unicode CLDR's names of the forms that a count may ask for; there is always this one.
    private const string Other = "other";

    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a module of its own: no markup is around it
    };

    private readonly FrozenDictionary<string, FrozenDictionary<string, string>> _words;

    private Language(string tag, FrozenDictionary<string, FrozenDictionary<string, string>> words) =>
        (Tag, _words) = (tag, words);

    /// <summary>Its name (RFC 5646), as `html lang` says it.</summary>
    public string Tag { get; }

    /// <summary>The keys that there are words for.</summary>
    internal IEnumerable<string> Keys => _words.Keys;

    /// <summary>A language out of its file.</summary>
    /// <param name="tag">Its name (RFC 5646).</param>
    /// <param name="file">A JSON object: by key a string, or by CLDR's plural categories strings.</param>
    /// <param name="fallback">What says what the file does not; null if nothing does.</param>
    /// <exception cref="JsonException">It is something else.</exception>
    internal static Language Read(string tag, Stream file, Language? fallback = null)
    {
        using JsonDocument read = JsonDocument.Parse(
            file, new JsonDocumentOptions { AllowDuplicateProperties = false });
        if (read.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"the words in {tag} are an object");
        }

        Dictionary<string, FrozenDictionary<string, string>> words = new(StringComparer.Ordinal);
        foreach (JsonProperty one in read.RootElement.EnumerateObject())
        {
            words[one.Name] = FormsOf(one);
        }

        if (fallback is not null)
        {
            foreach ((string key, FrozenDictionary<string, string> forms) in fallback._words)
            {
                words.TryAdd(key, forms);
            }
        }

        return new Language(tag, words.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The words of a key.</summary>
    /// <exception cref="ArgumentException">There are none, or they go by a count, which scripts alone know.</exception>
    public string Say(string key) =>
        _words.TryGetValue(key, out FrozenDictionary<string, string>? forms) && forms.Count == 1
            ? forms[Other] : throw new ArgumentException($"{Tag} has no words for {key}", nameof(key));

    /// <summary>All forms of a key's words, by CLDR's plural categories.</summary>
    internal IReadOnlyDictionary<string, string> FormsOf(string key) => _words[key];

    /// <summary>The places for values in words.</summary>
    [GeneratedRegex(@"\{([a-zA-Z]+)\}")]
    internal static partial Regex Places();

    /// <summary>The module by which scripts have these keys' words.</summary>
    internal byte[] Module(IEnumerable<string> keys)
    {
        using MemoryStream module = new();
        module.Write("// SPDX-License-Identifier: Apache-2.0\nexport const said = "u8);
        using (Utf8JsonWriter json = new(module, Readable))
        {
            json.WriteStartObject();
            foreach (string key in keys.Distinct().Order(StringComparer.Ordinal))
            {
                Write(json, key, _words[key]);
            }

            json.WriteEndObject();
        }

        module.Write(";\n"u8);
        return module.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string key, FrozenDictionary<string, string> forms)
    {
        if (forms.Count == 1)
        {
            json.WriteString(key, forms[Other]);
            return;
        }

        json.WriteStartObject(key);
        foreach ((string category, string words) in forms.OrderBy(form => form.Key, StringComparer.Ordinal))
        {
            json.WriteString(category, words);
        }

        json.WriteEndObject();
    }

    private static FrozenDictionary<string, string> FormsOf(JsonProperty one)
    {
        Dictionary<string, string> forms = one.Value.ValueKind switch
        {
            JsonValueKind.String => new() { [Other] = one.Value.GetString()! },
            JsonValueKind.Object => one.Value.EnumerateObject().ToDictionary(
                form => form.Name, form => form.Value.ValueKind == JsonValueKind.String ? form.Value.GetString()!
                    : throw new JsonException($"{one.Name}: {form.Name} takes a string")),
            _ => throw new JsonException($"{one.Name} takes a string, or strings by plural category"),
        };
        return forms.ContainsKey(Other) ? forms.ToFrozenDictionary(StringComparer.Ordinal)
            : throw new JsonException($"{one.Name} lacks its form {Other}");
    }
}
