// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Tests;

/// <summary>Received faxes that are split into others: all parts or none, and back again.</summary>
public abstract class SplitSuite : DataSuite
{
    private const uint Month = 0x31A0_0001;

    private static readonly DateTimeOffset s_now = Sample.Noon.AddHours(1);
    private static readonly Guid s_clerk = Sample.Id(901);
    private static readonly NewEvent s_handled = new(11, s_now);
    private static readonly NewEvent s_splitOff = new(14, s_now);
    private static readonly NewEvent s_superseded = new(4, s_now);

    [Fact]
    public async Task Split_MakesFaxesOfTheSameTimesAndLine_AndTheFaxStays()
    {
        NewFax fax = await ReceivedAsync(500, pages: 3);
        Assert.Equal(ChangeResult.Changed, await SplitAsync(Split(fax, 0, Part(fax, 602, 1, 2), Part(fax, 601, 3))));
        FaxRecord origin = await FindAsync(500);
        Assert.Equal((FaxState.Received, FaxHandling.Done, 1, 3),
            (origin.State, origin.Handling, origin.HandlingVersion, origin.PagesStored));
        FaxRecord part = await FindAsync(602);
        Assert.Equal(
            (origin.BegunAt, origin.ReceivedAt, origin.ConfirmedAt, origin.LineId, origin.CallId, origin.KeyEpoch,
                origin.RetentionClass, origin.State, origin.Direction),
            (part.BegunAt, part.ReceivedAt, part.ConfirmedAt, part.LineId, part.CallId, part.KeyEpoch,
                part.RetentionClass, part.State, part.Direction));
        Assert.Equal((2, 2, FaxHandling.New, 0, null, null),
            (part.PagesStored, part.PagesConfirmed, part.Handling, part.HandlingVersion, part.AssigneeId,
                part.ReasonCode));
        Assert.Equal(origin.RemoteTag, part.RemoteTag);
        Assert.Equal(Sample.Sealed("number 602"), part.SealedRemoteNumber);
        Assert.Null(part.SealedStationId);
        List<PageRecord> pages = await Store.Pages.ListAsync(Sample.Id(1), Sample.Id(602), Cancellation);
        Assert.Equal([(1, 1, PageState.Confirmed), (2, 2, PageState.Confirmed)],
            pages.Select(page => (page.Number, page.OriginPage!.Value, page.State)));
        Assert.All(await Store.Pages.ListAsync(Sample.Id(1), fax.FaxId, Cancellation),
            page => Assert.Null(page.OriginPage));
        // Above the fax in the list, the first part on top.
        Assert.Equal([602, 601, 500], await ListAsync());
        Assert.Equal([(14, 602), (14, 601), (11, 500)], await EventsAsync());
        Assert.Equal([("602", "1,2"), ("601", "3")], await PartsAsync(500));
        Assert.Equal([("601", "3")], await PartsAsync(601));
        Assert.Empty(await Store.Splits.ListAsync(Sample.Id(2), [fax.FaxId], Cancellation));
    }

    [Fact]
    public async Task Split_OfAFaxThatIsNotHere_WritesNothing()
    {
        NewFax receiving = await BegunAsync(500, pages: 2);
        Assert.Equal(ChangeResult.Missing, await SplitAsync(Split(receiving, 0, Part(receiving, 601, 1))));
        NewFax sent = await BegunAsync(501, pages: 1, FaxDirection.Outbound);
        Assert.Equal(ChangeResult.Missing, await SplitAsync(Split(sent, 0, Part(sent, 602, 1))));
        NewFax fax = await ReceivedAsync(502, pages: 2);
        Assert.Equal(ChangeResult.Stale, await SplitAsync(Split(fax, 1, Part(fax, 603, 1))));
        NewSplit foreign = Split(fax, 0, Part(fax, 604, 1));
        Assert.Equal(ChangeResult.Missing, await SplitAsync(foreign with
        {
            Act = foreign.Act with { TenantId = Sample.Id(2) },
            Parts =
            [
                .. foreign.Parts.Select(part => part with
                {
                    Pages = [.. part.Pages.Select(page => page with { TenantId = Sample.Id(2) })],
                }),
            ],
        }));
        await Store.Retention.EraseAsync(Sample.Id(1), [fax.FaxId], s_handled, Cancellation);
        Assert.Equal(ChangeResult.Missing, await SplitAsync(Split(fax, 0, Part(fax, 605, 1))));
        Assert.Empty(await Store.Splits.ListAsync(Sample.Id(1), [fax.FaxId], Cancellation));
        Assert.Empty(await Store.Faxes.FindAllAsync(
            Sample.Id(1), [.. Enumerable.Range(601, 5).Select(Sample.Id)], Cancellation));
        foreach (NewPart wrong in Wrong(fax))
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => SplitAsync(Split(fax, 0, wrong)));
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SplitAsync(Split(fax, 0)));
    }

    [Fact]
    public async Task Fax_SplitByManyAtOnce_IsSplitByOne()
    {
        NewFax fax = await ReceivedAsync(500, pages: 2);
        ChangeResult[] results = await AtOnceAsync(8, (store, i) => store.Splits.SplitAsync(
            Split(fax, 0, Part(fax, 600 + (2 * i), 1), Part(fax, 601 + (2 * i), 2)), Cancellation));
        Assert.Single(results, ChangeResult.Changed);
        Assert.Equal(7, results.Count(result => result == ChangeResult.Stale));
        int winner = Array.IndexOf(results, ChangeResult.Changed);
        Assert.Equal([601 + (2 * winner), 600 + (2 * winner), 500], await ListAsync());
        Assert.Equal(3, (await EventsAsync()).Count);
    }

    [Fact]
    public async Task Parts_OfABrokenFax_AreBrokenToo_AndCountWhatWasConfirmed()
    {
        NewFax fax = await BegunAsync(500, pages: 3);
        await Store.Faxes.MoveAsync(
            Sample.Move(fax, FaxState.Partial, 2) with { ReasonCode = 7 }, null, Cancellation);
        NewPart first = Part(fax, 602, 1, 3);
        Assert.Equal(ChangeResult.Changed, await SplitAsync(Split(fax, 0, first with
        {
            Pages = [first.Pages[0], first.Pages[1] with { State = PageState.Stored }],
        })));
        FaxRecord part = await FindAsync(602);
        Assert.Equal((FaxState.Partial, 2, 1, null),
            (part.State, part.PagesStored, part.PagesConfirmed, part.ReasonCode));
    }

    [Fact]
    public async Task Split_CountsWhatIsStored_AndErasesWithItsMonth()
    {
        NewFax fax = await ReceivedAsync(500, pages: 2);
        TenantUsage before = (await Store.Usage.FindAsync(Sample.Id(1), Cancellation))!;
        await SplitAsync(Split(fax, 0, Part(fax, 602, 1, 2), Part(fax, 601, 2)));
        TenantUsage after = (await Store.Usage.FindAsync(Sample.Id(1), Cancellation))!;
        Assert.Equal(before.StoredPages + 3, after.StoredPages);
        Assert.Equal(after, await Store.Usage.RecountAsync(Sample.Id(1), Cancellation));
        Assert.Equal(3, Assert.Single(await Store.Retention.StandingAsync(Sample.Id(1), [Month], Cancellation)).Faxes);
        List<Guid> due = await Store.Retention.ListAsync(Sample.Id(1), [Month], Guid.Empty, 100, Cancellation);
        Assert.Equal(3, due.Count);
        List<ErasedFax> erased = await Store.Retention.EraseAsync(Sample.Id(1), due, s_handled, Cancellation);
        Assert.Equal(5, erased.Sum(one => one.Blobs.Count));
        Assert.Equal(0, (await Store.Usage.FindAsync(Sample.Id(1), Cancellation))!.StoredPages);
        // What there was stays, by ids and counts alone.
        Assert.Equal([("602", "1,2"), ("601", "2")], await PartsAsync(500));
    }

    [Fact]
    public async Task Split_TakenBack_LeavesTheFaxAlone_UnlessSomebodyWorkedOnAPart()
    {
        NewFax fax = await ReceivedAsync(500, pages: 3);
        await SplitAsync(Split(fax, 0, Part(fax, 602, 1, 2), Part(fax, 601, 3)));
        Guid change = Sample.Id(700);
        Assert.Equal([Sample.Id(601), Sample.Id(602)],
            await Store.Splits.OfChangeAsync(Sample.Id(1), change, Cancellation));
        Assert.Empty(await Store.Splits.OfChangeAsync(Sample.Id(1), Sample.Id(701), Cancellation));
        await Store.Handling.OpenAsync(Sample.Id(1), Sample.Id(601), s_handled, Cancellation);
        await Store.Notes.AddAsync(new NoteRecord(Sample.Id(1), Sample.Id(602), 1, s_clerk, s_now, Month,
            Sample.Sealed("note")), 9, s_handled, Cancellation);
        Assert.Equal(ChangeResult.Stale, await TakeBackAsync(fax, 1, change));
        Assert.Equal([602, 601, 500], await ListAsync());

        NewFax other = await ReceivedAsync(510, pages: 2);
        await SplitAsync(Split(other, 0, Part(other, 612, 1), Part(other, 611, 2)) with { Act = Act(710) });
        await Store.Handling.OpenAsync(Sample.Id(1), Sample.Id(611), s_handled, Cancellation);
        Assert.Equal(ChangeResult.Stale, await TakeBackAsync(other, 0, Sample.Id(710)));
        Assert.Equal(ChangeResult.Stale, await TakeBackAsync(other, 1, change));
        Assert.Equal(ChangeResult.Changed, await TakeBackAsync(other, 1, Sample.Id(710)));
        FaxRecord back = await FindAsync(510);
        Assert.Equal((FaxHandling.New, 2), (back.Handling, back.HandlingVersion));
        FaxRecord part = await FindAsync(612);
        Assert.Equal((FaxState.Superseded, other.FaxId), (part.State, part.SupersededBy!.Value));
        Assert.Equal([510, 602, 601, 500], await ListAsync());
        Assert.True((await Store.Splits.ListAsync(Sample.Id(1), [other.FaxId], Cancellation))
            .TrueForAll(one => one.TakenBack));
        Assert.Equal([(4, 611), (4, 612), (11, 510)], (await EventsAsync()).TakeLast(3).Order());
        Assert.Equal(ChangeResult.Stale, await TakeBackAsync(other, 2, Sample.Id(710)));
    }

    [Fact]
    public async Task Part_MayBeSplitAgain_AndThenItsOwnSplitIsNotTakenBack()
    {
        NewFax fax = await ReceivedAsync(500, pages: 2);
        await SplitAsync(Split(fax, 0, Part(fax, 602, 1, 2)));
        NewFax part = fax with { FaxId = Sample.Id(602) };
        Assert.Equal(ChangeResult.Changed,
            await SplitAsync(Split(part, 0, Part(part, 603, 2)) with
            {
                Act = Act(701) with { At = s_now.AddMinutes(1) },
            }));
        Assert.Equal([("602", "1,2"), ("603", "2")], await PartsAsync(602));
        Assert.Equal(ChangeResult.Stale, await TakeBackAsync(fax, 1, Sample.Id(700)));
        Assert.Equal(ChangeResult.Changed, await TakeBackAsync(part, 1, Sample.Id(701)));
    }

    private static IEnumerable<NewPart> Wrong(NewFax fax)
    {
        NewPart good = Part(fax, 609, 1, 2);
        yield return good with { Pages = [] };
        yield return good with { Pages = [good.Pages[1]] };
        yield return good with { IdempotencyTag = [1] };
        yield return good with { Pages = [good.Pages[0] with { OriginPage = null }] };
        yield return good with { Pages = [good.Pages[0] with { KeyEpoch = Month + 1 }] };
        yield return good with { Pages = [good.Pages[0] with { ContentTag = Sample.Tag("page") }] };
        yield return good with { Pages = [good.Pages[0] with { State = PageState.Erased }] };
        yield return good with { Pages = [good.Pages[0] with { FaxId = fax.FaxId }] };
    }

    private static HandlingAct Act(int change) =>
        new(Sample.Id(1), Sample.Id(change), s_clerk, s_now, TimeSpan.FromMinutes(10));

    private static NewSplit Split(NewFax fax, int version, params NewPart[] parts) => new(
        Act(700), new HandlingChange(fax.FaxId, version, FaxHandling.Done, null, null, []), Month, parts, s_handled,
        s_splitOff);

    private static NewPart Part(NewFax fax, int number, params int[] pages)
    {
        NewFax part = fax with { FaxId = Sample.Id(number) };
        return new NewPart(part.FaxId, Sample.Tag($"part {number}"), Sample.Sealed($"number {number}"), null,
        [
            .. pages.Select((page, i) => Sample.Page(part, i + 1) with
            {
                State = PageState.Confirmed, OriginPage = page,
            }),
        ]);
    }

    private async Task<NewFax> ReceivedAsync(int number, int pages)
    {
        NewFax fax = await BegunAsync(number, pages);
        await Store.Faxes.MoveAsync(Sample.Move(fax, FaxState.Received, pages), null, Cancellation);
        return fax;
    }

    private Task<ChangeResult> SplitAsync(NewSplit split) => Store.Splits.SplitAsync(split, Cancellation);

    private Task<ChangeResult> TakeBackAsync(NewFax fax, int version, Guid split) => Store.Splits.TakeBackAsync(
        Act(790), new HandlingChange(fax.FaxId, version, FaxHandling.New, null, null, []), split, s_handled,
        s_superseded, Cancellation);

    private async Task<FaxRecord> FindAsync(int number) =>
        (await Store.Faxes.FindAsync(Sample.Id(1), Sample.Id(number), Cancellation))!;

    private async Task<IEnumerable<int>> ListAsync() => (await Store.Faxes.ListAsync(
        new FaxList(Sample.Id(1), Direction: FaxDirection.Inbound), Cancellation)).Select(fax => NumberOf(fax.FaxId));

    private async Task<List<(int Kind, int Fax)>> EventsAsync() =>
        [.. (await Store.Events.ListAsync(Sample.Id(1), 0, 500, Cancellation)).Select(told =>
            (told.Kind, NumberOf(told.FaxId!.Value)))];

    private async Task<IEnumerable<(string, string)>> PartsAsync(int fax) =>
        (await Store.Splits.ListAsync(Sample.Id(1), [Sample.Id(fax)], Cancellation))
            .Select(part => ($"{NumberOf(part.FaxId)}", string.Join(',', part.Pages)));

    private static int NumberOf(Guid id) => Enumerable.Range(500, 300).Single(i => Sample.Id(i) == id);
}

public sealed class SqliteSplitTests : SplitSuite
{
    protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteDatabase());
}

public sealed class PostgreSqlSplitTests(PostgreSqlServer server) : SplitSuite
{
    protected override async Task<ITestDatabase> NewDatabaseAsync() =>
        new PostgreSqlDatabase(await server.Peer.CreateDatabaseAsync());
}
