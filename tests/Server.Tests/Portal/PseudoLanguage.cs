// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hermetic.Server.Portal;

namespace Hermetic.Server.Tests.Portal;

/// <summary>A language that nobody speaks and everybody can read: English in brackets, every letter with an accent,
/// and two fifths longer, as translations are. Tests alone serve it.</summary>
internal static class PseudoLanguage
{
    public const string Tag = "en-XA";

    private const string Plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Accented =
        "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ";
    private const string More = "öñé ţŵö ţĥŕéé ƒöûŕ ƒîṽé ";

    /// <summary>All that there is in English, in it.</summary>
    public static Language Of(Language english)
    {
        Dictionary<string, Dictionary<string, string>> words = english.Keys.ToDictionary(
            key => key, key => english.FormsOf(key).ToDictionary(form => form.Key, form => Of(form.Value)));
        using MemoryStream file = new(JsonSerializer.SerializeToUtf8Bytes(words));
        return Language.Read(Tag, file);
    }

    /// <summary>The same of a sentence; the places for values stay.</summary>
    public static string Of(string words)
    {
        StringBuilder made = new("[");
        int from = 0;
        foreach (Match place in Language.Places().Matches(words))
        {
            made.Append(WithAccents(words[from..place.Index])).Append(place.Value);
            from = place.Index + place.Length;
        }

        made.Append(WithAccents(words[from..])).Append(' ');
        for (int i = 0, more = (words.Length * 2 / 5) + 1; i < more; i++)
        {
            made.Append(More[i % More.Length]);
        }

        return made.ToString().TrimEnd() + "]";
    }

    private static string WithAccents(string words) =>
        string.Concat(words.Select(letter => Plain.IndexOf(letter, StringComparison.Ordinal) is >= 0 and int at
            ? Accented[at] : letter));
}
