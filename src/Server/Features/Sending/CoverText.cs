// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Sending;

/// <summary>What somebody wants on the cover page of a fax; the practice's name and its notice are put there by the
/// server. Kept sealed beside the fax: as JSON, so that names never change.</summary>
/// <param name="To">Who is to have it.</param>
/// <param name="From">Who sends it, within the practice; may be empty.</param>
/// <param name="Phone">Whom to call when it came to the wrong place; empty for the telephone of its site, or
/// the line's own number.</param>
/// <param name="Subject">What it is about; may be empty.</param>
/// <param name="Message">More words, with line breaks; may be empty.</param>
internal sealed record CoverText(string To, string From, string Phone, string Subject, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => "a cover page";
}
