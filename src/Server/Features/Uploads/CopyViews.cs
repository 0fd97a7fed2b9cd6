// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Documents.Composing;
using Hermetic.Server.Http;

namespace Hermetic.Server.Features.Uploads;

/// <summary>A document made of pages that are here, as somebody asks for it.</summary>
internal sealed record CopyBody(
    [property: Description("Its pages, in order.")] IReadOnlyList<CopiedPageBody> Pages) : IIdempotentBody
{
    /// <inheritdoc/>
    public override string ToString() => "a document made of pages";
}

/// <summary>A page of it.</summary>
internal sealed record CopiedPageBody(
    [property: Description("Which page of the upload or fax, from 1.")] int Page,
    [property: Description("The upload that it is taken from.")] Guid? Upload = null,
    [property: Description("Or the fax; takes the scope faxes.read too.")] Guid? Fax = null,
    [property: Description("What is put on the copy.")] IReadOnlyList<MarkBody>? Marks = null)
{
    /// <inheritdoc/>
    public override string ToString() => "a page";
}

/// <summary>Something that is put on the copy of a page. Places are parts of its width and height, 0 to 1, from the top
/// left.</summary>
internal sealed record MarkBody(
    [property: Description("`redaction`: a black box, under which nothing is left. `text`: words on white. `pen`: a "
        + "stroke.")] string Kind,
    [property: Description("Its left edge; not of `pen`.")] double? Left = null,
    [property: Description("Its top edge; not of `pen`.")] double? Top = null,
    [property: Description("How wide a `redaction` is.")] double? Width = null,
    [property: Description("How high a `redaction` is.")] double? Height = null,
    [property: Description("The words of a `text`.")] string? Text = null,
    [property: Description("The size of letters, or the thickness of a stroke, in points (1/72 inch).")]
    double? Points = null,
    [property: Description("Where a `pen` goes: x and y in turn.")] IReadOnlyList<double>? Path = null)
{
    private const int TextCharsMax = 500; // our limit: what is read on a page at a glance
    private const int PathNumbersMax = 4000; // our limit: a signature has some hundreds
    private const double LetterPoints = 12; // our default: as letters are written
    private const double PenPoints = 1.5; // our default: a ball pen's
    private const double PointsMax = 72; // our limit: an inch

    /// <summary>The mark; null, and why not, if it is none.</summary>
    public (PageMark? Mark, string? Fault) Read()
    {
        bool isPlaced = Left is >= 0 and <= 1 && Top is >= 0 and <= 1;
        if (Points is <= 0 or > PointsMax)
        {
            return (null, $"`points` takes more than 0 and at most {PointsMax}");
        }

        return Kind switch
        {
            "redaction" when isPlaced && Width is > 0 and <= 1 && Height is > 0 and <= 1 =>
                (new RedactionMark(Left!.Value, Top!.Value, Width.Value, Height.Value), null),
            "redaction" => (null, "a redaction takes `left`, `top`, `width` and `height`, each 0 to 1"),
            "text" when isPlaced && !string.IsNullOrWhiteSpace(Text) && Text.Length <= TextCharsMax =>
                (new TextMark(Left!.Value, Top!.Value,
                    Text.Replace("\r", "", StringComparison.Ordinal), Points ?? LetterPoints), null),
            "text" => (null, $"a text takes `left` and `top`, each 0 to 1, and 1 to {TextCharsMax} characters"),
            "pen" when Path is { Count: >= 4 and <= PathNumbersMax } path && path.Count % 2 == 0
                && path.All(one => one is >= 0 and <= 1) =>
                (new PenMark([.. path.Chunk(2).Select(two => (two[0], two[1]))], Points ?? PenPoints), null),
            "pen" => (null, $"a pen takes a `path` of 4 to {PathNumbersMax} numbers, x and y in turn, each 0 to 1"),
            _ => (null, "`kind` takes one of: redaction, text, pen"),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => "a mark";
}
