// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store;

namespace Hermetic.Server.Features.Sending;

/// <summary>What follows from a try: sent, again later and by which trunk, or given up. Pure: the clock is passed
/// in.</summary>
/// <param name="State">Where the fax goes in the queue.</param>
/// <param name="FaxState">Where the fax goes.</param>
/// <param name="DueAt">When it is due again.</param>
/// <param name="TrunkId">The trunk to go by next.</param>
internal sealed record RetryDecision(SendingState State, FaxState FaxState, DateTimeOffset DueAt, Guid? TrunkId)
{
    /// <summary>Decides.</summary>
    /// <param name="tries">The ended tries that count, the last one included.</param>
    /// <param name="cause">Why the last one ended.</param>
    /// <param name="retryAfter">What the far end asked us to wait.</param>
    /// <param name="trunks">The trunks in their order; the fixed one alone if the fax has one.</param>
    /// <param name="pagesConfirmed">Pages that are confirmed by now.</param>
    /// <param name="now">The time now.</param>
    public static RetryDecision After(
        IReadOnlyList<AttemptRecord> tries, RetryCause cause, TimeSpan? retryAfter, IReadOnlyList<Guid> trunks,
        int pagesConfirmed, DateTimeOffset now)
    {
        RetryRule rule = RetryRules.Of(cause);
        Guid? last = tries.Count > 0 ? tries[^1].Begun.TrunkId : null;
        if (cause == RetryCause.Delivered)
        {
            return new(SendingState.Done, FaxState.Sent, now, last);
        }

        if (cause == RetryCause.Cancelled)
        {
            return new(SendingState.Cancelled, FaxState.Cancelled, now, last);
        }

        int ways = rule.OtherTrunk ? Math.Max(trunks.Count, 1) : 1;
        if (rule.IsFinal || IsSpent(tries, rule, ways))
        {
            return new(SendingState.Failed, pagesConfirmed > 0 ? FaxState.Partial : FaxState.Failed, now, last);
        }

        bool goesRound = rule.OtherTrunk && Trailing(tries, other => other.OtherTrunk) % ways != 0;
        TimeSpan delay = goesRound ? TimeSpan.Zero : rule.Delay;
        if (retryAfter is { } asked && asked > delay && !goesRound)
        {
            delay = asked < RetryRules.RetryAfterMax ? asked : RetryRules.RetryAfterMax;
        }

        return new(SendingState.Waiting, FaxState.Queued, now + delay, rule.OtherTrunk ? Next(trunks, last) : last);
    }

    // A try that brought a page over starts the count of its cause anew: a long fax on a bad line gets there.
    private static bool IsSpent(IReadOnlyList<AttemptRecord> tries, RetryRule rule, int ways)
    {
        int calls = tries.Count(one => RuleOf(one).IsCall);
        int since = tries.Reverse().TakeWhile(one => one.PagesConfirmed == one.Begun.PagesBefore)
            .Count(one => RuleOf(one).Cause == rule.Cause);
        bool progressed = tries.Count > 0 && tries[^1].PagesConfirmed > tries[^1].Begun.PagesBefore;
        return calls >= RetryRules.CallsMax * (long)ways
            || (!progressed && since >= Math.Min(rule.TriesMax, int.MaxValue / ways) * ways);
    }

    private static int Trailing(IReadOnlyList<AttemptRecord> tries, Func<RetryRule, bool> holds) =>
        tries.Reverse().TakeWhile(one => holds(RuleOf(one))).Count();

    private static RetryRule RuleOf(AttemptRecord attempt) => RetryRules.Of((RetryCause)attempt.End!.Cause);

    private static Guid? Next(IReadOnlyList<Guid> trunks, Guid? last)
    {
        int place = last is { } id ? trunks.ToList().IndexOf(id) : -1;
        return trunks.Count == 0 ? last : trunks[(place + 1) % trunks.Count];
    }
}
