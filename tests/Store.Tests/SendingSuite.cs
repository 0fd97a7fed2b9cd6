// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Tests;

/// <summary>The queue of what goes out: who may call whom, leases, tries, and the numbers.</summary>
public abstract class SendingSuite : DataSuite
{
    private static readonly DateTimeOffset s_now = Sample.Noon.AddHours(1);
    private static readonly Guid s_first = Sample.Id(801);
    private static readonly Guid s_second = Sample.Id(802);

    [Fact]
    public async Task Claim_ByManyAtOnce_CallsEachDestinationOnceAndKeepsTheLimits()
    {
        for (int i = 0; i < 30; i++)
        {
            await SubmitAsync(500 + i, $"number {i % 10}");
        }
        List<SendingRecord>[] claims = await AtOnceAsync(12, async (store, i) =>
        {
            List<SendingRecord> mine = [];
            for (int turn = 0; turn < 10; turn++)
            {
                mine.AddRange((await store.Sendings.ClaimAsync(
                    ClaimOf(i, limit: 2, tenantCalls: 7, first: 4, second: 9), Cancellation)).Claimed);
            }
            return mine;
        });

        SendingRecord[] all = [.. claims.SelectMany(claim => claim)];
        Assert.Equal(7, all.Length);
        Assert.Equal(7, all.Select(one => Convert.ToHexString(one.RemoteTag)).Distinct().Count());
        Assert.Equal(4, all.Count(one => one.TrunkId == s_first));
        Assert.Equal(3, all.Count(one => one.TrunkId == s_second));
        Assert.Equal(7, (await Store.Sendings.CallingAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task Claim_TakesPriorityThenDueThenAge_AndNothingBeforeItIsDue()
    {
        await SubmitAsync(510, "a", due: -10);
        await SubmitAsync(511, "b", due: -20);
        await SubmitAsync(512, "c", priority: 5);
        await SubmitAsync(513, "d", due: 1);
        await SubmitAsync(514, "e", due: -20);
        Assert.Equal([Sample.Id(1)], await Store.Sendings.TenantsDueAsync(s_now, Cancellation));

        List<int> order = [];
        while ((await Store.Sendings.ClaimAsync(ClaimOf(1, limit: 1), Cancellation)).Claimed is [var one])
        {
            order.Add(NumberOf(one.FaxId));
        }
        Assert.Equal([512, 511, 514, 510], order);
        Assert.Empty(await Store.Sendings.TenantsDueAsync(s_now, Cancellation));
        Assert.Equal([Sample.Id(1)], await Store.Sendings.TenantsDueAsync(s_now.AddSeconds(1), Cancellation));
    }

    [Fact]
    public async Task Claim_OfAFaxWithItsTrunkFixed_WaitsForThatTrunk()
    {
        await SubmitAsync(520, "a", trunk: s_first, isFixed: true);
        await SubmitAsync(521, "b", trunk: s_first, isFixed: true);
        await SubmitAsync(522, "c", trunk: s_first);

        List<SendingRecord> claimed = (await Store.Sendings.ClaimAsync(
            ClaimOf(1, first: 1, second: 1), Cancellation)).Claimed.ToList();
        Assert.Equal([(520, s_first), (522, s_second)],
            claimed.Select(one => (NumberOf(one.FaxId), one.TrunkId!.Value)));
    }

    [Fact]
    public async Task Lease_IsTakenOverOnlyWhileItsOwnerStandsStill()
    {
        await SubmitAsync(530, "a", pages: 2);
        SendingRecord lease = await ClaimOneAsync(1);
        SendingRecord seen = Assert.Single(await Store.Sendings.CallingAsync(Cancellation));
        Assert.Equal(lease.FaxId, Assert.Single(
            await Store.Sendings.BeatAsync(Sample.Id(1), lease.LeaseOwner!.Value, Cancellation)).FaxId);
        Assert.Null(await Store.Sendings.TakeOverAsync(seen, Sample.Id(902), Cancellation));

        seen = Assert.Single(await Store.Sendings.CallingAsync(Cancellation));
        SendingRecord taken = (await Store.Sendings.TakeOverAsync(seen, Sample.Id(902), Cancellation))!;
        Assert.Equal((Sample.Id(902), lease.Attempt + 1), (taken.LeaseOwner!.Value, taken.Attempt));
        Assert.Null(await Store.Sendings.TakeOverAsync(seen, Sample.Id(903), Cancellation));

        // Who lost it writes nothing any more.
        Assert.Empty(await Store.Sendings.BeatAsync(Sample.Id(1), lease.LeaseOwner!.Value, Cancellation));
        Assert.False(await BeginAsync(lease, 1));
        Assert.False(await Store.Sendings.ReleaseAsync(lease, s_now, 3, Cancellation));
        Assert.False(await Store.Sendings.EndAsync(lease, EndOf(lease, SendingState.Done, FaxState.Sent, 2),
            Cancellation));
        Assert.True(await BeginAsync(taken, 1));
        Assert.False(await Store.Attempts.ConfirmPageAsync(lease, 1, 1, null, Cancellation));
        Assert.True(await Store.Sendings.EndAsync(taken, EndOf(taken, SendingState.Done, FaxState.Sent, 2),
            Cancellation));
        Assert.Empty(await Store.Sendings.CallingAsync(Cancellation));
    }

    [Fact]
    public async Task Attempt_IsWrittenPageByPage_AndEndsWithItsFax()
    {
        await SubmitAsync(540, "a", pages: 3);
        SendingRecord lease = await ClaimOneAsync(1);
        Assert.True(await BeginAsync(lease, 1));
        Assert.Equal(FaxState.Sending, (await FaxAsync(540)).State);
        Assert.True(await Store.Attempts.BeganPageAsync(lease, 1, 1, Cancellation));
        Assert.True(await Store.Attempts.ConfirmPageAsync(lease, 1, 1, Sample.Sealed("sent 1"), Cancellation));
        Assert.True(await Store.Attempts.BeganPageAsync(lease, 1, 2, Cancellation));
        AttemptRecord open = Assert.Single(await Store.Attempts.ListAsync(Sample.Id(1), Sample.Id(540), Cancellation));
        Assert.Equal((2, 1, (AttemptEnd?)null), (open.PageBegun, open.PagesConfirmed, open.End));
        Assert.Equal(1, (await FaxAsync(540)).PagesConfirmed);
        Assert.Equal([PageState.Confirmed, PageState.Stored, PageState.Stored],
            (await Store.Pages.ListAsync(Sample.Id(1), Sample.Id(540), Cancellation)).Select(page => page.State));

        AttemptEnd end = new(s_now, 5, 2, 3, 1, 7, 200, 14_400, true, 30, Sample.Sealed("report"));
        NewJob work = new(Sample.Id(1), Sample.Id(77), 3, Sample.Id(540), s_now, s_now);
        Assert.True(await Store.Sendings.EndAsync(lease, EndOf(lease, SendingState.Waiting, FaxState.Queued, 2) with
        {
            Attempt = end,
            // What is written of a page stays.
            Sent = [new PageSent(1, Sample.Sealed("another")), new PageSent(2, Sample.Sealed("sent 2"))],
            Work = work,
            DueAt = s_now.AddMinutes(1),
            TrunkId = s_second,
            Learned = new LearnedDestination(2, s_now, Sample.Sealed("NORTH")),
        }, Cancellation));
        AttemptRecord kept = Assert.Single(await Store.Attempts.ListAsync(Sample.Id(1), Sample.Id(540), Cancellation));
        Assert.Equal(Sample.Sealed("report"), kept.End!.SealedReport);
        Assert.Equal(end, kept.End with { SealedReport = end.SealedReport });
        Assert.Equal([Sample.Sealed("sent 1"), Sample.Sealed("sent 2"), null],
            (await Store.Pages.ListAsync(Sample.Id(1), Sample.Id(540), Cancellation)).Select(page => page.SealedSent));
        JobRecord asked = (await Store.Jobs.FindAsync(Sample.Id(1), work.JobId, Cancellation))!;
        Assert.Equal((work.Kind, work.FaxId, JobState.Waiting), (asked.Kind, asked.FaxId, asked.State));
        SendingRecord waits = (await Store.Sendings.FindAsync(Sample.Id(1), Sample.Id(540), Cancellation))!;
        Assert.Equal((SendingState.Waiting, s_second, (Guid?)null, (int?)5),
            (waits.State, waits.TrunkId!.Value, waits.LeaseOwner, waits.Cause));
        DestinationRecord known = (await Store.Destinations.FindAsync(Sample.Id(1), Sample.Tag("a"), Cancellation))!;
        Assert.Equal(2, known.Rung);
        Assert.Equal(Sample.Sealed("NORTH"), known.SealedStationId);
        Assert.Equal(2, (await Store.Events.ListAsync(Sample.Id(1), 0, 10, Cancellation)).Count);
        Assert.Empty((await Store.Sendings.ClaimAsync(ClaimOf(1), Cancellation)).Claimed);
    }

    [Fact]
    public async Task Queue_IsListedEitherWay_AndByState()
    {
        for (int i = 0; i < 5; i++)
        {
            await SubmitAsync(600 + i, $"number {i}");
        }

        await Store.Sendings.ClaimAsync(ClaimOf(1, limit: 1), Cancellation);
        SendingList newest = new(Sample.Id(1), 2, IsNewestFirst: true);
        List<SendingRecord> first = await Store.Sendings.ListAsync(newest, Cancellation);
        List<SendingRecord> second = await Store.Sendings.ListAsync(
            newest with { After = first[^1].FaxId }, Cancellation);
        List<SendingRecord> oldest = await Store.Sendings.ListAsync(new(Sample.Id(1), 10), Cancellation);

        Assert.Equal([604, 603, 602, 601], first.Concat(second).Select(one => NumberOf(one.FaxId)));
        Assert.Equal([600, 601, 602, 603, 604], oldest.Select(one => NumberOf(one.FaxId)));
        SendingRecord calling = Assert.Single(await Store.Sendings.ListAsync(
            new(Sample.Id(1), 10, State: SendingState.Calling), Cancellation));
        Assert.DoesNotContain(calling.FaxId, (await Store.Sendings.ListAsync(
            new(Sample.Id(1), 10, State: SendingState.Waiting), Cancellation)).Select(one => one.FaxId));
    }

    [Fact]
    public async Task Fax_SubmittedTwice_IsInTheQueueOnce()
    {
        SubmittedSending first = await SubmitAsync(550, "a");
        SubmittedSending again = await SubmitAsync(551, "a", sameAs: 550);
        Assert.Equal((first.FaxId, true), (again.FaxId, again.Repeated));
        Assert.Single(await Store.Sendings.ListAsync(new SendingList(Sample.Id(1), 10), Cancellation));
        Assert.Single(await Store.Events.ListAsync(Sample.Id(1), 0, 10, Cancellation));
    }

    [Fact]
    public async Task Fax_ToANewNumber_WaitsForItsConfirmation()
    {
        Assert.Equal(SendingState.Held, (await SubmitAsync(560, "new", held: true)).State);
        Assert.Equal(SendingState.Held, (await SubmitAsync(561, "new", held: true)).State);
        Assert.Equal(SendingState.Held, (await SubmitAsync(562, "other", held: true)).State);
        Assert.Empty((await Store.Sendings.ClaimAsync(ClaimOf(1), Cancellation)).Claimed);
        Assert.Equal(2, await Store.Destinations.ConfirmAsync(
            Sample.Id(1), Sample.Tag("new"), s_now, null, Cancellation));
        Assert.Equal(0, await Store.Destinations.ConfirmAsync(
            Sample.Id(1), Sample.Tag("none"), s_now, null, Cancellation));
        Assert.Equal(SendingState.Waiting, (await SubmitAsync(563, "new", held: true)).State);
        Assert.Equal(560, NumberOf((await ClaimOneAsync(1)).FaxId));

        // In the book, somebody made sure of it: it is never held.
        await Store.Destinations.SaveAsync(Destination("third") with
        {
            VerifiedAt = s_now,
            SealedName = Sample.Sealed(
            "North Pharmacy")
        }, Cancellation);
        Assert.Equal(SendingState.Waiting, (await SubmitAsync(564, "third", held: true)).State);
        Assert.Equal(3, (await Store.Destinations.ListAsync(Sample.Id(1), null, 10, Cancellation)).Count);
    }

    [Fact]
    public async Task Cancel_WhileNobodyCalls_IsFinalAndElseAsks()
    {
        await SubmitAsync(570, "a");
        await SubmitAsync(571, "b", held: true);
        SendingRecord lease = await ClaimOneAsync(1);
        Assert.Equal(CancelResult.Asked, await CancelAsync(570));
        Assert.Equal(CancelResult.Cancelled, await CancelAsync(571));
        Assert.Equal(CancelResult.TooLate, await CancelAsync(571));
        Assert.Equal(CancelResult.Missing, await CancelAsync(999));
        Assert.Equal(s_now, Assert.Single(
            await Store.Sendings.BeatAsync(Sample.Id(1), lease.LeaseOwner!.Value, Cancellation)).CancelAskedAt);
        Assert.Equal(FaxState.Cancelled, (await FaxAsync(571)).State);
        Assert.Equal(FaxState.Queued, (await FaxAsync(570)).State);
    }

    [Fact]
    public async Task Fax_ThatFailed_MayBeSentAgainWithAllItsTries()
    {
        await SubmitAsync(580, "a", pages: 2);
        SendingRecord lease = await ClaimOneAsync(1);
        Assert.False(await RetryAsync(580));
        Assert.True(await BeginAsync(lease, 1));
        Assert.True(await Store.Sendings.EndAsync(lease, EndOf(lease, SendingState.Failed, FaxState.Partial, 1),
            Cancellation));
        Assert.True(await RetryAsync(580));
        SendingRecord again = (await Store.Sendings.FindAsync(Sample.Id(1), Sample.Id(580), Cancellation))!;
        Assert.Equal((SendingState.Held, 2), (again.State, again.CountedFrom));
        Assert.Equal((FaxState.Queued, 1), ((await FaxAsync(580)).State, (await FaxAsync(580)).PagesConfirmed));

        // What came in is never put into the queue.
        NewFax inbound = await BegunAsync(581, 1);
        await Store.Faxes.MoveAsync(Sample.Move(inbound, FaxState.Partial), null, Cancellation);
        Assert.Equal(MoveResult.Refused, await Store.Faxes.MoveAsync(Sample.Move(inbound, FaxState.Queued), null,
            Cancellation));
    }

    [Fact]
    public async Task Number_IsCorrectedOnlyBeforeAPageWasConfirmed()
    {
        await SubmitAsync(590, "wrong", held: true);
        Assert.True(await CorrectAsync(590, "right"));
        FaxRecord fax = await FaxAsync(590);
        Assert.Equal(Sample.Tag("right"), fax.RemoteTag);
        Assert.Equal(Sample.Sealed("right"), fax.SealedRemoteNumber);
        Assert.Equal(0, await Store.Destinations.ConfirmAsync(
            Sample.Id(1), Sample.Tag("wrong"), s_now, null, Cancellation));
        Assert.Equal(1, await Store.Destinations.ConfirmAsync(
            Sample.Id(1), Sample.Tag("right"), s_now, null, Cancellation));
        SendingRecord lease = await ClaimOneAsync(1);
        Assert.False(await CorrectAsync(590, "third"));
        Assert.True(await Store.Sendings.EndAsync(lease, EndOf(lease, SendingState.Failed, FaxState.Failed, 0),
            Cancellation));
        Assert.True(await CorrectAsync(590, "third"));
        Assert.Equal((SendingState.Held, FaxState.Queued),
            ((await Store.Sendings.FindAsync(Sample.Id(1), Sample.Id(590), Cancellation))!.State,
                (await FaxAsync(590)).State));
        Assert.True(await CorrectAsync(590, "right"));
        lease = await ClaimOneAsync(1);
        Assert.True(await BeginAsync(lease, 1));
        Assert.True(await Store.Attempts.ConfirmPageAsync(lease, 1, 1, null, Cancellation));
        Assert.True(await Store.Sendings.EndAsync(lease, EndOf(lease, SendingState.Waiting, FaxState.Queued, 1),
            Cancellation));
        Assert.False(await CorrectAsync(590, "third"));
    }

    [Fact]
    public async Task Broadcast_IsCountedByState()
    {
        Guid broadcast = Sample.Id(700);
        await Store.Broadcasts.BeginAsync(new BroadcastRecord(
            Sample.Id(1), broadcast, null, BroadcastState.Submitting, s_now, 5), Cancellation);
        for (int i = 0; i < 5; i++)
        {
            await SubmitAsync(600 + i, $"n{i}", held: i == 4, broadcast: broadcast);
        }
        await SubmitAsync(610, "n9");
        await CancelAsync(603);
        Assert.Equal(
            [(SendingState.Held, 1), (SendingState.Waiting, 3), (SendingState.Cancelled, 1)],
            (await Store.Sendings.CountAsync(Sample.Id(1), broadcast, Cancellation))
                .OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
        List<SendingRecord> two = await Store.Sendings.ListAsync(new(Sample.Id(1), 2, broadcast), Cancellation);
        Assert.Equal([600, 601], two.Select(one => NumberOf(one.FaxId)));
        Assert.Equal([602, 603, 604], (await Store.Sendings.ListAsync(
            new(Sample.Id(1), 9, broadcast, two[^1].FaxId), Cancellation)).Select(one => NumberOf(one.FaxId)));
    }

    private static SendingClaim ClaimOf(
        int owner, int limit = 50, int tenantCalls = 50, int first = 50, int second = 50) => new(
        Sample.Id(1), Sample.Id(900 + owner), s_now, limit, tenantCalls, [(s_first, first), (s_second, second)]);

    private static int NumberOf(Guid id) =>
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(id.ToByteArray(bigEndian: true));

    private static DestinationRecord Destination(string number) => new(
        Sample.Id(1), new Guid(Sample.Tag(number).AsSpan(0, 16), true), Sample.Tag(number), Sample.Noon, 0x31A0_0001,
        Sample.Sealed(number));

    private static SendingEnd EndOf(SendingRecord lease, SendingState state, FaxState to, int confirmed) => new(
        state, s_now, s_first, 5, new FaxMove(lease.TenantId, lease.FaxId, to, s_now, 2005, confirmed),
        Sample.Told(), new AttemptEnd(s_now, 5, confirmed), new CallEnd(s_now, 1, 14_400, true, 9, 0, 0), null);

    private Task<bool> BeginAsync(SendingRecord lease, int number) => Store.Attempts.BeginAsync(
        lease, new NewAttempt(number, s_now, s_first, 0, 0, null),
        new NewCall(lease.TenantId, Sample.Id(2000 + NumberOf(lease.FaxId) + number), null, s_first,
            FaxDirection.Outbound, s_now, Sample.Tag($"call {lease.FaxId} {number}"), 0x31A0_0001),
        Cancellation);

    private Task<SubmittedSending> SubmitAsync(int number, string to, int pages = 1, int due = 0, int priority = 0,
        Guid? trunk = null, bool isFixed = false, bool held = false, Guid? broadcast = null, int? sameAs = null)
    {
        NewFax fax = Sample.Fax(Sample.Id(1), number, FaxDirection.Outbound) with
        {
            RemoteTag = Sample.Tag(to),
            SealedRemoteNumber = Sample.Sealed(to),
            IdempotencyTag = Sample.Tag($"key {sameAs ?? number}"),
        };
        return Store.Sendings.SubmitAsync(fax,
            [.. Enumerable.Range(1, pages).Select(page => Sample.Page(fax, page))],
            new NewSending(fax.TenantId, fax.FaxId, held ? SendingState.Held : SendingState.Waiting,
                Sample.Noon.AddSeconds(number), s_now.AddSeconds(due), Sample.Tag(to), priority, broadcast, trunk,
                isFixed),
            Destination(to), Sample.Told(), null, Cancellation);
    }

    private async Task<SendingRecord> ClaimOneAsync(int owner) => Assert.Single(
        (await Store.Sendings.ClaimAsync(ClaimOf(owner, limit: 1), Cancellation)).Claimed);

    private async Task<FaxRecord> FaxAsync(int number) =>
        (await Store.Faxes.FindAsync(Sample.Id(1), Sample.Id(number), Cancellation))!;

    private Task<CancelResult> CancelAsync(int number) => Store.Sendings.CancelAsync(
        new FaxMove(Sample.Id(1), Sample.Id(number), FaxState.Cancelled, s_now), 7, Sample.Told(), Cancellation);

    private Task<bool> RetryAsync(int number) => Store.Sendings.RetryAsync(
        new FaxMove(Sample.Id(1), Sample.Id(number), FaxState.Queued, s_now), Sample.Told(), Cancellation);

    private Task<bool> CorrectAsync(int number, string to) => Store.Sendings.CorrectNumberAsync(
        new FaxMove(Sample.Id(1), Sample.Id(number), FaxState.Queued, s_now), Sample.Told(), Destination(to),
        Sample.Sealed(to), Cancellation);
}

public sealed class SqliteSendingTests : SendingSuite
{
    protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteDatabase());
}

public sealed class PostgreSqlSendingTests(PostgreSqlServer server) : SendingSuite
{
    protected override async Task<ITestDatabase> NewDatabaseAsync() =>
        new PostgreSqlDatabase(await server.Peer.CreateDatabaseAsync());
}
