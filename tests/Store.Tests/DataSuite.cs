// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Tests;

/// <summary>What every database must do: each fact runs on SQLite and on PostgreSQL, and on neither may it be
/// passed over.</summary>
public abstract class DataSuite : IAsyncLifetime
{
    private readonly List<FaxStore> _opened = [];

    protected ITestDatabase Database { get; private set; } = null!;

    /// <summary>The store of a test that needs one only.</summary>
    protected FaxStore Store => _opened[0];

    /// <summary>The same data, opened by as many nodes as the database allows.</summary>
    protected IReadOnlyList<FaxStore> Nodes => _opened;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Database = await NewDatabaseAsync();
        _opened.AddRange(await Database.OpenNodesAsync());
        await Store.Tenants.RegisterAsync(Sample.Tenant(1), Cancellation);
        await Store.Tenants.RegisterAsync(Sample.Tenant(2), Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (FaxStore store in _opened)
        {
            await store.DisposeAsync();
        }
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<ITestDatabase> NewDatabaseAsync();

    /// <summary>Runs it <paramref name="times"/> times at once, in turn on the nodes.</summary>
    protected Task<T[]> AtOnceAsync<T>(int times, Func<FaxStore, int, Task<T>> act) => Task.WhenAll(
        Enumerable.Range(0, times).Select(i => Task.Run(() => act(Nodes[i % Nodes.Count], i), Cancellation)));

    protected async Task<NewFax> BegunAsync(int number, int pages = 0, FaxDirection direction = FaxDirection.Inbound)
    {
        NewFax fax = Sample.Fax(Sample.Id(1), number, direction);
        await Store.Faxes.BeginAsync(fax, Cancellation);
        for (int page = 1; page <= pages; page++)
        {
            Assert.Equal(AddPageResult.Added, await Store.Faxes.AddPageAsync(Sample.Page(fax, page), Cancellation));
        }
        return fax;
    }
}
