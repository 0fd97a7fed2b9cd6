// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Tests;

/// <summary>Jobs, events, and the check of pages against their sealed objects.</summary>
public abstract class WorkSuite : DataSuite
{
    private static readonly DateTimeOffset s_now = Sample.Noon.AddHours(1);

    [Fact]
    public async Task Job_ClaimedByManyAtOnce_GoesToOne()
    {
        for (int i = 0; i < 40; i++)
        {
            await Store.Jobs.AddAsync(Job(i, s_now.AddSeconds(-i)), Cancellation);
        }
        List<JobRecord>[] claims = await AtOnceAsync(8, async (store, i) =>
        {
            List<JobRecord> mine = [];
            while (await store.Jobs.ClaimAsync(
                new Claim(Sample.Id(1), Sample.Id(900 + i), s_now, s_now.AddMinutes(1), 3), Cancellation) is
                { Count: > 0 } claimed)
            {
                mine.AddRange(claimed);
            }
            return mine;
        });

        JobRecord[] all = [.. claims.SelectMany(claim => claim)];
        Assert.Equal(40, all.Length);
        Assert.Equal(40, all.Select(job => job.JobId).Distinct().Count());
        Assert.All(all, job => Assert.Equal((1, JobState.Leased), (job.Attempt, job.State)));
    }

    [Fact]
    public async Task Job_DueLongest_ComesFirstAndNoneBeforeItIsDue()
    {
        await Store.Jobs.AddAsync(Job(1, s_now.AddSeconds(-1)), Cancellation);
        await Store.Jobs.AddAsync(Job(2, s_now.AddSeconds(-5)), Cancellation);
        await Store.Jobs.AddAsync(Job(3, s_now.AddSeconds(1)), Cancellation);

        Assert.Equal([Sample.Id(1)], await Store.Jobs.TenantsDueAsync(s_now, Cancellation));
        Assert.Empty(await Store.Jobs.ClaimAsync(ClaimOf(2, tenant: 2), Cancellation));
        Assert.Equal([Sample.Id(2), Sample.Id(1)],
            (await Store.Jobs.ClaimAsync(ClaimOf(1), Cancellation)).Select(job => job.JobId));
        Assert.Empty(await Store.Jobs.TenantsDueAsync(s_now, Cancellation));
    }

    [Fact]
    public async Task Lease_ThatRanOut_IsLostForGood()
    {
        await Store.Jobs.AddAsync(Job(1, s_now), Cancellation);
        JobRecord first = Assert.Single(await Store.Jobs.ClaimAsync(ClaimOf(1), Cancellation));
        Assert.True(await Store.Jobs.RenewAsync(first, s_now.AddMinutes(5), Cancellation));
        Assert.Empty(await Store.Jobs.ClaimAsync(ClaimOf(2, minutes: 4), Cancellation));
        // The same owner again, after its lease ran out: the attempt tells the two leases apart.
        JobRecord second = Assert.Single(await Store.Jobs.ClaimAsync(ClaimOf(1, minutes: 5), Cancellation));

        Assert.Equal(2, second.Attempt);
        Assert.False(await Store.Jobs.RenewAsync(first, s_now.AddHours(1), Cancellation));
        Assert.False(await Store.Jobs.FinishAsync(first, true, null, Cancellation));
        Assert.False(await Store.Jobs.ReleaseAsync(first, s_now, 7, Cancellation));
        Assert.True(await Store.Jobs.ReleaseAsync(second, s_now.AddHours(1), 7, Cancellation));
        Assert.False(await Store.Jobs.FinishAsync(second, true, null, Cancellation));
        Assert.Empty(await Store.Jobs.ClaimAsync(ClaimOf(1, minutes: 59), Cancellation));
        JobRecord third = Assert.Single(await Store.Jobs.ClaimAsync(ClaimOf(2, minutes: 60), Cancellation));
        Assert.Equal((3, (int?)7), (third.Attempt, third.ReasonCode));
        Assert.True(await Store.Jobs.FinishAsync(third, false, 9, Cancellation));
        JobRecord kept = (await Store.Jobs.FindAsync(Sample.Id(1), Sample.Id(1), Cancellation))!;
        Assert.Equal((JobState.Failed, (int?)9, (Guid?)null), (kept.State, kept.ReasonCode, kept.LeaseOwner));
        Assert.Empty(await Store.Jobs.ClaimAsync(ClaimOf(1, minutes: 999), Cancellation));
    }

    [Fact]
    public async Task Work_Finished_IsToldOfOnce_ByWhoHoldsItAlone()
    {
        await Store.Jobs.AddAsync(Job(1, s_now), Cancellation);
        JobRecord lost = Assert.Single(await Store.Jobs.ClaimAsync(ClaimOf(1), Cancellation));
        JobRecord held = Assert.Single(await Store.Jobs.ClaimAsync(ClaimOf(2, minutes: 60), Cancellation));

        Assert.False(await Store.Jobs.FinishAsync(lost, true, null, Sample.Told(5), Cancellation));
        Assert.True(await Store.Jobs.FinishAsync(held, true, null, Sample.Told(6), Cancellation));
        Assert.False(await Store.Jobs.FinishAsync(held, true, null, Sample.Told(7), Cancellation));

        EventRecord told = Assert.Single(await Store.Events.ListAsync(Sample.Id(1), 0, 9, Cancellation));
        Assert.Equal((6, held.FaxId), (told.Kind, told.FaxId));
    }

    [Fact]
    public async Task Events_WrittenByManyAtOnce_CountWithoutGaps()
    {
        long[] sequences = await AtOnceAsync(60, (store, i) => store.Events.AppendAsync(
            Sample.Id(1 + i % 2), null, Sample.Told(i), Cancellation));

        for (int tenant = 1; tenant <= 2; tenant++)
        {
            int parity = tenant - 1;
            Assert.Equal(Enumerable.Range(1, 30).Select(i => (long)i),
                sequences.Where((_, i) => i % 2 == parity).Order());
            List<EventRecord> kept = await Store.Events.ListAsync(Sample.Id(tenant), 0, 100, Cancellation);
            Assert.All(kept, told => Assert.Equal(sequences[told.Kind], told.Sequence));
            Assert.Equal(30, kept.Count);
        }
    }

    [Fact]
    public async Task Event_Claimed_IsDeliveredAtLeastOnceAndMarkedOnce()
    {
        for (int i = 0; i < 5; i++)
        {
            await Store.Events.AppendAsync(Sample.Id(1), null, Sample.Told(i), Cancellation);
        }
        Assert.Equal([Sample.Id(1)], await Store.Events.TenantsDueAsync(s_now, Cancellation));
        List<EventRecord> first = await Store.Events.ClaimAsync(ClaimOf(1, limit: 2), Cancellation);
        List<EventRecord> others = await Store.Events.ClaimAsync(ClaimOf(2), Cancellation);
        Assert.Equal([1L, 2], first.Select(told => told.Sequence));
        Assert.Equal([3L, 4, 5], others.Select(told => told.Sequence));
        Assert.Equal(Sample.Told().SealedBody, first[0].SealedBody);

        Assert.Equal(1, await MarkAsync(901, first[0]));
        Assert.Equal(0, await MarkAsync(901, first[0]));
        Assert.Equal(0, await MarkAsync(902, first[1]));
        // Nobody marked the second in time.
        List<EventRecord> again = await Store.Events.ClaimAsync(ClaimOf(3, minutes: 2), Cancellation);
        Assert.Equal([2L, 3, 4, 5], again.Select(told => told.Sequence));
        Assert.Equal(0, await MarkAsync(901, first[1]));
        // Those of the others' lease too, which ran out; not what was marked, nor as it was claimed before.
        Assert.Equal(3, await MarkAsync(903, [first[0], first[1], .. again.Skip(1)]));
        Assert.Equal(1, await MarkAsync(903, again[0]));
        Assert.Empty(await Store.Events.TenantsDueAsync(s_now.AddHours(1), Cancellation));
    }

    private Task<int> MarkAsync(int owner, params EventRecord[] told) =>
        Store.Events.MarkSentAsync(Sample.Id(1), Sample.Id(owner), told, s_now, Cancellation);

    [Fact]
    public async Task Event_OfAMoveThatWasRefused_IsNotThere()
    {
        NewFax fax = await BegunAsync(100, 1);
        await Store.Faxes.MoveAsync(Sample.Move(fax, FaxState.Sent), Sample.Told(), Cancellation);
        Assert.Empty(await Store.Events.ListAsync(Sample.Id(1), 0, 10, Cancellation));
        Assert.Equal(1, await Store.Events.AppendAsync(Sample.Id(1), fax.FaxId, Sample.Told(), Cancellation));
    }

    [Fact]
    public async Task Pages_AgainstTheirObjects_AreFoundOut()
    {
        Dictionary<Guid, byte[]> objects = [];
        NewFax sound = await StoredAsync(200, 3, objects);
        NewFax flipped = await StoredAsync(201, 2, objects);
        NewFax cut = await StoredAsync(202, 1, objects);
        NewFax gone = await StoredAsync(203, 2, objects);
        NewFax swapped = await StoredAsync(204, 2, objects);
        Assert.Empty(await VerifyAsync(objects));

        objects[Sample.Blob(flipped, 2)][77] ^= 1;
        objects[Sample.Blob(cut, 1)] = objects[Sample.Blob(cut, 1)][..^1];
        objects.Remove(Sample.Blob(gone, 1));
        (objects[Sample.Blob(swapped, 1)], objects[Sample.Blob(swapped, 2)]) =
            (objects[Sample.Blob(swapped, 2)], objects[Sample.Blob(swapped, 1)]);

        PageFinding[] expected =
        [
            new(Sample.Id(1), flipped.FaxId, 2, PageFault.Hash),
            new(Sample.Id(1), cut.FaxId, 1, PageFault.Length),
            new(Sample.Id(1), gone.FaxId, 1, PageFault.ObjectMissing),
            new(Sample.Id(1), swapped.FaxId, 1, PageFault.Hash),
            new(Sample.Id(1), swapped.FaxId, 2, PageFault.Hash),
        ];
        List<PageFinding> found = await VerifyAsync(objects);
        Assert.Equal(expected.Order(ByPlace), found.Order(ByPlace));
        Assert.DoesNotContain(found, finding => finding.FaxId == sound.FaxId);
    }

    [Fact]
    public async Task Pages_WhoseRowWasTakenOut_AreFoundOut()
    {
        Dictionary<Guid, byte[]> objects = [];
        NewFax fax = await StoredAsync(210, 3, objects);
        await using (Model.StoreContext context = Store.Engine.NewContext())
        {
            context.Remove(context.Pages.Single(row => row.FaxId == fax.FaxId && row.Number == 2));
            await context.SaveChangesAsync(Cancellation);
        }
        Assert.Equal([new PageFinding(Sample.Id(1), fax.FaxId, 2, PageFault.Count)], await VerifyAsync(objects));
    }

    private static Comparer<PageFinding> ByPlace { get; } = Comparer<PageFinding>.Create((a, b) =>
        (a.FaxId, a.Number).CompareTo((b.FaxId, b.Number)));

    private static NewJob Job(int number, DateTimeOffset dueAt) =>
        new(Sample.Id(1), Sample.Id(number), 3, null, Sample.Noon, dueAt);

    /// <summary>A claim of owner 900 + n, made so many minutes from now, for one minute.</summary>
    private static Claim ClaimOf(int owner, int minutes = 0, int limit = 10, int tenant = 1) => new(
        Sample.Id(tenant), Sample.Id(900 + owner), s_now.AddMinutes(minutes), s_now.AddMinutes(minutes + 1), limit);

    private async Task<NewFax> StoredAsync(int number, int pages, Dictionary<Guid, byte[]> objects)
    {
        NewFax fax = await BegunAsync(number);
        for (int page = 1; page <= pages; page++)
        {
            // One length for all, so that swapped objects differ in nothing but what they hold.
            byte[] content = new byte[100_000];
            new Random(number * 10 + page).NextBytes(content);
            objects[Sample.Blob(fax, page)] = content;
            Assert.Equal(AddPageResult.Added, await Store.Faxes.AddPageAsync(Sample.Page(fax, page) with
            {
                ByteLength = content.Length,
                ObjectHash = System.Security.Cryptography.SHA256.HashData(content),
            }, Cancellation));
        }
        return fax;
    }

    private async Task<List<PageFinding>> VerifyAsync(Dictionary<Guid, byte[]> objects)
    {
        List<PageFinding> found = [];
        await foreach (PageFinding finding in Store.Pages.VerifyAsync(Sample.Id(1), Open, Cancellation))
        {
            found.Add(finding);
        }
        return found;

        ValueTask<Stream?> Open(PageRecord page, CancellationToken cancellation) => ValueTask.FromResult<Stream?>(
            objects.TryGetValue(page.BlobId, out byte[]? content) ? new MemoryStream(content) : null);
    }
}

public sealed class SqliteWorkTests : WorkSuite
{
    protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteDatabase());
}

public sealed class PostgreSqlWorkTests(PostgreSqlServer server) : WorkSuite
{
    protected override async Task<ITestDatabase> NewDatabaseAsync() =>
        new PostgreSqlDatabase(await server.Peer.CreateDatabaseAsync());
}
