// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store.Engine;

/// <summary>Contexts that only read, kept for the next query: making one, and opening its connection, cost as much as
/// most of our queries do. Safe to use from several threads.</summary>
/// <param name="open">Makes one that tracks nothing.</param>
/// <param name="keepsOpen">Its connection stays open between queries: good for SQLite, where nobody else waits for
/// one. Without a statement under way it holds no snapshot and no lock.</param>
internal sealed class ReaderPool<T>(Func<T> open, bool keepsOpen) : IAsyncDisposable
    where T : DbContext
{
    /// <summary>Our choice: more queries than this at once wait for the processor anyway.</summary>
    private const int KeptMax = 16;

    private readonly ConcurrentBag<T> _kept = [];
    private volatile bool _isClosed;

    /// <summary>Reads by a query of its own. A context whose query failed is not used again.</summary>
    public async Task<TResult> ReadAsync<TResult>(
        Func<T, Task<TResult>> query, CancellationToken cancellation = default)
    {
        bool isKept = _kept.TryTake(out T? context);
        context ??= open();
        bool isWhole = false;
        try
        {
            if (keepsOpen && !isKept)
            {
                await context.Database.OpenConnectionAsync(cancellation).ConfigureAwait(false);
            }

            TResult result = await query(context).ConfigureAwait(false);
            isWhole = true;
            return result;
        }
        finally
        {
            if (isWhole && !_isClosed && _kept.Count < KeptMax)
            {
                context.ChangeTracker.Clear();
                _kept.Add(context);
            }
            else
            {
                await context.DisposeAsync().ConfigureAwait(false);
            }

            if (_isClosed)
            {
                await DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        while (_kept.TryTake(out T? context))
        {
            await context.DisposeAsync().ConfigureAwait(false);
        }
    }
}
