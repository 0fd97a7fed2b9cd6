// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Hermetic.TestKit.Peers.PostgreSql;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store.Tests;

/// <summary>What only a server can do, or suffer. Those that kill one have it to themselves.</summary>
public sealed class PostgreSqlTests(PostgreSqlServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P2_ServerKilledWhileFaxesComeIn_KeepsEveryFaxThatWasKept()
    {
        await using PostgreSqlPeer peer = await PostgreSqlPeer.StartAsync();
        await using PostgreSqlDatabase database = new(await peer.CreateDatabaseAsync());
        await using FaxStore store = await database.OpenAsync();
        await store.Tenants.RegisterAsync(Sample.Tenant(), Cancellation);
        TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int count = 0;
        Task<(NewFax Fax, bool Kept)>[] coming =
        [
            .. Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
            {
                for (int i = 0; ; i++)
                {
                    NewFax fax = Sample.Fax(Sample.Id(1), (writer * 100_000) + i);
                    try
                    {
                        await store.Faxes.RecordAsync(fax, [Sample.Page(fax, 1), Sample.Page(fax, 2)],
                            Sample.Move(fax, FaxState.Received), Sample.Told(), Cancellation);
                    }
                    catch (StoreUnavailableException gone)
                    {
                        Assert.Equal(StoreFault.Stopped, gone.Fault);
                        return (fax, i > 0);
                    }
                    if (Interlocked.Increment(ref count) == 100)
                    {
                        enough.SetResult();
                    }
                }
            }, Cancellation)),
        ];
        await enough.Task.WaitAsync(Cancellation);
        await peer.KillAsync();
        (NewFax Fax, bool Kept)[] last = await Task.WhenAll(coming);
        int kept = Volatile.Read(ref count);

        await peer.StartServerAsync();
        // The same store goes on by itself: it makes new connections.
        List<FaxRecord> all = await AllAsync(store);
        // Each writer may have one fax whose commit was under way: there whole, or not at all.
        Assert.InRange(all.Count, kept, kept + last.Length);
        foreach (FaxRecord fax in all)
        {
            Assert.Equal((FaxState.Received, 2), (fax.State, fax.PagesStored));
            Assert.Equal(2, (await store.Pages.ListAsync(fax.TenantId, fax.FaxId, Cancellation)).Count);
        }
        foreach ((NewFax fax, _) in last)
        {
            BegunFax again = await store.Faxes.RecordAsync(fax, [Sample.Page(fax, 1), Sample.Page(fax, 2)],
                Sample.Move(fax, FaxState.Received), Sample.Told(), Cancellation);
            Assert.Equal(all.Any(there => there.FaxId == fax.FaxId), again.Repeated);
        }
        Assert.Equal(kept + last.Length, (await AllAsync(store)).Count);
    }

    [Fact]
    public async Task Server_KilledInMidTransaction_LeavesNothingOfIt()
    {
        await using PostgreSqlPeer peer = await PostgreSqlPeer.StartAsync();
        await using PostgreSqlDatabase database = new(await peer.CreateDatabaseAsync());
        await using FaxStore store = await database.OpenAsync();
        await store.Tenants.RegisterAsync(Sample.Tenant(), Cancellation);
        TaskCompletionSource inside = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        NewFax fax = Sample.Fax(Sample.Id(1), 1);
        Task<bool> writing = store.WriteAsync(fax.TenantId, async (context, cancel) =>
        {
            context.Faxes.Add(FaxWriting.Row(fax));
            await context.SaveChangesAsync(cancel);
            inside.TrySetResult();
            await killed.Task;
            return true;
        }, Cancellation);
        await inside.Task.WaitAsync(Cancellation);
        await peer.KillAsync();
        killed.SetResult();
        StoreUnavailableException gone = await Assert.ThrowsAsync<StoreUnavailableException>(() => writing);
        Assert.Equal(StoreFault.Stopped, gone.Fault);

        await peer.StartServerAsync();
        Assert.Null(await store.Faxes.FindAsync(fax.TenantId, fax.FaxId, Cancellation));
        Assert.False((await store.Faxes.BeginAsync(fax, Cancellation)).Repeated);
    }

    [Fact]
    public async Task Server_Stopped_RefusesAndServesAgainOnceItRuns()
    {
        await using PostgreSqlPeer peer = await PostgreSqlPeer.StartAsync();
        await using PostgreSqlDatabase database = new(await peer.CreateDatabaseAsync());
        await using FaxStore store = await database.OpenAsync();
        await store.Tenants.RegisterAsync(Sample.Tenant(), Cancellation);
        await peer.StopAsync();

        NewFax fax = Sample.Fax(Sample.Id(1), 1);
        foreach (Func<Task> act in (Func<Task>[])
        [
            () => store.Faxes.BeginAsync(fax, Cancellation),
            () => store.Faxes.FindAsync(fax.TenantId, fax.FaxId, Cancellation),
            () => database.OpenAsync(),
        ])
        {
            StoreUnavailableException stopped = await Assert.ThrowsAsync<StoreUnavailableException>(act);
            Assert.Equal(StoreFault.Stopped, stopped.Fault);
            Assert.DoesNotContain(PostgreSqlPeer.Password, stopped.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("127.0.0.1", stopped.ToString(), StringComparison.Ordinal);
        }
        await peer.StartServerAsync();
        Assert.False((await store.Faxes.BeginAsync(fax, Cancellation)).Repeated);
    }

    [Theory]
    [InlineData("synchronous_commit")]
    [InlineData("fsync")]
    [InlineData("full_page_writes")]
    public async Task Server_ThatDoesNotKeepItsCommits_IsRefused(string setting)
    {
        await using PostgreSqlPeer peer = await PostgreSqlPeer.StartAsync($"{setting}=off");
        await using PostgreSqlDatabase database = new(await peer.CreateDatabaseAsync());
        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            database.OpenAsync());
        Assert.Equal(StoreFault.NotDurable, refused.Fault);
        Assert.Contains($"{setting} is off", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Role_ThatDoesNotKeepItsCommits_IsRefused()
    {
        await using PostgreSqlDatabase database = new(await server.Peer.CreateDatabaseAsync());
        string name = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;
        await server.Peer.SqlAsync("postgres", $"ALTER DATABASE {name} SET synchronous_commit = off");
        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            database.OpenAsync());
        Assert.Equal(StoreFault.NotDurable, refused.Fault);
    }

    [Fact]
    public async Task Password_ThatIsWrong_IsInNoMessage()
    {
        string right = await server.Peer.CreateDatabaseAsync();
        string wrong = right.Replace(PostgreSqlPeer.Password, "CANARY-PASSWORD", StringComparison.Ordinal);
        StoreUnavailableException denied = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            FaxStore.OpenPostgreSqlAsync(wrong, null, Cancellation));
        Assert.Equal(StoreFault.Denied, denied.Fault);
        Assert.DoesNotContain("CANARY", denied.ToString(), StringComparison.Ordinal);

        ArgumentException unreadable = await Assert.ThrowsAsync<ArgumentException>(() =>
            FaxStore.OpenPostgreSqlAsync("Host=127.0.0.1;Pass word=CANARY;Port=CANARY", null, Cancellation));
        Assert.DoesNotContain("CANARY", unreadable.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_WithErrorDetailAskedFor_HoldNoValueAllTheSame()
    {
        string connection = await server.Peer.CreateDatabaseAsync() + ";Include Error Detail=true;Log Parameters=true";
        await using FaxStore store = await FaxStore.OpenPostgreSqlAsync(connection, null, Cancellation);
        await store.Tenants.RegisterAsync(Sample.Tenant(), Cancellation);
        StoreConflictException conflict = await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.Tenants.RegisterAsync(Sample.Tenant(), Cancellation));
        Assert.DoesNotContain(Sample.Id(1).ToString(), conflict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_ThatStartAtOnce_MigrateOnce()
    {
        await using PostgreSqlDatabase database = new(await server.Peer.CreateDatabaseAsync());
        FaxStore[] nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => database.OpenAsync()));
        await nodes[0].Tenants.RegisterAsync(Sample.Tenant(), Cancellation);
        Assert.All(await Task.WhenAll(nodes.Select(node => node.Tenants.FindAsync(Sample.Id(1), Cancellation))),
            Assert.NotNull);
        foreach (FaxStore node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Schema_OfANewerProgram_IsRefusedUntouched()
    {
        await using PostgreSqlDatabase database = new(await server.Peer.CreateDatabaseAsync());
        await using (FaxStore store = await database.OpenAsync())
        {
            await using StoreContext context = store.Engine.NewContext();
            await context.Database.ExecuteSqlRawAsync(
                "INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99.0')", Cancellation);
        }
        StoreUnavailableException newer = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            database.OpenAsync());
        Assert.Equal(StoreFault.Schema, newer.Fault);
        Assert.Contains("29990101000000_Later", newer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_HeldByAnother_RefusesTheWriteInTime()
    {
        await using PostgreSqlDatabase database = new(await server.Peer.CreateDatabaseAsync());
        await using FaxStore store = await database.OpenAsync(new StoreSettings { BusyTimeoutMs = 200 });
        await store.Tenants.RegisterAsync(Sample.Tenant(), Cancellation);
        await using (StoreContext other = store.Engine.NewContext())
        {
            await using var holding = await other.Database.BeginTransactionAsync(Cancellation);
            await other.Tenants.ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, ServiceState.Suspended), Cancellation);
            StoreUnavailableException locked = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
                store.Events.AppendAsync(Sample.Id(1), null, Sample.Told(), Cancellation));
            Assert.Equal(StoreFault.Locked, locked.Fault);
        }
        Assert.Equal(1, await store.Events.AppendAsync(Sample.Id(1), null, Sample.Told(), Cancellation));
    }

    private static async Task<List<FaxRecord>> AllAsync(FaxStore store)
    {
        List<FaxRecord> all = [];
        FaxCursor? after = null;
        while (true)
        {
            List<FaxRecord> page = await store.Faxes.ListAsync(
                new FaxList(Sample.Id(1), FaxList.LimitMax, after), Cancellation);
            all.AddRange(page);
            if (page.Count < FaxList.LimitMax)
            {
                return all;
            }
            after = new FaxCursor(page[^1].BegunAt, page[^1].FaxId);
        }
    }
}
