// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;

namespace Hermetic.Server.Features.Sending;

/// <summary>A cover page, as a program asks for it.</summary>
internal sealed record CoverBody(
    [property: Description("Who is to have it.")] string ToName,
    [property: Description("Who sends it, within the practice.")] string? FromName = null,
    [property: Description("Whom to call if it comes to the wrong place; "
        + "the telephone of its site, or the line's own number, if it is left out.")]
    string? Phone = null,
    [property: Description("What it is about. Whoever passes the machine reads it: nothing of a patient.")]
    string? Subject = null,
    [property: Description("More words; line breaks are kept. Nothing of a patient.")] string? Message = null)
{
    /// <summary>Our limit: what fits into a line or two of the page.</summary>
    private const int LineCharsMax = 100;

    /// <summary>Our limit: more than a page takes, which says so by itself.</summary>
    private const int MessageCharsMax = 4000;

    /// <summary>What is kept of it.</summary>
    internal CoverText Text => new(ToName, FromName ?? "", Phone ?? "", Subject ?? "", Message ?? "");

    /// <summary>Notes what is too long, or missing.</summary>
    internal void Check(Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrWhiteSpace(ToName))
        {
            errors["cover.toName"] = ["takes the name of who is to have it"];
        }

        (string Name, string? Value, int CharsMax)[] fields =
        [
            ("toName", ToName, LineCharsMax), ("fromName", FromName, LineCharsMax), ("phone", Phone, LineCharsMax),
            ("subject", Subject, LineCharsMax), ("message", Message, MessageCharsMax),
        ];
        foreach ((string name, string? value, int charsMax) in fields)
        {
            if (value?.Length > charsMax)
            {
                errors[$"cover.{name}"] = [$"takes at most {charsMax} characters"];
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "a cover page";
}
