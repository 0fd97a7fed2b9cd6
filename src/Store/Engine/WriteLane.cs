// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore.Storage;

namespace Hermetic.Store.Engine;

/// <summary>One writer with group commit: whatever waits while a transaction is flushed goes together into the next,
/// and every caller hears only when its own part is durable.</summary>
/// <remarks>
/// A unit that fails must not take its neighbours along, yet a savepoint around each would cost all of them. So a batch
/// runs bare; if anything in it fails for a reason of its own, the batch is rolled back and each unit goes again in a
/// transaction of its own. If the database is gone, all fail at once. The shortcuts of a batch go to the database
/// together, in one round trip where it can. Why: docs/adr/0006-the-store-commits-in-groups.md.
/// </remarks>
internal sealed class WriteLane : IAsyncDisposable
{
    /// <summary>How often a unit that met a faster writer looks again: our choice, enough for a loser to see the
    /// winner's row, too few to hide an endless conflict.</summary>
    private const int AttemptsMax = 4;

    private readonly StoreEngine _engine;
    private readonly Action<Guid> _told;
    private readonly int _batchMax;
    private readonly Channel<WriteUnit> _queue;
    private readonly Task _writing;

    /// <param name="engine">The database.</param>
    /// <param name="settings">How much goes together.</param>
    /// <param name="told">Hears for whom events were written, once they are durable.</param>
    public WriteLane(StoreEngine engine, StoreSettings settings, Action<Guid> told)
    {
        (_engine, _told, _batchMax) = (engine, told, settings.BatchMax);
        _queue = Channel.CreateBounded<WriteUnit>(
            new BoundedChannelOptions(settings.QueueMax) { SingleReader = true });
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Runs the operation in a transaction; its result, once that is durable. The operation may run more than
    /// once and must act on nothing but the context.</summary>
    /// <param name="operation">What to do.</param>
    /// <param name="shortcut">Its usual course, if it has one; the operation is then what is left to do when that wrote
    /// nothing.</param>
    /// <param name="cancellation">Ends the waiting. What was queued may be written all the same.</param>
    public async Task<T> WriteAsync<T>(Func<StoreContext, CancellationToken, Task<T>> operation,
        Shortcut<T>? shortcut, CancellationToken cancellation)
    {
        WriteUnit<T> unit = new(operation, shortcut);
        try
        {
            await _queue.Writer.WriteAsync(unit, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new StoreUnavailableException(StoreFault.Closed, $"{_engine.Name}: it is closed");
        }
        return await unit.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes nothing more, writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        List<WriteUnit> batch = [];
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < _batchMax && _queue.Reader.TryRead(out WriteUnit? unit))
            {
                batch.Add(unit);
            }
            await WriteBatchAsync(batch).ConfigureAwait(false);
            batch.Clear();
        }
    }

    private async Task WriteBatchAsync(List<WriteUnit> batch)
    {
        if (await TryCommitAsync(batch).ConfigureAwait(false) is not { } failed)
        {
            batch.ForEach(unit => unit.Succeed());
            return;
        }
        if (_engine.Classify(failed).Kind == FailureKind.Unavailable)
        {
            Exception wrapped = _engine.Wrap(failed);
            batch.ForEach(unit => unit.Fail(wrapped));
            return;
        }
        foreach (WriteUnit unit in batch)
        {
            // A shortcut that spoiled its transaction is not gone again.
            bool isTried = batch.Count == 1 && failed is not ShortcutSpoiledException;
            await WriteAloneAsync(unit, isTried ? failed : null).ConfigureAwait(false);
        }
    }

    private async Task WriteAloneAsync(WriteUnit unit, Exception? failed)
    {
        for (int attempt = failed is null ? 0 : 1; attempt < AttemptsMax; attempt++)
        {
            if (failed is not null and not ShortcutSpoiledException
                && _engine.Classify(failed).Kind is FailureKind.NotTheDatabase
                or FailureKind.Unavailable)
            {
                break;
            }
            failed = await TryCommitAsync([unit]).ConfigureAwait(false);
            if (failed is null)
            {
                unit.Succeed();
                return;
            }
        }
        unit.Fail(_engine.Wrap(failed!));
    }

    /// <summary>All of them in one transaction; null once it is durable, else what went wrong.</summary>
    private async Task<Exception?> TryCommitAsync(List<WriteUnit> units)
    {
        // Not a caller's token: one who gives up must not undo the work of the others in the batch. The wait is bounded
        // by the database's own time limits.
        CancellationToken cancellation = CancellationToken.None;
        try
        {
            StoreContext context = _engine.NewContext();
            await using (context.ConfigureAwait(false))
            {
                context.Database.AutoSavepointsEnabled = false;
                IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellation)
                    .ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    Script script = new(context);
                    foreach (WriteUnit unit in units)
                    {
                        unit.Ask(script);
                    }
                    Answer[] answers = script.Count == 0
                        ? [] : await script.RunAsync(cancellation).ConfigureAwait(false);
                    foreach (WriteUnit unit in units)
                    {
                        await unit.RunAsync(context, answers, cancellation).ConfigureAwait(false);
                    }
                    await transaction.CommitAsync(cancellation).ConfigureAwait(false);
                    _engine.Committed(units.Count);
                }
                Tell(context.ToldTenants);
            }
            return null;
        }
        catch (Exception e)
        {
            // Whatever it was, a waiting caller must hear of it, and the lane must go on.
            return e;
        }
    }

    // What is durable stays so, whatever those do who hear of it.
    private void Tell(IEnumerable<Guid> tenants)
    {
        foreach (Guid tenant in tenants)
        {
            try
            {
                _told(tenant);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // They look by themselves before long.
            }
        }
    }
}
