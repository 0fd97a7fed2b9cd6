// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Tests;

/// <summary>Broadcasts, address books, uploads, and what tenants use of what they may.</summary>
public abstract class DeskSuite : DataSuite
{
    private static readonly DateTimeOffset s_now = Sample.Noon.AddHours(1);
    private static readonly Guid s_trunk = Sample.Id(801);
    private static readonly Guid s_broadcast = Sample.Id(700);

    [Fact]
    public async Task Broadcast_WhoseFaxesEndAtOnce_EndsOnceAndTellsSo()
    {
        await BroadcastAsync(12);
        await Store.Broadcasts.CompleteAsync(Sample.Id(1), s_broadcast, s_now, Cancellation);
        List<SendingRecord> leases = (await Store.Sendings.ClaimAsync(new SendingClaim(
            Sample.Id(1), Sample.Id(900), s_now, 12, 12, [(s_trunk, 12)]), Cancellation)).Claimed.ToList();
        Assert.Equal(12, leases.Count);
        Assert.All(
            await AtOnceAsync(12, (store, i) => store.Sendings.EndAsync(leases[i], End(leases[i]), Cancellation)),
            Assert.True);
        BroadcastRecord ended = await FindAsync();
        Assert.Equal((BroadcastState.Ended, s_now), (ended.State, ended.EndedAt));
        EventRecord told = Assert.Single(await EndingsAsync());
        Assert.Equal(s_broadcast, told.BroadcastId);
        Assert.Null(told.FaxId);
    }

    [Fact]
    public async Task Broadcast_ThatIsNotWhole_DoesNotEnd()
    {
        await BroadcastAsync(2);
        await CancelAsync(600);
        await CancelAsync(601);
        Assert.Equal(BroadcastState.Submitting, (await FindAsync()).State);
        Assert.Empty(await EndingsAsync());
        await Store.Broadcasts.CompleteAsync(Sample.Id(1), s_broadcast, s_now, Cancellation);
        await Store.Broadcasts.CompleteAsync(Sample.Id(1), s_broadcast, s_now, Cancellation);
        Assert.Equal(BroadcastState.Ended, (await FindAsync()).State);
        Assert.Single(await EndingsAsync());
    }

    [Fact]
    public async Task Broadcast_WithAFaxSentOnceMore_GoesOnAndEndsAgain()
    {
        await BroadcastAsync(2);
        await Store.Broadcasts.CompleteAsync(Sample.Id(1), s_broadcast, s_now, Cancellation);
        await CancelAsync(600);
        await CancelAsync(601);
        Assert.True(await Store.Sendings.RetryAsync(
            new FaxMove(Sample.Id(1), Sample.Id(600), FaxState.Queued, s_now), Sample.Told(), Cancellation));
        BroadcastRecord open = await FindAsync();
        Assert.Equal((BroadcastState.Sending, null), (open.State, open.EndedAt));
        await CancelAsync(600);
        Assert.Equal(BroadcastState.Ended, (await FindAsync()).State);
        Assert.Equal(2, (await EndingsAsync()).Count);
    }

    [Fact]
    public async Task Broadcast_TakenBack_TakesNothingMore()
    {
        await BroadcastAsync(1);
        Assert.True(await Store.Broadcasts.CancelAsync(Sample.Id(1), s_broadcast, s_now, Cancellation));
        await Assert.ThrowsAsync<StoreConflictException>(() => SubmitAsync(601, s_broadcast));
        Assert.Null(await Store.Faxes.FindAsync(Sample.Id(1), Sample.Id(601), Cancellation));
        await CancelAsync(600);
        Assert.Equal(BroadcastState.Ended, (await FindAsync()).State);
        Assert.False(await Store.Broadcasts.CancelAsync(Sample.Id(1), s_broadcast, s_now, Cancellation));
        Assert.False(await Store.Broadcasts.CancelAsync(Sample.Id(2), s_broadcast, s_now, Cancellation));
    }

    [Fact]
    public async Task Broadcasts_AreListedNewestFirstBehindACursor()
    {
        for (int i = 0; i < 5; i++)
        {
            await Store.Broadcasts.BeginAsync(Broadcast(710 + i) with
            {
                CreatedAt = s_now.AddSeconds(i / 2),
            }, Cancellation);
        }

        List<BroadcastRecord> two = await Store.Broadcasts.ListAsync(Sample.Id(1), null, null, 2, Cancellation);
        Assert.Equal([Sample.Id(714), Sample.Id(713)], two.Select(one => one.BroadcastId));
        Assert.Equal([Sample.Id(712), Sample.Id(711), Sample.Id(710)],
            (await Store.Broadcasts.ListAsync(Sample.Id(1), null,
                new BroadcastCursor(two[1].CreatedAt, two[1].BroadcastId), 9, Cancellation))
                .Select(one => one.BroadcastId));
        Assert.Empty(await Store.Broadcasts.ListAsync(Sample.Id(1), [Sample.Id(10)], null, 9, Cancellation));
        Assert.Empty(await Store.Broadcasts.ListAsync(Sample.Id(2), null, null, 9, Cancellation));
    }

    [Fact]
    public async Task Quota_TakenByManyAtOnce_IsNeverExceeded()
    {
        UsageLimits limits = new(100, 5, 1000, 1_000_000);
        bool[] taken = await AtOnceAsync(12, (store, i) => TrySubmitAsync(store, 600 + i, limits));
        Assert.Equal(5, taken.Count(one => one));
        TenantUsage used = await UsageAsync();
        Assert.Equal((100, 5, 10L), (used.OutgoingDay, used.OutgoingCount, used.StoredPages));
        Assert.Equal(used, await Store.Usage.RecountAsync(Sample.Id(1), Cancellation));
        Assert.True(await TrySubmitAsync(Store, 650, limits with { Day = 101 }));
        Assert.Equal((0, 1), ((await UsageAsync()).OutgoingOn(100), (await UsageAsync()).OutgoingOn(101)));
    }

    [Fact]
    public async Task Quota_OfStoredPagesAndOctets_SaysWhichAndWritesNothing()
    {
        UsageLimits limits = new(100, 100, 3, 1_000_000);
        Assert.True(await TrySubmitAsync(Store, 600, limits));
        long octets = (await UsageAsync()).StoredOctets;
        StoreUsageException pages = await Assert.ThrowsAsync<StoreUsageException>(
            () => SubmitAsync(601, null, limits: limits));
        Assert.Equal((UsageKind.StoredPages, 2L), (pages.Kind, pages.Used));
        StoreUsageException bytes = await Assert.ThrowsAsync<StoreUsageException>(
            () => SubmitAsync(601, null, limits: limits with { StoredPagesMax = 99, StoredOctetsMax = octets }));
        Assert.Equal((UsageKind.StoredOctets, octets), (bytes.Kind, bytes.Used));
        Assert.Null(await Store.Faxes.FindAsync(Sample.Id(1), Sample.Id(601), Cancellation));
        Assert.Equal(2, (await UsageAsync()).StoredPages);
        Assert.True(await TrySubmitAsync(Store, 601, limits with { StoredPagesMax = 4 }));
    }

    [Fact]
    public async Task Quota_OfARepetition_IsNotTakenTwice()
    {
        UsageLimits limits = new(100, 1, 2, 1_000_000);
        Assert.False((await SubmitAsync(600, null, limits: limits)).Repeated);
        Assert.True((await SubmitAsync(600, null, limits: limits)).Repeated);
        Assert.Equal((2, 1), ((await UsageAsync()).StoredPages, (await UsageAsync()).OutgoingCount));
    }

    [Fact]
    public async Task Usage_OfFaxesThatCameAndWereErased_IsCountedRight()
    {
        NewFax fax = await BegunAsync(500, pages: 3);
        Assert.Equal(0, (await UsageAsync()).StoredPages);
        await MoveAsync(fax, FaxState.Partial);
        await MoveAsync(await BegunAsync(501, pages: 2), FaxState.Received);
        TenantUsage used = await UsageAsync();
        Assert.Equal(5, used.StoredPages);
        Assert.Equal((await Store.Pages.ListAsync(Sample.Id(1), Sample.Id(500), Cancellation))
            .Concat(await Store.Pages.ListAsync(Sample.Id(1), Sample.Id(501), Cancellation))
            .Sum(page => page.ByteLength), used.StoredOctets);
        Assert.Equal(used, await Store.Usage.RecountAsync(Sample.Id(1), Cancellation));
        await MoveAsync(fax, FaxState.Erased);
        Assert.Equal(MoveResult.AlreadyThere, await Store.Faxes.MoveAsync(
            new FaxMove(Sample.Id(1), fax.FaxId, FaxState.Erased, s_now), Sample.Told(), Cancellation));
        Assert.Equal(2, (await UsageAsync()).StoredPages);
        Assert.Equal(await UsageAsync(), await Store.Usage.RecountAsync(Sample.Id(1), Cancellation));
    }

    [Fact]
    public async Task Usage_OfFaxesThatFailToGoOut_IsCountedOnce()
    {
        await SubmitAsync(600, null);
        SendingRecord lease = Assert.Single((await Store.Sendings.ClaimAsync(new SendingClaim(
            Sample.Id(1), Sample.Id(900), s_now, 1, 9, [(s_trunk, 9)]), Cancellation)).Claimed);
        Assert.True(await Store.Sendings.EndAsync(
            lease, End(lease, SendingState.Failed, FaxState.Failed), Cancellation));
        Assert.Equal(2, (await UsageAsync()).StoredPages);
        Assert.Equal(await UsageAsync(), await Store.Usage.RecountAsync(Sample.Id(1), Cancellation));
    }

    [Fact]
    public async Task Address_ChangedByTwo_IsChangedByOne()
    {
        AddressRecord entry = Address(1);
        await Store.AddressBook.AddAsync(entry, [Sample.Tag("a"), Sample.Tag("b")], 9, Cancellation);
        ChangeResult[] changes = await AtOnceAsync(6, (store, i) => store.AddressBook.ChangeAsync(
            entry with { Version = 2, SealedEntry = Sample.Sealed($"by {i}") }, [Sample.Tag("c")], Cancellation));
        Assert.Single(changes, ChangeResult.Changed);
        Assert.Equal(5, changes.Count(change => change == ChangeResult.Stale));
        Assert.Equal(2, (await Store.AddressBook.FindAsync(Sample.Id(1), entry.AddressId, Cancellation))!.Version);
        Assert.Equal([Sample.Tag("c")],
            await Store.AddressBook.GroupTagsAsync(Sample.Id(1), entry.AddressId, Cancellation));
        Assert.Equal(ChangeResult.Stale,
            await Store.AddressBook.DeleteAsync(Sample.Id(1), entry.AddressId, 1, Cancellation));
        Assert.Equal(ChangeResult.Missing,
            await Store.AddressBook.DeleteAsync(Sample.Id(2), entry.AddressId, 2, Cancellation));
        Assert.Equal(ChangeResult.Changed,
            await Store.AddressBook.DeleteAsync(Sample.Id(1), entry.AddressId, 2, Cancellation));
        Assert.Equal(ChangeResult.Missing,
            await Store.AddressBook.ChangeAsync(entry with { Version = 3 }, [], Cancellation));
        Assert.Null(await Store.AddressBook.FindAsync(Sample.Id(1), entry.AddressId, Cancellation));
    }

    [Fact]
    public async Task Addresses_AreFoundByNumberGroupAndPlace()
    {
        for (int i = 1; i <= 5; i++)
        {
            await Store.AddressBook.AddAsync(
                Address(i), i % 2 == 1 ? [Sample.Tag("odd"), Sample.Tag("all")] : [Sample.Tag("all")], 9,
                Cancellation);
        }

        Assert.Equal([2], await ListAsync(new AddressList(Sample.Id(1), 9, null, Sample.Tag("number 2"))));
        Assert.Equal([1, 3, 5], await ListAsync(new AddressList(Sample.Id(1), 9, null, null, Sample.Tag("odd"))));
        Assert.Equal([3, 4], await ListAsync(new AddressList(Sample.Id(1), 2, Sample.Id(2))));
        Assert.Empty(await ListAsync(new AddressList(Sample.Id(2), 9)));

        async Task<IEnumerable<int>> ListAsync(AddressList which) =>
            (await Store.AddressBook.ListAsync(which, Cancellation))
            .Select(one => Enumerable.Range(1, 9).Single(i => Sample.Id(i) == one.AddressId));
    }

    [Fact]
    public async Task AddressBook_FilledByManyAtOnce_KeepsItsLimit()
    {
        ChangeResult[] made = await AtOnceAsync(10, (store, i) =>
            store.AddressBook.AddAsync(Address(i + 1), [], 4, Cancellation));
        Assert.Equal((4, 6), (made.Count(one => one == ChangeResult.Changed),
            made.Count(one => one == ChangeResult.Full)));
        Assert.Equal(4, (await Store.AddressBook.ListAsync(new AddressList(Sample.Id(1), 99), Cancellation)).Count);
    }

    [Fact]
    public async Task Upload_BegunByManyAtOnceWithOneKey_IsOne()
    {
        BegunUpload[] begun = await AtOnceAsync(8, (store, i) =>
            store.Uploads.BeginAsync(Upload(i + 1, "key"), 99, Cancellation));
        Assert.Single(begun, one => one.State == BegunUploadState.Begun);
        Assert.Equal(7, begun.Count(one => one.State == BegunUploadState.UnderWay));
        Guid first = begun.First(one => one.Known is not null).Known!.UploadId;
        Assert.True(await Store.Uploads.FinishAsync(Sample.Id(1), first, Sample.Tag("content"), Cancellation));
        BegunUpload again = await Store.Uploads.BeginAsync(Upload(20, "key"), 99, Cancellation);
        Assert.Equal((BegunUploadState.There, first), (again.State, again.Known!.UploadId));
        Assert.Equal(Sample.Tag("content"), again.Known.ContentTag);
        Assert.True(await Store.Uploads.DeleteAsync(Sample.Id(1), first, Cancellation));
        Assert.Equal(BegunUploadState.Begun,
            (await Store.Uploads.BeginAsync(Upload(21, "key"), 99, Cancellation)).State);
    }

    [Fact]
    public async Task Upload_ThatDiedOrIsOver_IsBegunAnew()
    {
        await Store.Uploads.BeginAsync(Upload(1, "key"), 99, Cancellation);
        BegunUpload second = await Store.Uploads.BeginAsync(
            Upload(2, "key", minutes: 10), 99, Cancellation);
        Assert.Equal((BegunUploadState.Begun, Sample.Id(1)), (second.State, second.Known!.UploadId));
        Assert.False(await Store.Uploads.FinishAsync(
            Sample.Id(1), Sample.Id(1), Sample.Tag("content"), Cancellation));
        Assert.True(await Store.Uploads.FinishAsync(
            Sample.Id(1), Sample.Id(2), Sample.Tag("content"), Cancellation));
        Assert.Equal(BegunUploadState.Begun, (await Store.Uploads.BeginAsync(
            Upload(3, "key", minutes: 24 * 60 + 10), 99, Cancellation)).State);
        Assert.Equal(0, await Store.Uploads.DeleteOverAsync(Sample.Id(1), s_now.AddDays(1), Cancellation));
        Assert.Equal(1, await Store.Uploads.DeleteOverAsync(Sample.Id(1), s_now.AddDays(3), Cancellation));
    }

    [Fact]
    public async Task Uploads_OfAnAccount_KeepTheirLimitUntilSomeAreGone()
    {
        BegunUpload[] begun = await AtOnceAsync(9, (store, i) =>
            store.Uploads.BeginAsync(Upload(i + 1, null), 3, Cancellation));
        Assert.Equal(3, begun.Count(one => one.State == BegunUploadState.Begun));
        Assert.Equal(6, begun.Count(one => one.State == BegunUploadState.TooMany));
        Assert.Equal(3, await Store.Uploads.CountAsync(Sample.Id(1), Sample.Id(77), s_now, Cancellation));
        Assert.Equal(0, await Store.Uploads.CountAsync(Sample.Id(1), Sample.Id(78), s_now, Cancellation));
        Assert.Equal(BegunUploadState.Begun, (await Store.Uploads.BeginAsync(
            Upload(20, null, minutes: 24 * 60), 3, Cancellation)).State);
    }

    private static AddressRecord Address(int number) => new(
        Sample.Id(1), Sample.Id(number), 1, Sample.Tag($"number {number}"), s_now, s_now, 0x31A0_0001,
        Sample.Sealed($"entry {number}"));

    private static UploadRecord Upload(int number, string? key, int minutes = 0) => new(
        Sample.Id(1), Sample.Id(number), Sample.Id(77), s_now.AddMinutes(minutes),
        s_now.AddMinutes(minutes).AddDays(1), s_now.AddMinutes(minutes + 10),
        key is null ? null : Sample.Tag(key));

    private static BroadcastRecord Broadcast(int number) => new(
        Sample.Id(1), Sample.Id(number), null, BroadcastState.Submitting, s_now, 2);

    private static SendingEnd End(SendingRecord lease, SendingState state = SendingState.Failed,
        FaxState to = FaxState.Failed) => new(
        state, s_now, s_trunk, 5, new FaxMove(lease.TenantId, lease.FaxId, to, s_now, 2005, 0), Sample.Told(), null,
        null, null);

    private async Task BroadcastAsync(int faxes)
    {
        await Store.Broadcasts.BeginAsync(Broadcast(700), Cancellation);
        for (int i = 0; i < faxes; i++)
        {
            await SubmitAsync(600 + i, s_broadcast);
        }
    }

    private async Task<BroadcastRecord> FindAsync() =>
        (await Store.Broadcasts.FindAsync(Sample.Id(1), s_broadcast, Cancellation))!;

    private async Task<List<EventRecord>> EndingsAsync() =>
        [.. (await Store.Events.ListAsync(Sample.Id(1), 0, 500, Cancellation))
            .Where(told => told.Kind == BroadcastRecord.EndedEventKind)];

    private async Task<TenantUsage> UsageAsync() => (await Store.Usage.FindAsync(Sample.Id(1), Cancellation))!;

    private async Task MoveAsync(NewFax fax, FaxState to) => Assert.Equal(MoveResult.Moved,
        await Store.Faxes.MoveAsync(new FaxMove(fax.TenantId, fax.FaxId, to, s_now), Sample.Told(), Cancellation));

    private Task<CancelResult> CancelAsync(int number) => Store.Sendings.CancelAsync(
        new FaxMove(Sample.Id(1), Sample.Id(number), FaxState.Cancelled, s_now), 7, Sample.Told(), Cancellation);

    private async Task<bool> TrySubmitAsync(FaxStore store, int number, UsageLimits limits)
    {
        try
        {
            await SubmitAsync(number, null, store, limits);
            return true;
        }
        catch (StoreUsageException)
        {
            return false;
        }
    }

    private Task<SubmittedSending> SubmitAsync(
        int number, Guid? broadcast, FaxStore? store = null, UsageLimits? limits = null)
    {
        byte[] tag = Sample.Tag($"to {number}");
        NewFax fax = Sample.Fax(Sample.Id(1), number, FaxDirection.Outbound) with
        {
            RemoteTag = tag,
            SealedRemoteNumber = Sample.Sealed("to"),
            IdempotencyTag = Sample.Tag($"key {number}"),
        };
        return (store ?? Store).Sendings.SubmitAsync(fax, [Sample.Page(fax, 1), Sample.Page(fax, 2)],
            new NewSending(fax.TenantId, fax.FaxId, SendingState.Waiting, s_now, s_now, tag, 0, broadcast),
            new DestinationRecord(Sample.Id(1), new Guid(tag.AsSpan(0, 16), true), tag, Sample.Noon, 0x31A0_0001,
                Sample.Sealed("to")),
            Sample.Told(), limits, Cancellation);
    }
}

public sealed class SqliteDeskTests : DeskSuite
{
    protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteDatabase());
}

public sealed class PostgreSqlDeskTests(PostgreSqlServer server) : DeskSuite
{
    protected override async Task<ITestDatabase> NewDatabaseAsync() =>
        new PostgreSqlDatabase(await server.Peer.CreateDatabaseAsync());
}
