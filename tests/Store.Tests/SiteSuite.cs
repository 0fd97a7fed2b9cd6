// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Tests;

/// <summary>The places of tenants, and the lines that stand at them.</summary>
public abstract class SiteSuite : DataSuite
{
    private const int Most = 100;

    [Fact]
    public async Task Site_IsKeptAsItWasGiven_AndIsNoOtherTenants()
    {
        SiteRecord site = Site(700, "Main Street");
        Assert.Equal(SiteResult.Changed, await Store.Sites.AddAsync(site, [], Most, Cancellation));

        Same(site, await Store.Sites.FindAsync(Sample.Id(1), Sample.Id(700), Cancellation));
        Same(site, Assert.Single(await Store.Sites.ListAsync(Sample.Id(1), Cancellation)));
        Assert.Null(await Store.Sites.FindAsync(Sample.Id(2), Sample.Id(700), Cancellation));
        Assert.Empty(await Store.Sites.ListAsync(Sample.Id(2), Cancellation));
        await Assert.ThrowsAsync<StoreConflictException>(
            () => Store.Sites.AddAsync(Site(701, "Nowhere") with { TenantId = Sample.Id(3) }, [], Most, Cancellation));
    }

    [Fact]
    public async Task Name_IsOneSites_WithinATenant()
    {
        await Store.Sites.AddAsync(Site(700, "Main Street"), [], Most, Cancellation);
        await Store.Sites.AddAsync(Site(701, "Harbour"), [], Most, Cancellation);

        Assert.Equal(SiteResult.NameTaken,
            await Store.Sites.AddAsync(Site(702, "Main Street"), [], Most, Cancellation));
        Assert.Equal(SiteResult.NameTaken,
            await Store.Sites.ChangeAsync(Site(701, "Main Street") with { Version = 2 }, Cancellation));
        Assert.Equal(SiteResult.Changed, await Store.Sites.AddAsync(
            Site(700, "Main Street") with { TenantId = Sample.Id(2) }, [], Most, Cancellation));
        SiteResult[] raced = await AtOnceAsync(8, (store, i) =>
            store.Sites.AddAsync(Site(710 + i, "Hill"), [], Most, Cancellation));
        Assert.Equal((1, 7), (raced.Count(one => one == SiteResult.Changed),
            raced.Count(one => one == SiteResult.NameTaken)));
    }

    [Fact]
    public async Task Sites_AreNoMoreThanMayBe()
    {
        SiteResult[] raced = await AtOnceAsync(8, (store, i) =>
            store.Sites.AddAsync(Site(700 + i, $"site {i}"), [], 3, Cancellation));

        Assert.Equal((3, 5), (raced.Count(one => one == SiteResult.Changed),
            raced.Count(one => one == SiteResult.Full)));
    }

    [Fact]
    public async Task Change_OfAnotherVersion_IsStale()
    {
        SiteRecord site = Site(700, "Main Street");
        await Store.Sites.AddAsync(site, [], Most, Cancellation);
        SiteRecord changed = site with
        {
            Version = 2,
            NameTag = Sample.Tag("site Hill"),
            ChangedAt = Sample.Noon.AddHours(1),
            KeyEpoch = 0x31A1_0001,
            SealedEntry = Sample.Sealed("Hill"),
        };

        SiteResult[] raced = await AtOnceAsync(6, (store, _) => store.Sites.ChangeAsync(changed, Cancellation));

        Assert.Equal((1, 5), (raced.Count(one => one == SiteResult.Changed),
            raced.Count(one => one == SiteResult.Stale)));
        Same(changed, await Store.Sites.FindAsync(Sample.Id(1), Sample.Id(700), Cancellation));
        Assert.Equal(SiteResult.Missing,
            await Store.Sites.ChangeAsync(Site(709, "None") with { Version = 2 }, Cancellation));
        Assert.Equal(SiteResult.Missing, await Store.Sites.ChangeAsync(
            changed with { TenantId = Sample.Id(2), Version = 3 }, Cancellation));
    }

    [Fact]
    public async Task Site_WithALineOnIt_IsNotRemoved_AndWithoutOneItsNameIsFree()
    {
        await Store.Sites.AddAsync(Site(700, "Main Street"), [], Most, Cancellation);
        await AddLineAsync(10, "5550100");
        Assert.True(await Store.Sites.PlaceAsync(Sample.Id(1), Sample.Id(10), Sample.Id(700), Cancellation));

        Assert.Equal(SiteResult.HasLines, await RemoveAsync(700, 1));
        Assert.Equal(Sample.Id(700), (await LineAsync(10)).SiteId);
        Assert.Equal(Sample.Id(700), (await Store.Sites.FindOfLineAsync(
            Sample.Id(1), Sample.Id(10), Cancellation))!.SiteId);

        Assert.True(await Store.Sites.PlaceAsync(Sample.Id(1), Sample.Id(10), null, Cancellation));
        Assert.Equal(SiteResult.Stale, await RemoveAsync(700, 2));
        Assert.Equal(SiteResult.Changed, await RemoveAsync(700, 1));
        Assert.Equal(SiteResult.Missing, await RemoveAsync(700, 1));
        Assert.Empty(await Store.Sites.ListAsync(Sample.Id(1), Cancellation));
        Assert.Null(await Store.Sites.FindAsync(Sample.Id(1), Sample.Id(700), Cancellation));
        Assert.False(await Store.Sites.PlaceAsync(Sample.Id(1), Sample.Id(10), Sample.Id(700), Cancellation));
        Assert.True(await Store.Sites.WasAddedAsync(Sample.Id(1), Sample.Id(700), Cancellation));
        // Its name is free, its id is not.
        await Assert.ThrowsAsync<StoreConflictException>(
            () => Store.Sites.AddAsync(Site(700, "Main Street"), [], Most, Cancellation));
        Assert.Equal(SiteResult.Changed,
            await Store.Sites.AddAsync(Site(701, "Main Street"), [], Most, Cancellation));
    }

    [Fact]
    public async Task Line_StandsAtASiteOfItsOwnTenantOnly()
    {
        await Store.Sites.AddAsync(Site(700, "Main Street") with { TenantId = Sample.Id(2) }, [], Most, Cancellation);
        await AddLineAsync(10, "5550100");

        Assert.False(await Store.Sites.PlaceAsync(Sample.Id(1), Sample.Id(10), Sample.Id(700), Cancellation));
        Assert.False(await Store.Sites.PlaceAsync(Sample.Id(2), Sample.Id(10), Sample.Id(700), Cancellation));
        Assert.Null((await LineAsync(10)).SiteId);
        await Assert.ThrowsAsync<StoreConflictException>(() => Store.Tenants.AddLineAsync(
            Sample.Line(Sample.Id(1), "5550101", 11) with { SiteId = Sample.Id(700) }, Sample.Tag("route 5550101"),
            Cancellation));
        Assert.Null(await Store.Tenants.FindRouteAsync(Sample.Tag("route 5550101"), Cancellation));
    }

    [Fact]
    public async Task Lines_GivenWithTheSite_AreMoved_IfTheyStandAtNone()
    {
        await AddLineAsync(10, "5550100");
        await AddLineAsync(11, "5550101");
        await Store.Sites.AddAsync(Site(700, "Main Street"), [Sample.Id(10)], Most, Cancellation);
        await Store.Sites.AddAsync(Site(701, "Harbour"), [Sample.Id(10), Sample.Id(11)], Most, Cancellation);
        await Store.Tenants.AddLineAsync(
            Sample.Line(Sample.Id(1), "5550102", 12) with { SiteId = Sample.Id(701) }, Sample.Tag("route 5550102"),
            Cancellation);

        Assert.Equal([Sample.Id(700), Sample.Id(701), Sample.Id(701)],
            (await Store.Tenants.ListLinesAsync(Sample.Id(1), Cancellation)).Select(line => line.SiteId!.Value));
        Assert.Null(await Store.Sites.FindOfLineAsync(Sample.Id(2), Sample.Id(10), Cancellation));
    }

    /// <summary>Whoever comes first, no line stands at a site that is gone.</summary>
    [Fact]
    public async Task Site_RemovedWhileALineIsPutThere_IsOneOrTheOther()
    {
        await AddLineAsync(10, "5550100");
        for (int i = 0; i < 8; i++)
        {
            Guid site = Sample.Id(700 + i);
            await Store.Sites.AddAsync(Site(700 + i, $"site {i}"), [], Most, Cancellation);
            bool[] done = await AtOnceAsync(2, async (store, which) => which == 0
                ? await store.Sites.PlaceAsync(Sample.Id(1), Sample.Id(10), site, Cancellation)
                : await store.Sites.RemoveAsync(Sample.Id(1), site, 1, Sample.Noon, Cancellation)
                    == SiteResult.Changed);

            Assert.NotEqual(done[0], done[1]);
            Assert.Equal(done[0] ? site : null, (await LineAsync(10)).SiteId);
            await Store.Sites.PlaceAsync(Sample.Id(1), Sample.Id(10), null, Cancellation);
        }
    }

    [Fact]
    public async Task Keys_OfASite_AreInUseUntilItIsRemoved()
    {
        await Store.Sites.AddAsync(Site(700, "Main Street") with { KeyEpoch = 0x31A2_0001 }, [], Most, Cancellation);
        Assert.Equal(1, (await Store.KeyUse.CountAsync(Sample.Id(1), Cancellation))
            .Single(one => one.KeyEpoch == 0x31A2_0001).Names);

        await RemoveAsync(700, 1);

        Assert.DoesNotContain(await Store.KeyUse.CountAsync(Sample.Id(1), Cancellation),
            one => one.KeyEpoch == 0x31A2_0001);
    }

    private static SiteRecord Site(int id, string name) => new(
        Sample.Id(1), Sample.Id(id), 1, Sample.Tag($"site {name}"), Sample.Noon, Sample.Noon, 0x31A0_0001,
        Sample.Sealed(name));

    private Task<SiteResult> RemoveAsync(int site, int version) => Store.Sites.RemoveAsync(
        Sample.Id(1), Sample.Id(site), version, Sample.Noon.AddHours(2), Cancellation);

    private Task AddLineAsync(int id, string number) => Store.Tenants.AddLineAsync(
        Sample.Line(Sample.Id(1), number, id), Sample.Tag($"route {number}"), Cancellation);

    private async Task<LineRecord> LineAsync(int id) =>
        (await Store.Tenants.ListLinesAsync(Sample.Id(1), Cancellation)).Single(line => line.LineId == Sample.Id(id));

    private static void Same(SiteRecord expected, SiteRecord? kept)
    {
        Assert.NotNull(kept);
        Assert.Equal(expected.NameTag, kept.NameTag);
        Assert.Equal(expected.SealedEntry, kept.SealedEntry);
        Assert.Equal(expected with { NameTag = kept.NameTag, SealedEntry = kept.SealedEntry }, kept);
    }
}

public sealed class SqliteSiteTests : SiteSuite
{
    protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteDatabase());
}

public sealed class PostgreSqlSiteTests(PostgreSqlServer server) : SiteSuite
{
    protected override async Task<ITestDatabase> NewDatabaseAsync() =>
        new PostgreSqlDatabase(await server.Peer.CreateDatabaseAsync());
}
