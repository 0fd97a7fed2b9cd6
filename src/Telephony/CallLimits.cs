// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Telephony;

/// <summary>What the calls of one trunk may take. All are our limits unless a clause is named.</summary>
public sealed record CallLimits
{
    /// <summary>The defaults.</summary>
    public static CallLimits Default { get; } = new();

    /// <summary>Calls at once, both ways together: 1 to 10,000. Default 120, as many as four E1 lines.</summary>
    public int CallsMax { get; init => field = Within.Range(value, 1, 10_000); } = 120;

    /// <summary>From INVITE to answer: 1 s to 10 minutes. Default 2 minutes. Then we CANCEL.</summary>
    public TimeSpan AnswerMax
    {
        get;
        init => field = Within.Range(value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
    } = TimeSpan.FromMinutes(2);

    /// <summary>From answer to agreed T.38: 1 s to 2 minutes. Default 35 s, T.30's own T1 (§5.4.3.2).</summary>
    public TimeSpan SwitchMax
    {
        get;
        init => field = Within.Range(value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
    } = TimeSpan.FromSeconds(35);

    /// <summary>T.38 without one packet from the far end: 5 s to 1 hour. Default 5 minutes: a receiver may say nothing
    /// while a long page comes; T.30's own timers are shorter wherever an answer is due.</summary>
    public TimeSpan SilenceMax
    {
        get;
        init => field = Within.Range(value, TimeSpan.FromSeconds(5), TimeSpan.FromHours(1));
    } = TimeSpan.FromMinutes(5);

    /// <summary>A whole call from its answer: 1 minute to 1 day. Default 2 hours.</summary>
    public TimeSpan CallMax
    {
        get;
        init => field = Within.Range(value, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
    } = TimeSpan.FromHours(2);
}
