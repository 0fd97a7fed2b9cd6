// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Tests;

/// <summary>How long tenants keep their faxes, and what is left of those that are gone.</summary>
public abstract class RetentionSuite : DataSuite
{
    private const uint Month = 0x31A0_0001;

    [Fact]
    public async Task Rule_ChangedByTwo_IsChangedByOne()
    {
        bool[] changed = await AtOnceAsync(6, (store, i) =>
            store.Retention.SetAsync(Sample.Id(1), 0, 12 + i, Sample.Id(50 + i), Cancellation));
        int winner = Assert.Single(Enumerable.Range(0, 6), i => changed[i]);
        TenantRecord tenant = (await Store.Tenants.FindAsync(Sample.Id(1), Cancellation))!;
        Assert.Equal((12 + winner, 1, (Guid?)Sample.Id(50 + winner)),
            (tenant.RetentionMonths, tenant.RetentionVersion, tenant.RetentionSetBy));
        Assert.Null((await Store.Tenants.FindAsync(Sample.Id(2), Cancellation))!.RetentionMonths);
        Assert.True(await Store.Retention.SetAsync(Sample.Id(1), 1, null, Sample.Id(60), Cancellation));
        Assert.Null((await Store.Tenants.ListAsync(null, 1, Cancellation))[0].RetentionMonths);
        Assert.False(await Store.Retention.SetAsync(Sample.Id(99), 0, 1, Sample.Id(60), Cancellation));
    }

    [Fact]
    public async Task Standing_OfAMonth_SaysWhatIsStillAtWork()
    {
        NewFax fax = await BegunAsync(800, 1);
        Assert.Equal([new EpochStanding(Month, 1, fax.BegunAt, true)], await StandingAsync());
        await Store.Faxes.MoveAsync(Sample.Move(fax, FaxState.Received), null, Cancellation);
        Assert.Equal([new EpochStanding(Month, 1, fax.BegunAt, false)], await StandingAsync());
        JobRecord job = await JobAsync(fax);
        Assert.True(Assert.Single(await StandingAsync()).IsHeld);
        await Store.Jobs.FinishAsync(job, true, null, Cancellation);
        Assert.False(Assert.Single(await StandingAsync()).IsHeld);
        Assert.Empty(await Store.Retention.StandingAsync(Sample.Id(1), [0x31A1_0001], Cancellation));
        Assert.Empty(await Store.Retention.StandingAsync(Sample.Id(2), [Month], Cancellation));
        await EraseAsync(fax.FaxId);
        Assert.Empty(await StandingAsync());
    }

    [Fact]
    public async Task Erase_LeavesTimesAndCounts_AndNothingSealed()
    {
        NewFax fax = await BegunAsync(810, 3);
        await Store.Faxes.MoveAsync(Sample.Move(fax, FaxState.Received, 3), null, Cancellation);
        await Store.Notes.AddAsync(
            new NoteRecord(fax.TenantId, fax.FaxId, 1, Sample.Id(70), Sample.Noon, Month, Sample.Sealed("note")), 9,
            Sample.Told(), Cancellation);
        await Store.Handling.ChangeAsync(
            new HandlingAct(fax.TenantId, Sample.Id(71), Sample.Id(70), Sample.Noon, TimeSpan.FromMinutes(10)),
            [new HandlingChange(fax.FaxId, 0, FaxHandling.Done, Sample.Id(70), Sample.Sealed("labels"),
                [Sample.Tag("label")])],
            Sample.Told(), Cancellation);
        NewFax other = await BegunAsync(811, 1);
        await Store.Faxes.MoveAsync(Sample.Move(other, FaxState.Received, 1), null, Cancellation);

        ErasedFax erased = Assert.Single(await EraseAsync(fax.FaxId));
        Assert.Equal((fax.FaxId, FaxDirection.Inbound), (erased.FaxId, erased.Direction));
        Assert.Equal(Enumerable.Range(1, 3).Select(page => Sample.Blob(fax, page)).Order(), erased.Blobs.Order());
        Assert.Empty(await EraseAsync(fax.FaxId));

        FaxRecord left = (await Store.Faxes.FindAsync(fax.TenantId, fax.FaxId, Cancellation))!;
        Assert.Equal((FaxState.Erased, 3, 3, fax.BegunAt, (DateTimeOffset?)fax.BegunAt.AddMinutes(1)),
            (left.State, left.PagesStored, left.PagesConfirmed, left.BegunAt, left.ReceivedAt));
        Assert.All(new[]
        {
            left.RemoteTag, left.SealedRemoteNumber, left.SealedStationId, left.SealedSubject, left.SealedFileName,
            left.SealedLabels,
        }, Assert.Null);
        Assert.All(await Store.Pages.ListAsync(fax.TenantId, fax.FaxId, Cancellation),
            page => Assert.Equal((PageState.Erased, true), (page.State, page.ContentTag is null)));
        Assert.Empty(await Store.Notes.ListAsync(fax.TenantId, fax.FaxId, Cancellation));
        Assert.Empty(await Store.Handling.LabelTagsAsync(fax.TenantId, [fax.FaxId], Cancellation));
        Assert.Empty(await Store.Handling.ListUndosAsync(fax.TenantId, [fax.FaxId], Cancellation));
        Assert.Equal(1, (await Store.Usage.FindAsync(fax.TenantId, Cancellation))!.StoredPages);
        Assert.Equal([Sample.Blob(fax, 1)], await Store.Pages.OrphansAsync(
            fax.TenantId, [Sample.Blob(fax, 1), Sample.Blob(other, 1)], Cancellation));
        Assert.Equal([other.FaxId],
            (await Store.Faxes.ListAsync(new FaxList(fax.TenantId), Cancellation)).Select(one => one.FaxId));
        Assert.Equal(2,
            (await Store.Faxes.ListAsync(new FaxList(fax.TenantId, WithErased: true), Cancellation)).Count);
        EpochUse use = Assert.Single(await Store.KeyUse.CountAsync(fax.TenantId, Cancellation));
        Assert.Equal((1L, 1L, 0L, 1L), (use.Faxes, use.Pages, use.Notes, use.Erased));
    }

    [Fact]
    public async Task Erase_OfFaxesThatAreAtWork_PassesThemOver()
    {
        NewFax coming = await BegunAsync(820, 1);
        NewFax waiting = await BegunAsync(821, 1, FaxDirection.Outbound);
        NewFax ended = await BegunAsync(822, 1);
        await Store.Faxes.MoveAsync(Sample.Move(ended, FaxState.Failed), null, Cancellation);

        Assert.Equal([ended.FaxId],
            await Store.Retention.ListAsync(Sample.Id(1), [Month], Guid.Empty, 10, Cancellation));
        Assert.Empty(await Store.Retention.ListAsync(Sample.Id(1), [Month], ended.FaxId, 10, Cancellation));
        Assert.Empty(await Store.Retention.ListAsync(Sample.Id(1), [0x31A1_0001], Guid.Empty, 10, Cancellation));
        Assert.Equal([ended.FaxId],
            (await EraseAsync(coming.FaxId, waiting.FaxId, ended.FaxId)).Select(fax => fax.FaxId));
        Assert.Single(await Store.Events.ListAsync(Sample.Id(1), 0, 10, Cancellation));
    }

    [Fact]
    public async Task Erase_ByManyAtOnce_TellsOfEachFaxOnce()
    {
        Guid[] faxes = new Guid[30];
        for (int i = 0; i < faxes.Length; i++)
        {
            NewFax fax = await BegunAsync(830 + i, 2);
            await Store.Faxes.MoveAsync(Sample.Move(fax, FaxState.Received, 2), null, Cancellation);
            faxes[i] = fax.FaxId;
        }

        List<ErasedFax>[] erased = await AtOnceAsync(6, (store, _) =>
            store.Retention.EraseAsync(Sample.Id(1), faxes, Sample.Told(), Cancellation));
        Assert.Equal(faxes.Order(), erased.SelectMany(some => some).Select(fax => fax.FaxId).Order());
        Assert.Equal(30, (await Store.Events.ListAsync(Sample.Id(1), 0, 100, Cancellation)).Count);
        Assert.Equal(0, (await Store.Usage.FindAsync(Sample.Id(1), Cancellation))!.StoredPages);
    }

    [Fact]
    public async Task Reseal_OfARowThatMovedMeanwhile_ChangesNothing()
    {
        TenantRecord moved = Sample.Tenant(1) with { KeyEpoch = 9, SealedName = Sample.Sealed("moved") };
        Assert.False(await Store.Retention.ResealAsync(moved, 8, Cancellation));
        Assert.True(await Store.Retention.ResealAsync(moved, Month, Cancellation));
        Assert.False(await Store.Retention.ResealAsync(moved, Month, Cancellation));
        Assert.Equal(moved.SealedName, (await Store.Tenants.FindAsync(Sample.Id(1), Cancellation))!.SealedName);
        Assert.Equal(Month, (await Store.Tenants.FindAsync(Sample.Id(2), Cancellation))!.KeyEpoch);
    }

    private Task<List<EpochStanding>> StandingAsync() =>
        Store.Retention.StandingAsync(Sample.Id(1), [Month, 0x31A2_0001], Cancellation);

    private Task<List<ErasedFax>> EraseAsync(params Guid[] faxes) =>
        Store.Retention.EraseAsync(Sample.Id(1), faxes, Sample.Told(), Cancellation);

    private async Task<JobRecord> JobAsync(NewFax fax)
    {
        await Store.Jobs.AddAsync(
            new NewJob(fax.TenantId, Sample.Id(90), 1, fax.FaxId, Sample.Noon, Sample.Noon), Cancellation);
        return Assert.Single(await Store.Jobs.ClaimAsync(
            new Claim(fax.TenantId, Sample.Id(91), Sample.Noon.AddDays(1), Sample.Noon.AddDays(2)), Cancellation));
    }
}

public sealed class SqliteRetentionTests : RetentionSuite
{
    protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteDatabase());
}

public sealed class PostgreSqlRetentionTests(PostgreSqlServer server) : RetentionSuite
{
    protected override async Task<ITestDatabase> NewDatabaseAsync() =>
        new PostgreSqlDatabase(await server.Peer.CreateDatabaseAsync());
}
