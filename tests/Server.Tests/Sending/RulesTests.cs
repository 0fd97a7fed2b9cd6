// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Sending;
using Hermetic.Store;

namespace Hermetic.Server.Tests.Sending;

/// <summary>The pure rules: tries, trunks, the ladder, what is unknown after a crash, and the misdial guard.</summary>
public sealed class RulesTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid s_first = Guid.Parse("00000000-0000-0000-0000-000000000001");
    private static readonly Guid s_second = Guid.Parse("00000000-0000-0000-0000-000000000002");

    [Fact]
    public void Fax_ThatIsBusyTwelveTimes_IsGivenUp()
    {
        List<AttemptRecord> tries = [];
        for (int i = 1; i <= 12; i++)
        {
            tries.Add(Try(i, RetryCause.Busy));
            RetryDecision next = After(tries, RetryCause.Busy);
            Assert.Equal(i < 12 ? SendingState.Waiting : SendingState.Failed, next.State);
            Assert.Equal(i < 12 ? s_now.AddSeconds(180) : s_now, next.DueAt);
        }
    }

    [Theory]
    [InlineData(RetryCause.NoSuchNumber)]
    [InlineData(RetryCause.Rejected)]
    [InlineData(RetryCause.NoCommonMode)]
    [InlineData(RetryCause.StationRefused)]
    [InlineData(RetryCause.PageUnreadable)]
    public void Fax_WhoseCauseIsFinal_IsGivenUpAtOnce(RetryCause cause)
    {
        Assert.Equal(FaxState.Failed, After([Try(1, cause)], cause).FaxState);
        Assert.Equal(FaxState.Partial, After([Try(1, cause)], cause, confirmed: 2).FaxState);
    }

    [Fact]
    public void Fax_ThatGetsOnWithEachTry_IsNotGivenUpByItsCause()
    {
        List<AttemptRecord> tries = [];
        for (int i = 1; i <= 9; i++)
        {
            tries.Add(Try(i, RetryCause.ProtocolFailure, before: i - 1, after: i));
            Assert.Equal(SendingState.Waiting, After(tries, RetryCause.ProtocolFailure, confirmed: i).State);
        }

        // And without getting on it is, after four more.
        for (int i = 10; i <= 12; i++)
        {
            tries.Add(Try(i, RetryCause.ProtocolFailure, before: 9, after: 9));
        }

        Assert.Equal((SendingState.Failed, FaxState.Partial), (
            After(tries, RetryCause.ProtocolFailure, confirmed: 9).State,
            After(tries, RetryCause.ProtocolFailure, confirmed: 9).FaxState));
    }

    [Theory]
    [InlineData(10, 180)]
    [InlineData(600, 600)]
    [InlineData(864_000, 86_400)]
    public void RetryAfter_IsRespectedUpToADay(int asked, int seconds) => Assert.Equal(
        s_now.AddSeconds(seconds),
        After([Try(1, RetryCause.Busy)], RetryCause.Busy, retryAfter: TimeSpan.FromSeconds(asked)).DueAt);

    [Fact]
    public void Trunk_ThatFails_GivesWayToTheNextAtOnceAndAllOfThemToTheDelay()
    {
        RetryDecision one = After([Try(1, RetryCause.Congestion, trunk: s_first)], RetryCause.Congestion);
        Assert.Equal((s_now, s_second), (one.DueAt, one.TrunkId!.Value));
        RetryDecision two = After(
            [Try(1, RetryCause.Congestion, trunk: s_first), Try(2, RetryCause.NoT38, trunk: s_second)],
            RetryCause.NoT38);
        Assert.Equal((s_now.AddSeconds(300), s_first), (two.DueAt, two.TrunkId!.Value));

        // A far end that is busy is so by every trunk.
        Assert.Equal(s_first, After([Try(1, RetryCause.Busy, trunk: s_first)], RetryCause.Busy).TrunkId);
        RetryDecision alone = RetryDecision.After(
            [Try(1, RetryCause.Congestion, trunk: s_first)], RetryCause.Congestion, null, [s_first], 0, s_now);
        Assert.Equal((s_now.AddSeconds(60), s_first), (alone.DueAt, alone.TrunkId!.Value));
    }

    [Fact]
    public void OwnStops_CountAgainstNoCallButNotForEver()
    {
        List<AttemptRecord> tries = [.. Enumerable.Range(1, 9).Select(i => Try(i, RetryCause.Stopped))];
        Assert.Equal((SendingState.Waiting, s_now), (After(tries, RetryCause.Stopped).State,
            After(tries, RetryCause.Stopped).DueAt));
        tries.Add(Try(10, RetryCause.Stopped));
        Assert.Equal(SendingState.Failed, After(tries, RetryCause.Stopped).State);
    }

    [Fact]
    public void Ladder_GoesDownRungByRung_AndOnlyWhereTheMachinesTalked()
    {
        Assert.Equal(0, Ladder.RungOf(null, null, s_now));
        Assert.Equal(1, Ladder.RungOf(Try(1, RetryCause.ProtocolFailure), null, s_now));
        Assert.Equal(3, Ladder.RungOf(Try(1, RetryCause.ProtocolFailure, rung: 2), null, s_now));
        Assert.Equal(3, Ladder.RungOf(Try(1, RetryCause.ProtocolFailure, rung: 3), null, s_now));
        Assert.Equal(2, Ladder.RungOf(Try(1, RetryCause.Busy, rung: 2), null, s_now));

        T30Settings plain = new();
        Assert.Same(plain, Ladder.Apply(0, plain));
        Assert.Equal((FaxModems.V27Ter | FaxModems.V29, 14_400, true), Terms(1));
        Assert.Equal((FaxModems.All, 9600, true), Terms(2));
        Assert.Equal((FaxModems.V27Ter | FaxModems.V29, 9600, false), Terms(3));
        Assert.True(Ladder.Apply(3, plain with { Ecm = false }).Ecm);

        (FaxModems, int, bool) Terms(int rung) =>
            (Ladder.Apply(rung, plain).Modems, Ladder.Apply(rung, plain).RateMax, Ladder.Apply(rung, plain).Ecm);
    }

    [Fact]
    public void Ladder_RemembersANumberForAMonth()
    {
        (int rung, DateTimeOffset? since) = Ladder.Learn(2, null, s_now);
        DestinationRecord known = Known() with { Rung = rung, RungLearnedAt = since };
        Assert.Equal(2, Ladder.RungOf(null, known, s_now.AddDays(29)));
        Assert.Equal(0, Ladder.RungOf(null, known, s_now.AddDays(30)));
        Assert.Equal(0, Ladder.RungOf(null, known, s_now.AddDays(-31)));

        // Each success on the slow way does not make it last: it is since then that it is known.
        Assert.Equal((2, since), Ladder.Learn(2, known, s_now.AddDays(20)));
        Assert.Equal((1, s_now.AddDays(20)), Ladder.Learn(1, known, s_now.AddDays(20)));
        Assert.Equal((2, s_now.AddDays(31)), Ladder.Learn(2, known, s_now.AddDays(31)));
        Assert.Equal((0, (DateTimeOffset?)null), Ladder.Learn(0, known, s_now));
    }

    [Fact]
    public void Crash_IsResolvedFromWhatIsWrittenDown()
    {
        // Before the try was written: nothing went out.
        Assert.Equal(new CrashFinding(RetryCause.Stopped, null), CrashRule.Resolve(null, 0, 3));
        // It had not come to a page.
        Assert.Equal(new CrashFinding(RetryCause.Stopped, null), CrashRule.Resolve(Open(begun: 0), 0, 3));
        // In mid-page.
        Assert.Equal(new CrashFinding(RetryCause.Stopped, 1), CrashRule.Resolve(Open(begun: 1), 0, 3));
        Assert.Equal(new CrashFinding(RetryCause.Stopped, 3), CrashRule.Resolve(Open(begun: 3), 2, 3));
        // Between two pages.
        Assert.Equal(new CrashFinding(RetryCause.Stopped, null), CrashRule.Resolve(Open(begun: 2), 2, 3));
        // All of them were confirmed, and the end of the call was not seen: it is there.
        Assert.Equal(new CrashFinding(RetryCause.Delivered, null), CrashRule.Resolve(Open(begun: 3), 3, 3));
    }

    [Fact]
    public void Guard_HoldsTheFirstFaxToANumber()
    {
        Assert.Equal(SendingState.Held, MisdialGuard.Begin(null, givenTwice: false));
        Assert.Equal(SendingState.Held, MisdialGuard.Begin(Known(), givenTwice: false));
        Assert.Equal(SendingState.Waiting, MisdialGuard.Begin(null, givenTwice: true));
        Assert.Equal(SendingState.Waiting, MisdialGuard.Begin(Known() with { ConfirmedAt = s_now }, givenTwice: false));
        Assert.Equal(SendingState.Waiting, MisdialGuard.Begin(Known() with { VerifiedAt = s_now }, givenTwice: false));
    }

    private static DestinationRecord Known() => new(Guid.Empty, Guid.Empty, new byte[32], s_now, 1, [1]);

    private static RetryDecision After(IReadOnlyList<AttemptRecord> tries, RetryCause cause, int confirmed = 0,
        TimeSpan? retryAfter = null) =>
        RetryDecision.After(tries, cause, retryAfter, [s_first, s_second], confirmed, s_now);

    private static AttemptRecord Try(int number, RetryCause cause, int rung = 0, int before = 0, int after = 0,
        Guid? trunk = null) => Open(number, rung, before) with
        {
            Begun = new NewAttempt(number, s_now, trunk ?? s_first, rung, before, null),
            PagesConfirmed = after,
            End = new AttemptEnd(s_now, (int)cause, after),
        };

    private static AttemptRecord Open(int number = 1, int rung = 0, int before = 0, int begun = 0) => new(
        Guid.Empty, Guid.Empty, new NewAttempt(number, s_now, s_first, rung, before, null), Guid.Empty, begun, before,
        null);
}
