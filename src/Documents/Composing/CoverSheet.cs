// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Composing;

/// <summary>What is the same on every cover page of a practice.</summary>
public sealed record CoverTemplate
{
    /// <summary>The practice's name; a line.</summary>
    public required string Practice { get; init; }

    /// <summary>Its postal address and the like; up to four lines.</summary>
    public IReadOnlyList<string> Address { get; init; } = [];

    /// <summary>Whom to call when the fax came to the wrong place; the notice points there.</summary>
    public required string Phone { get; init; }

    /// <summary>Its fax number.</summary>
    public required string Fax { get; init; }

    /// <summary>What whoever holds the fax has to know first.</summary>
    public string Notice { get; init; } = HipaaNotice;

    /// <summary>Our words for what 45 CFR 164.530(c) calls a reasonable safeguard: whose it is, that it may hold health
    /// information, and what to do with a fax that went astray.</summary>
    public const string HipaaNotice =
        "This fax may hold protected health information. Federal law (HIPAA, 45 CFR Parts 160 and 164) and state law "
        + "keep it confidential. It is for the recipient named above and for nobody else. If that is not you, or if "
        + "you are not charged with handing it over: do not read, copy, keep or pass on any of it. Please call the "
        + "number above at once, say that it reached you by mistake, and destroy every page.";
}

/// <summary>What the cover page says of one fax. Its date and its number of pages come from the fax itself.</summary>
public sealed record CoverSheet
{
    /// <summary>The practice's part.</summary>
    public required CoverTemplate Template { get; init; }

    /// <summary>Who is to have it.</summary>
    public required string To { get; init; }

    /// <summary>The number that is dialled.</summary>
    public required string ToNumber { get; init; }

    /// <summary>Who sends it, within the practice; may be empty.</summary>
    public string From { get; init; } = "";

    /// <summary>What it is about; may be empty. Whoever passes the machine reads this page: nothing of a
    /// patient.</summary>
    public string Subject { get; init; } = "";

    /// <summary>More words, with line breaks; may be empty.</summary>
    public string Notes { get; init; } = "";
}
