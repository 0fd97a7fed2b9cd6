// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Sending;

/// <summary>What a try came to, in the classes by which it is tried again or given up. The numbers are stored: never
/// renumber.</summary>
public enum RetryCause
{
    /// <summary>Every page was confirmed.</summary>
    Delivered = 1,

    /// <summary>The line is engaged.</summary>
    Busy = 2,

    /// <summary>It rang and nobody took the call.</summary>
    NoAnswer = 3,

    /// <summary>Somebody took the call, and it was no fax machine.</summary>
    NoCarrier = 4,

    /// <summary>The machines began to talk and it went wrong.</summary>
    ProtocolFailure = 5,

    /// <summary>The way there is overloaded or down.</summary>
    Congestion = 6,

    /// <summary>The call was refused for good.</summary>
    Rejected = 7,

    /// <summary>There is no such number.</summary>
    NoSuchNumber = 8,

    /// <summary>The machines have no way in common to send a page.</summary>
    NoCommonMode = 9,

    /// <summary>T.38 was not agreed on this way.</summary>
    NoT38 = 10,

    /// <summary>The other machine is out of paper, or full.</summary>
    NotReady = 11,

    /// <summary>The trunk did not accept us.</summary>
    NotAuthorized = 12,

    /// <summary>Our own lines were taken: no call was placed.</summary>
    LinesTaken = 13,

    /// <summary>A fault of our own program.</summary>
    OurFault = 14,

    /// <summary>This server stopped, or was cut off, during the call.</summary>
    Stopped = 15,

    /// <summary>The other machine wants a subaddress or a password that was not given.</summary>
    StationRefused = 16,

    /// <summary>A page can't be read here: its bytes or its keys are gone.</summary>
    PageUnreadable = 17,

    /// <summary>Somebody took it back.</summary>
    Cancelled = 18,

    /// <summary>Another station answered than the one that is known for the number.</summary>
    WrongStation = 19,

    /// <summary>Header line or cover page can't be made of the names that there are now.</summary>
    NotComposed = 20,
}

/// <summary>One row of the table of causes.</summary>
/// <param name="Cause">The value.</param>
/// <param name="Delay">Until the next try.</param>
/// <param name="TriesMax">Tries that may end so, before the fax is given up; 0 if the first one is final.</param>
/// <param name="Words">For a clerk: no jargon, no PHI.</param>
/// <param name="OtherTrunk">True if another trunk may do better: it is tried at once.</param>
/// <param name="Descends">True if the next try takes the next rung of the ladder.</param>
/// <param name="IsCall">False if no telephone rang for it: it does not count against
/// <see cref="RetryRules.CallsMax"/>.</param>
internal sealed record RetryRule(
    RetryCause Cause, TimeSpan Delay, int TriesMax, string Words, bool OtherTrunk = false, bool Descends = false,
    bool IsCall = true)
{
    /// <summary>True if no further try can help.</summary>
    public bool IsFinal => TriesMax == 0;
}

/// <summary>The table of causes. Users know HylaFAX's defaults: 12 dials, 3 tries, again after 180 s when busy, after
/// 300 s without answer or carrier, after 60 s when the protocol failed. Where a row leaves them it says why.</summary>
internal static class RetryRules
{
    /// <summary>Calls that one fax may cost before it is given up, whatever they ended by: HylaFAX's default of
    /// dials. Our limit, since someone may be called by night by a number that was mistyped.</summary>
    public const int CallsMax = 12;

    /// <summary>Our limit on what a far end may ask by Retry-After (RFC 3261 §20.33): a fax that waits for longer than
    /// a day is better known to have failed.</summary>
    public static readonly TimeSpan RetryAfterMax = TimeSpan.FromDays(1);

    private static readonly RetryRule[] Rows =
    [
        new(RetryCause.Delivered, TimeSpan.Zero, 0, "Sent: the other machine confirmed every page."),
        new(RetryCause.Busy, Seconds(180), CallsMax, "The line is busy. We will call again."),
        new(RetryCause.NoAnswer, Seconds(300), CallsMax, "Nobody answers. We will call again."),
        // Our choice: three as HylaFAX's tries, since a person may be at the other end of the line.
        new(RetryCause.NoCarrier, Seconds(300), 3,
            "Somebody answers, but it is no fax machine. Check the number; we will call again."),
        // Our choice: one more than HylaFAX's three, so that each rung of the ladder gets its try.
        new(RetryCause.ProtocolFailure, Seconds(60), Ladder.Count,
            "The connection broke during the fax. We will go on with the first page that is not confirmed.",
            Descends: true),
        // Our choice: soon, because a trunk's trouble is mostly short; often, because nobody's telephone rings.
        new(RetryCause.Congestion, Seconds(60), CallsMax,
            "The telephone network can't take the call now. We will call again.", OtherTrunk: true),
        new(RetryCause.Rejected, TimeSpan.Zero, 0,
            "The other side refuses calls from us. Call them to ask, or correct the number."),
        new(RetryCause.NoSuchNumber, TimeSpan.Zero, 0, "There is no such number. Check it and correct it."),
        new(RetryCause.NoCommonMode, TimeSpan.Zero, 0,
            "The other machine can't take a fax of this kind. Ask them for another number."),
        new(RetryCause.NoT38, Seconds(300), 3,
            "The connection can't carry a fax. We will try again, by another way if there is one.", OtherTrunk: true),
        new(RetryCause.NotReady, Seconds(300), CallsMax,
            "The other machine can't take a fax now; it may be out of paper. We will call again."),
        new(RetryCause.NotAuthorized, Seconds(300), 3,
            "Our telephone provider did not accept the call. Tell your administrator.", OtherTrunk: true),
        // Our choice: one of our own lines comes free within about a page; nobody was called, so that it counts not.
        new(RetryCause.LinesTaken, Seconds(30), int.MaxValue,
            "All our lines are in use. The fax goes out when one is free.", OtherTrunk: true, IsCall: false),
        new(RetryCause.OurFault, Seconds(60), 3,
            "Something went wrong in our own system. We will try again; tell your administrator if it stays so."),
        // Our limit: a fax that ends the server each time must not do so for ever.
        new(RetryCause.Stopped, TimeSpan.Zero, 10,
            "Our system was stopped during the call. We go on with the first page that is not confirmed.",
            IsCall: false),
        new(RetryCause.StationRefused, TimeSpan.Zero, 0,
            "The other machine asks for a password or extension. Ask them for it."),
        new(RetryCause.PageUnreadable, TimeSpan.Zero, 0,
            "A page of this fax can't be read any more. Tell your administrator, and send the document anew."),
        new(RetryCause.Cancelled, TimeSpan.Zero, 0, "Cancelled."),
        new(RetryCause.WrongStation, TimeSpan.Zero, 0,
            "Another machine answered than the one that is known for this number; no page was sent. Check the number."),
        new(RetryCause.NotComposed, TimeSpan.Zero, 0,
            "The line at the head of each page, or the cover page, can't be printed as it is. Tell your administrator, "
            + "and send the document anew."),
    ];

    private static readonly Dictionary<RetryCause, RetryRule> ByCause = Rows.ToDictionary(row => row.Cause);

    public static IReadOnlyList<RetryRule> All => Rows;

    public static RetryRule Of(RetryCause cause) => ByCause[cause];

    /// <summary>What a clerk reads of a fax, whether or not it is still under way.</summary>
    public static string Words(RetryCause cause, bool isGivenUp) => isGivenUp && !Of(cause).IsFinal
        ? $"Not sent. The last try said: {FirstSentence(cause)}"
        : Of(cause).Words;

    /// <summary>What a call found that is not tried again: of a cause that is final all that is said, of others without
    /// what we would do next.</summary>
    public static string Finding(RetryCause cause) => Of(cause).IsFinal ? Of(cause).Words
        : FirstSentence(cause);

    private static string FirstSentence(RetryCause cause) => Of(cause).Words.Split(". ")[0].TrimEnd('.') + ".";

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
