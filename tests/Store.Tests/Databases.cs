// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Tests;
using Hermetic.TestKit.Peers.PostgreSql;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace Hermetic.Store.Tests;

/// <summary>An empty database that a test opens as often as it likes, and that ends with it.</summary>
public interface ITestDatabase : IAsyncDisposable
{
    /// <summary>Opens it.</summary>
    Task<FaxStore> OpenAsync(StoreSettings? settings = null);

    /// <summary>As many stores as may have it open at once, two at most: what two nodes would be.</summary>
    Task<FaxStore[]> OpenNodesAsync();
}

/// <summary>One PostgreSQL server for the whole assembly; tests that stop or kill it start their own.</summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    public PostgreSqlPeer Peer { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Peer = await PostgreSqlPeer.StartAsync();

    public ValueTask DisposeAsync() => Peer.DisposeAsync();
}

public sealed class SqliteDatabase : ITestDatabase
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hermetic-store-");

    public string File => Path.Combine(_folder.FullName, "hermetic.db");

    public Task<FaxStore> OpenAsync(StoreSettings? settings = null) =>
        FaxStore.OpenSqliteAsync(File, settings, CancellationToken.None);

    public async Task<FaxStore[]> OpenNodesAsync() => [await OpenAsync()];

    public ValueTask DisposeAsync()
    {
        _folder.Delete(true);
        return ValueTask.CompletedTask;
    }
}

public sealed class PostgreSqlDatabase(string connectionString) : ITestDatabase
{
    public string ConnectionString => connectionString;

    public Task<FaxStore> OpenAsync(StoreSettings? settings = null) =>
        FaxStore.OpenPostgreSqlAsync(connectionString, settings, CancellationToken.None);

    public async Task<FaxStore[]> OpenNodesAsync() => await Task.WhenAll(OpenAsync(), OpenAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
