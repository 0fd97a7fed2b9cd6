// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Composing;

/// <summary>What is put on a copy of a page. Places are parts of the page's width and height, 0 to 1, from the top
/// left.</summary>
public abstract record PageMark;

/// <summary>A black box: what lies under it is not in the copy any more.</summary>
/// <param name="Left">Its left edge.</param>
/// <param name="Top">Its top edge.</param>
/// <param name="Width">How wide it is.</param>
/// <param name="Height">How high it is.</param>
public sealed record RedactionMark(double Left, double Top, double Width, double Height) : PageMark;

/// <summary>Words in black on a white box, over whatever lies there.</summary>
/// <param name="Left">The box's left edge.</param>
/// <param name="Top">The box's top edge.</param>
/// <param name="Text">The words; a line break begins a new line.</param>
/// <param name="Points">The size of the letters, in points (1/72 inch).</param>
public sealed record TextMark(double Left, double Top, string Text, double Points) : PageMark
{
    /// <inheritdoc/>
    public override string ToString() => "words on a page";
}

/// <summary>A stroke of a pen.</summary>
/// <param name="Path">The places that it goes through, at least two.</param>
/// <param name="Points">How thick it is, in points (1/72 inch).</param>
public sealed record PenMark(IReadOnlyList<(double X, double Y)> Path, double Points) : PageMark;
