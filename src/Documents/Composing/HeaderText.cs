// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Composing;

/// <summary>
/// What stands at the head of every page: when the fax is sent, who sends it, from which number, to whom, which page of
/// how many. 47 CFR 68.318(d) asks for the date and time, the sender and the sender's number on each page.
/// </summary>
public sealed record HeaderText
{
    /// <summary>When the call is placed, with the zone in which the sender reads a clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The sender: the practice's name.</summary>
    public required string From { get; init; }

    /// <summary>The sender's number.</summary>
    public required string FromNumber { get; init; }

    /// <summary>The recipient: a number, or a name and a number.</summary>
    public required string To { get; init; }
}
