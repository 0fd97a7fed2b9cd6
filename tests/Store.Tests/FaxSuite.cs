// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Hermetic.Store.Model;

namespace Hermetic.Store.Tests;

/// <summary>Faxes and their pages.</summary>
public abstract class FaxSuite : DataSuite
{
    [Fact]
    public async Task Fax_ReceivedPageByPage_IsKeptWithItsEvent()
    {
        NewFax fax = await BegunAsync(100);
        for (int page = 1; page <= 3; page++)
        {
            Assert.Equal(AddPageResult.Added, await Store.Faxes.AddPageAsync(Sample.Page(fax, page), Cancellation));
            Assert.True(await Store.Faxes.ConfirmPagesAsync(fax.TenantId, fax.FaxId, page, Cancellation));
        }
        Assert.Equal(MoveResult.Moved,
            await Store.Faxes.MoveAsync(Sample.Move(fax, FaxState.Received, 3), Sample.Told(), Cancellation));

        FaxRecord kept = (await Store.Faxes.FindAsync(fax.TenantId, fax.FaxId, Cancellation))!;
        Assert.Equal((FaxState.Received, 3, 3), (kept.State, kept.PagesStored, kept.PagesConfirmed));
        Assert.Equal(fax.BegunAt.AddMinutes(1), kept.ReceivedAt);
        Assert.Equal(fax.BegunAt.AddMinutes(1), kept.ConfirmedAt);
        Assert.Equal(fax.SealedStationId, kept.SealedStationId);
        Assert.Null(kept.SealedSubject);
        List<PageRecord> pages = await Store.Pages.ListAsync(fax.TenantId, fax.FaxId, Cancellation);
        Assert.Equal([1, 2, 3], pages.Select(page => page.Number));
        Assert.All(pages, page => Assert.Equal(PageState.Confirmed, page.State));
        Assert.Equivalent(Sample.Page(fax, 2) with { State = PageState.Confirmed }, pages[1], true);
        Assert.Equivalent(pages[1], await Store.Pages.FindAsync(fax.TenantId, fax.FaxId, 2, Cancellation), true);
        Assert.Null(await Store.Pages.FindAsync(fax.TenantId, fax.FaxId, 4, Cancellation));
        Assert.Null(await Store.Pages.FindAsync(Sample.Id(2), fax.FaxId, 2, Cancellation));
        EventRecord told = Assert.Single(await Store.Events.ListAsync(fax.TenantId, 0, 10, Cancellation));
        Assert.Equal((1L, fax.FaxId), (told.Sequence, told.FaxId));
    }

    [Fact]
    public async Task Writes_ThatTellEvents_AreHeardOfOncePerTransaction_AndOthersNot()
    {
        ConcurrentQueue<Guid> heard = new();
        NewFax fax = await BegunAsync(103);
        Store.EventsWritten += heard.Enqueue;
        await Store.Faxes.AddPageAsync(Sample.Page(fax, 1), Cancellation);
        await Store.Faxes.ConfirmPagesAsync(fax.TenantId, fax.FaxId, 1, Cancellation);
        Assert.Empty(heard);

        await Store.Faxes.MoveAsync(Sample.Move(fax, FaxState.Received, 1), Sample.Told(), Cancellation);
        await Store.Events.AppendAsync(Sample.Id(2), null, Sample.Told(), Cancellation);

        Assert.Equal([fax.TenantId, Sample.Id(2)], heard);
    }

    [Fact]
    public async Task Fax_RecordedWhole_IsTheSameAsPageByPage()
    {
        NewFax whole = Sample.Fax(Sample.Id(1), 101);
        NewFax other = await BegunAsync(102, 2);
        await Store.Faxes.MoveAsync(Sample.Move(other, FaxState.Received, 2), Sample.Told(), Cancellation);
        BegunFax begun = await Store.Faxes.RecordAsync(whole, [Sample.Page(whole, 1), Sample.Page(whole, 2)],
            Sample.Move(whole, FaxState.Received), Sample.Told(), Cancellation);

        Assert.Equal(new BegunFax(whole.FaxId, false, FaxState.Received, 2), begun);
        FaxRecord one = (await Store.Faxes.FindAsync(whole.TenantId, whole.FaxId, Cancellation))!;
        FaxRecord two = (await Store.Faxes.FindAsync(other.TenantId, other.FaxId, Cancellation))!;
        Assert.Equivalent(two with
        {
            FaxId = one.FaxId,
            BegunAt = one.BegunAt,
            ReceivedAt = one.ReceivedAt,
            ConfirmedAt = one.ConfirmedAt,
            IdempotencyTag = one.IdempotencyTag,
            RowVersion = one.RowVersion,
        }, one, true);
        List<PageRecord> pages = await Store.Pages.ListAsync(whole.TenantId, whole.FaxId, Cancellation);
        Assert.Equivalent(new[] { 1, 2 }.Select(page => Sample.Page(whole, page) with { State = PageState.Confirmed }),
            pages, true);
        List<EventRecord> told = await Store.Events.ListAsync(whole.TenantId, 0, 10, Cancellation);
        Assert.Equivalent(told[0] with { Sequence = 2, FaxId = whole.FaxId }, told[1], true);
        Assert.Equal(2, (await Store.Events.ClaimAsync(new Claim(whole.TenantId, Sample.Id(9), Sample.Noon.AddDays(1),
            Sample.Noon.AddDays(2)), Cancellation)).Count);
    }

    [Fact]
    public async Task Fax_OfManyPages_IsRecordedWhole()
    {
        NewFax fax = Sample.Fax(Sample.Id(1), 103) with { SealedSubject = Sample.Sealed("s"), RemoteTag = null };
        PageRecord[] pages = [.. Enumerable.Range(1, 450).Select(page => Sample.Page(fax, page))];
        await Store.Faxes.RecordAsync(fax, pages, Sample.Move(fax, FaxState.Partial, 449) with { ReasonCode = 7 },
            Sample.Told(), Cancellation);

        FaxRecord kept = (await Store.Faxes.FindAsync(fax.TenantId, fax.FaxId, Cancellation))!;
        Assert.Equal((FaxState.Partial, 450, 449, (int?)7), (kept.State, kept.PagesStored, kept.PagesConfirmed,
            kept.ReasonCode));
        Assert.Null(kept.ConfirmedAt);
        Assert.Null(kept.RemoteTag);
        List<PageRecord> there = await Store.Pages.ListAsync(fax.TenantId, fax.FaxId, Cancellation);
        Assert.Equal(Enumerable.Range(1, 450), there.Select(page => page.Number));
        Assert.Equal(PageState.Stored, there[^1].State);
        Assert.All(there.Take(449), page => Assert.Equal(PageState.Confirmed, page.State));
    }

    [Fact]
    public async Task Fax_RecordedWithAPageThatIsTaken_LeavesNothing()
    {
        NewFax first = await BegunAsync(104, 1);
        NewFax fax = Sample.Fax(Sample.Id(1), 105);
        await Assert.ThrowsAsync<StoreConflictException>(() => Store.Faxes.RecordAsync(fax,
            [Sample.Page(fax, 1) with { BlobId = Sample.Blob(first, 1) }], Sample.Move(fax, FaxState.Received),
            Sample.Told(), Cancellation));
        await Assert.ThrowsAsync<StoreConflictException>(() => Store.Faxes.RecordAsync(
            fax with { TenantId = Sample.Id(99) }, [], Sample.Move(fax, FaxState.Failed) with
            {
                TenantId = Sample.Id(99),
            },
            Sample.Told(), Cancellation));
        Assert.Null(await Store.Faxes.FindAsync(fax.TenantId, fax.FaxId, Cancellation));
        Assert.Empty(await Store.Events.ListAsync(Sample.Id(1), 0, 10, Cancellation));
    }

    [Fact]
    public async Task Fax_WrittenTwiceAtOnce_IsOneFaxWithOneEvent()
    {
        BegunFax[] begun = await AtOnceAsync(12, (store, i) =>
        {
            NewFax fax = Sample.Fax(Sample.Id(1), 110) with { FaxId = Sample.Id(110 + i) };
            return store.Faxes.RecordAsync(fax, [Sample.Page(fax, 1)], Sample.Move(fax, FaxState.Received),
                Sample.Told(), Cancellation);
        });

        BegunFax first = Assert.Single(begun, fax => !fax.Repeated);
        Assert.All(begun, fax => Assert.Equal(first.FaxId, fax.FaxId));
        Assert.Single(await Store.Faxes.ListAsync(new FaxList(Sample.Id(1)), Cancellation));
        Assert.Single(await Store.Events.ListAsync(Sample.Id(1), 0, 10, Cancellation));
        FaxRecord? found = await Store.Faxes.FindByTagAsync(Sample.Id(1), Sample.Tag("call 110"), Cancellation);
        Assert.Equal(first.FaxId, found?.FaxId);
    }

    [Fact]
    public async Task Fax_EveryPairOfStates_IsMovedOrRefused()
    {
        FaxState[] states = Enum.GetValues<FaxState>();
        NewFax whole = await BegunAsync(199);
        await PutInAsync(whole, FaxState.Received);
        int number = 200;
        foreach (FaxState from in states)
        {
            foreach (FaxState to in states)
            {
                NewFax fax = await BegunAsync(number++);
                await PutInAsync(fax, from);
                // These came in: what came in is never put into the queue.
                bool isMove = FaxMoves.Into(to).Contains(from) && to != FaxState.Queued;
                MoveResult expected = isMove ? MoveResult.Moved
                    : from == to ? MoveResult.AlreadyThere : MoveResult.Refused;
                FaxMove move = Sample.Move(fax, to) with
                {
                    SupersededBy = to == FaxState.Superseded ? whole.FaxId : null,
                };
                MoveResult moved = await Store.Faxes.MoveAsync(move, null, Cancellation);
                Assert.Equal((from, to, expected), (from, to, moved));
                FaxRecord kept = (await Store.Faxes.FindAsync(fax.TenantId, fax.FaxId, Cancellation))!;
                Assert.Equal(expected == MoveResult.Refused ? from : to, kept.State);
            }
        }
        Assert.Equal(MoveResult.Missing, await Store.Faxes.MoveAsync(
            Sample.Move(Sample.Fax(Sample.Id(1), 9999), FaxState.Received), null, Cancellation));
        Assert.Empty(await Store.Events.ListAsync(Sample.Id(1), 0, 10, Cancellation));
    }

    [Fact]
    public async Task Fax_MovedByManyAtOnce_IsMovedByOne()
    {
        for (int number = 300; number < 320; number++)
        {
            NewFax fax = await BegunAsync(number, 1);
            FaxState[] ends = [FaxState.Received, FaxState.Partial, FaxState.Failed];
            MoveResult[] moves = await AtOnceAsync(6, (store, i) => store.Faxes.MoveAsync(
                Sample.Move(fax, ends[i % 3]), Sample.Told(i), Cancellation));

            int winner = Assert.Single(Enumerable.Range(0, 6), i => moves[i] == MoveResult.Moved);
            FaxRecord kept = (await Store.Faxes.FindAsync(fax.TenantId, fax.FaxId, Cancellation))!;
            Assert.Equal(ends[winner % 3], kept.State);
            EventRecord told = Assert.Single(
                await Store.Events.ListAsync(fax.TenantId, number - 300, 10, Cancellation));
            Assert.Equal((winner, fax.FaxId), (told.Kind, told.FaxId));
        }
    }

    [Fact]
    public async Task Page_OutOfTurnOrTwice_IsRefusedOrKnown()
    {
        NewFax fax = await BegunAsync(400, 1);
        PageRecord first = Sample.Page(fax, 1);

        Assert.Equal(AddPageResult.AlreadyThere, await Store.Faxes.AddPageAsync(first, Cancellation));
        Assert.Equal(AddPageResult.Refused, await Store.Faxes.AddPageAsync(
            first with { ObjectHash = Sample.Tag("another"), BlobId = Sample.Id(1) }, Cancellation));
        Assert.Equal(AddPageResult.Refused, await Store.Faxes.AddPageAsync(Sample.Page(fax, 3), Cancellation));
        Assert.Equal(AddPageResult.Missing, await Store.Faxes.AddPageAsync(
            Sample.Page(Sample.Fax(Sample.Id(1), 9999), 1), Cancellation));
        Assert.False(await Store.Faxes.ConfirmPagesAsync(fax.TenantId, fax.FaxId, 2, Cancellation));
        Assert.Equal(MoveResult.Refused, await Store.Faxes.MoveAsync(
            Sample.Move(fax, FaxState.Received, 2), Sample.Told(), Cancellation));
        Assert.Equal(MoveResult.Moved, await Store.Faxes.MoveAsync(
            Sample.Move(fax, FaxState.Partial), null, Cancellation));
        Assert.Equal(AddPageResult.Refused, await Store.Faxes.AddPageAsync(Sample.Page(fax, 2), Cancellation));
        Assert.Single(await Store.Pages.ListAsync(fax.TenantId, fax.FaxId, Cancellation));
    }

    [Fact]
    public async Task Page_AddedByManyAtOnce_IsAddedOnce()
    {
        NewFax fax = await BegunAsync(410);
        AddPageResult[] added = await AtOnceAsync(10, (store, i) => store.Faxes.AddPageAsync(
            Sample.Page(fax, 1) with { ObjectHash = Sample.Tag($"{i % 2}"), BlobId = Sample.Id(i) }, Cancellation));

        Assert.Single(added, result => result == AddPageResult.Added);
        PageRecord page = Assert.Single(await Store.Pages.ListAsync(fax.TenantId, fax.FaxId, Cancellation));
        Assert.Equal(page, await Store.Pages.FindByBlobAsync(fax.TenantId, page.BlobId, Cancellation),
            (a, b) => a?.Number == b?.Number && a!.BlobId == b!.BlobId);
        Assert.Null(await Store.Pages.FindByBlobAsync(Sample.Id(2), page.BlobId, Cancellation));
    }

    [Fact]
    public async Task Faxes_ListedPageByPage_AreEachListedOnceThoughOthersComeIn()
    {
        for (int i = 0; i < 25; i++)
        {
            // Five faxes share each instant: the id must part them.
            NewFax fax = Sample.Fax(Sample.Id(1), 500 + i) with { BegunAt = Sample.Noon.AddMicroseconds(i / 5 * 1700) };
            await Store.Faxes.BeginAsync(fax, Cancellation);
        }
        List<Guid> seen = [];
        FaxCursor? after = null;
        while (true)
        {
            List<FaxRecord> page = await Store.Faxes.ListAsync(new FaxList(Sample.Id(1), 4, after), Cancellation);
            seen.AddRange(page.Select(fax => fax.FaxId));
            if (page.Count < 4)
            {
                break;
            }
            after = new FaxCursor(page[^1].BegunAt, page[^1].FaxId);
            await BegunAsync(600 + seen.Count);
        }
        Assert.Equal(Enumerable.Range(500, 25).Reverse().Select(Sample.Id), seen);
    }

    [Fact]
    public async Task Faxes_Filtered_AreThoseAskedFor()
    {
        NewFax inbound = await BegunAsync(700);
        NewFax outbound = await BegunAsync(701, direction: FaxDirection.Outbound);
        NewFax other = Sample.Fax(Sample.Id(1), 702) with { RemoteTag = Sample.Tag("another number") };
        await Store.Faxes.BeginAsync(other, Cancellation);
        await Store.Faxes.BeginAsync(Sample.Fax(Sample.Id(2), 700), Cancellation);

        Assert.Equal([outbound.FaxId], await ListAsync(new FaxList(Sample.Id(1), Direction: FaxDirection.Outbound)));
        Assert.Equal([other.FaxId, inbound.FaxId],
            await ListAsync(new FaxList(Sample.Id(1), State: FaxState.Receiving)));
        Assert.Equal([other.FaxId], await ListAsync(new FaxList(Sample.Id(1), RemoteTag: other.RemoteTag)));
        Assert.Equal([inbound.FaxId], await ListAsync(new FaxList(Sample.Id(2))));
        LineRecord line = Sample.Line(Sample.Id(1), "5557000", 77);
        await Store.Tenants.AddLineAsync(line, Sample.Tag("route 5557000"), Cancellation);
        NewFax onLine = Sample.Fax(Sample.Id(1), 703) with { LineId = line.LineId };
        await Store.Faxes.BeginAsync(onLine, Cancellation);
        Assert.Equal([onLine.FaxId], await ListAsync(new FaxList(Sample.Id(1), Lines: [line.LineId, Sample.Id(99)])));
        Assert.Empty(await ListAsync(new FaxList(Sample.Id(1), Lines: [])));
        Assert.Equal([onLine.FaxId, other.FaxId],
            await ListAsync(new FaxList(Sample.Id(1), Since: other.BegunAt)));

        async Task<IEnumerable<Guid>> ListAsync(FaxList which) =>
            (await Store.Faxes.ListAsync(which, Cancellation)).Select(fax => fax.FaxId);
    }

    private async Task PutInAsync(NewFax fax, FaxState state)
    {
        await using StoreContext context = Store.Engine.NewContext();
        FaxRow row = context.Faxes.Single(row => row.TenantId == fax.TenantId && row.FaxId == fax.FaxId);
        row.State = state;
        context.Update(row);
        await context.SaveChangesAsync(Cancellation);
    }
}

public sealed class SqliteFaxTests : FaxSuite
{
    protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteDatabase());
}

public sealed class PostgreSqlFaxTests(PostgreSqlServer server) : FaxSuite
{
    protected override async Task<ITestDatabase> NewDatabaseAsync() =>
        new PostgreSqlDatabase(await server.Peer.CreateDatabaseAsync());
}
