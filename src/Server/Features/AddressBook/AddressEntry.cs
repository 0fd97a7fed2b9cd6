// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Server.Configuration;

namespace Hermetic.Server.Features.AddressBook;

/// <summary>What an entry of an address book says; sealed as one. It is not logged.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Number">As it is dialled.</param>
/// <param name="Note">What people should know of it; empty for nothing.</param>
/// <param name="Groups">The groups that it is in, each once.</param>
internal sealed record AddressEntry(string Name, string Number, string Note, IReadOnlyList<string> Groups)
{
    private const int NameCharsMax = 200; // our limit: a name, not a description
    private const int NoteCharsMax = 400; // our limit: all of an entry fits into one sealed field
    private const int GroupsMax = 10; // our limit: the same
    private const int GroupCharsMax = 50; // our limit: the same

    /// <summary>An entry as somebody wrote it, in its one spelling; what is wrong with it is noted.</summary>
    public static AddressEntry Of(AddressBody body, Dictionary<string, string[]> errors)
    {
        AddressEntry entry = new(
            Tidy(body.Name), DialledNumber.Normalize(body.Number ?? ""), Tidy(body.Note),
            [.. (body.Groups ?? []).Select(Tidy).DistinctBy(KeyOf)]);
        if (!IsText(entry.Name, NameCharsMax) || entry.Name.Length == 0)
        {
            errors["name"] = [$"takes 1 to {NameCharsMax} characters on one line"];
        }

        if (entry.Number.Length == 0)
        {
            errors["number"] = ["takes a number that can be dialled"];
        }

        if (!IsText(entry.Note.Replace("\n", "", StringComparison.Ordinal), NoteCharsMax))
        {
            errors["note"] = [$"takes at most {NoteCharsMax} characters"];
        }

        if (entry.Groups.Count > GroupsMax
            || !entry.Groups.All(group => group.Length > 0 && IsText(group, GroupCharsMax)))
        {
            errors["groups"] = [$"takes at most {GroupsMax} names of 1 to {GroupCharsMax} characters"];
        }

        return entry;
    }

    /// <summary>What two spellings of the same name or group have in common.</summary>
    public static string KeyOf(string name) => Tidy(name).ToUpperInvariant();

    /// <summary>True if the name begins so, however it is spelled.</summary>
    public bool IsNamed(string prefix) => KeyOf(Name).StartsWith(KeyOf(prefix), StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => "an entry of an address book";

    private static string Tidy(string? text) => (text ?? "").Trim();

    // Marks that turn text round would make one name look like another.
    private static bool IsText(string text, int charsMax) => text.Length <= charsMax
        && text.All(letter => !char.IsControl(letter)
            && CharUnicodeInfo.GetUnicodeCategory(letter) is not UnicodeCategory.Format);
}
