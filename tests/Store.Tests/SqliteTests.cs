// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Engine;
using Hermetic.Store.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store.Tests;

/// <summary>What only the embedded database can do, or suffer.</summary>
public sealed class SqliteTests : IAsyncDisposable
{
    private readonly SqliteDatabase _database = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("foreign_keys", "1")]
    [InlineData("busy_timeout", "1234")]
    public async Task Connection_OfTheStore_HasThePragma(string pragma, string value)
    {
        await using FaxStore store = await _database.OpenAsync(new StoreSettings { BusyTimeoutMs = 1234 });
        // More than once: a connection that comes back from the pool must have them too.
        for (int i = 0; i < 3; i++)
        {
            await using StoreContext context = store.Engine.NewContext();
            await context.Database.OpenConnectionAsync(Cancellation);
            SqliteConnection connection = (SqliteConnection)context.Database.GetDbConnection();
            Assert.Equal(value, await SqlitePragmas.ReadAsync(connection, $"PRAGMA {pragma}", Cancellation));
        }
    }

    [Fact]
    public async Task Disk_ThatIsFull_RefusesAndTakesAgainWhenThereIsRoom()
    {
        await using (FaxStore store = await _database.OpenAsync())
        {
            await store.Tenants.RegisterAsync(Sample.Tenant(), Cancellation);
        }
        List<NewFax> kept = [];
        NewFax refused;
        await using (FaxStore store = await _database.OpenAsync(new StoreSettings { SqlitePagesMax = 140 }))
        {
            for (int i = 0; ; i++)
            {
                Assert.True(i < 100, "140 pages of 4 KiB took 100 faxes of 32 KiB");
                NewFax fax = Sample.Fax(Sample.Id(1), i) with { SealedSubject = new byte[32 << 10] };
                try
                {
                    await store.Faxes.BeginAsync(fax, Cancellation);
                    kept.Add(fax);
                }
                catch (StoreUnavailableException full)
                {
                    Assert.Equal(StoreFault.Full, full.Fault);
                    Assert.Contains("no space", full.Message, StringComparison.Ordinal);
                    refused = fax;
                    break;
                }
            }
            // Reading goes on, and what was refused left nothing behind.
            Assert.Null(await store.Faxes.FindAsync(refused.TenantId, refused.FaxId, Cancellation));
        }
        await using FaxStore after = await _database.OpenAsync();
        Assert.NotEmpty(kept);
        Assert.Equal(kept.Count, (await after.Faxes.ListAsync(new FaxList(Sample.Id(1), 1000), Cancellation)).Count);
        Assert.False((await after.Faxes.BeginAsync(refused, Cancellation)).Repeated);
    }

    [Fact]
    public async Task File_ThatIsDamaged_IsRefusedWithWhatToDo()
    {
        await using (FaxStore store = await _database.OpenAsync())
        {
            await store.Tenants.RegisterAsync(Sample.Tenant(), Cancellation);
            for (int i = 0; i < 50; i++)
            {
                await store.Faxes.BeginAsync(Sample.Fax(Sample.Id(1), i), Cancellation);
            }
        }
        byte[] file = await File.ReadAllBytesAsync(_database.File, Cancellation);
        // Every page but the first: some of them are tables and indexes whatever the layout.
        for (int at = 4096; at < file.Length; at += 4096)
        {
            file.AsSpan(at, 64).Fill(0xA5);
        }
        await File.WriteAllBytesAsync(_database.File, file, Cancellation);

        StoreUnavailableException damaged = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            _database.OpenAsync());
        Assert.Equal(StoreFault.Damaged, damaged.Fault);
        Assert.Contains("restore the newest backup", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ThatIsNoDatabase_IsRefusedWithWhatToDo()
    {
        await File.WriteAllTextAsync(_database.File, new string('x', 8192), Cancellation);
        StoreUnavailableException damaged = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            _database.OpenAsync());
        Assert.Equal(StoreFault.Damaged, damaged.Fault);
        Assert.Contains("restore the newest backup", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_HeldByAnotherStore_IsRefused()
    {
        await using FaxStore store = await _database.OpenAsync();
        StoreUnavailableException held = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            _database.OpenAsync());
        Assert.Equal(StoreFault.Locked, held.Fault);
        Assert.Contains("Stop the other server", held.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_LockedByAnotherProgram_RefusesTheWrite()
    {
        await using FaxStore store = await _database.OpenAsync(new StoreSettings { BusyTimeoutMs = 100 });
        await store.Tenants.RegisterAsync(Sample.Tenant(), Cancellation);
        await using (SqliteConnection other = new($"Data Source={_database.File};Pooling=False"))
        {
            await other.OpenAsync(Cancellation);
            await using SqliteTransaction holding = other.BeginTransaction();
            StoreUnavailableException locked = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
                store.Faxes.BeginAsync(Sample.Fax(Sample.Id(1), 1), Cancellation));
            Assert.Equal(StoreFault.Locked, locked.Fault);
        }
        Assert.False((await store.Faxes.BeginAsync(Sample.Fax(Sample.Id(1), 1), Cancellation)).Repeated);
    }

    [Fact]
    public async Task Schema_OfANewerProgram_IsRefusedUntouched()
    {
        await using (FaxStore store = await _database.OpenAsync())
        {
            await using StoreContext context = store.Engine.NewContext();
            await context.Database.ExecuteSqlRawAsync(
                "INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_Later', '99.0')", Cancellation);
        }
        StoreUnavailableException newer = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            _database.OpenAsync());
        Assert.Equal(StoreFault.Schema, newer.Fault);
        Assert.Contains("29990101000000_Later", newer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migration_KilledUnderItsLock_IsTakenUpAtTheNextStart()
    {
        await using (SqliteConnection killed = new($"Data Source={_database.File};Pooling=False"))
        {
            await killed.OpenAsync(Cancellation);
            await using SqliteCommand command = killed.CreateCommand();
            command.CommandText = "CREATE TABLE __EFMigrationsLock (Id INTEGER PRIMARY KEY, Timestamp TEXT NOT NULL); "
                + "INSERT INTO __EFMigrationsLock VALUES (1, '2026-01-01')";
            await command.ExecuteNonQueryAsync(Cancellation);
        }
        await using FaxStore store = await _database.OpenAsync();
        await store.Tenants.RegisterAsync(Sample.Tenant(), Cancellation);
    }

    [Fact]
    public async Task Files_OfTheDatabase_AreTheOwnersAlone()
    {
        await using FaxStore store = await _database.OpenAsync();
        await store.Tenants.RegisterAsync(Sample.Tenant(), Cancellation);
        string[] files = Directory.GetFiles(Path.GetDirectoryName(_database.File)!);
        Assert.Contains(_database.File + "-wal", files);
        Assert.All(files, file => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task P2_FilesAsAKillLeavesThem_HoldEveryFaxThatWasKept()
    {
        await using FaxStore store = await _database.OpenAsync();
        await store.Tenants.RegisterAsync(Sample.Tenant(), Cancellation);
        await using SqliteDatabase copy = new();
        for (int i = 0; i < 20; i++)
        {
            NewFax fax = Sample.Fax(Sample.Id(1), i);
            await store.Faxes.RecordAsync(fax, [Sample.Page(fax, 1)], Sample.Move(fax, FaxState.Received),
                Sample.Told(), Cancellation);
        }
        // The store is still open: nothing of it was closed, checkpointed or tidied for the copy.
        File.Copy(_database.File, copy.File);
        File.Copy(_database.File + "-wal", copy.File + "-wal");

        await using FaxStore after = await copy.OpenAsync();
        Assert.Equal(20, (await after.Faxes.ListAsync(new FaxList(Sample.Id(1)), Cancellation)).Count);
        Assert.Equal(20, (await after.Events.ListAsync(Sample.Id(1), 0, 100, Cancellation)).Count);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
