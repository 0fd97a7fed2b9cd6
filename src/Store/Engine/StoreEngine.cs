// SPDX-License-Identifier: Apache-2.0
using System.Data.Common;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store.Engine;

/// <summary>What became of a failed statement.</summary>
internal enum FailureKind
{
    /// <summary>The database cannot be used; the operation is not known to be durable.</summary>
    Unavailable,

    /// <summary>A key is taken or missing; nothing was written. Looking again may show who was faster.</summary>
    Conflict,

    /// <summary>The database took it back for the sake of another transaction; the same again may pass.</summary>
    Again,

    /// <summary>Not the database's doing: our own exception.</summary>
    NotTheDatabase,
}

/// <summary>A failure in terms that hold no row: kind, fault, and the database's own code.</summary>
internal readonly record struct Failure(FailureKind Kind, StoreFault Fault, string Code);

/// <summary>The seam between the model and a database: how it is opened, checked and read, and what its errors
/// mean.</summary>
internal abstract class StoreEngine : IAsyncDisposable
{
    private readonly ReaderPool<StoreContext> _readers;

    /// <param name="keepsReadersOpen">As <see cref="ReaderPool{T}"/> takes it.</param>
    protected StoreEngine(bool keepsReadersOpen) => _readers = new(NewContext, keepsReadersOpen);

    /// <summary>What messages call it. Never an address or a password.</summary>
    public abstract string Name { get; }

    /// <summary>How many writers it takes at once.</summary>
    public abstract int Lanes { get; }

    /// <summary>A context on a connection of its own; it tracks nothing that it reads.</summary>
    public abstract StoreContext NewContext();

    /// <summary>Refuses a database that is damaged, foreign, not durable or too new; then brings its schema up to the
    /// model.</summary>
    public abstract Task StartAsync(CancellationToken cancellation);

    /// <summary>What a failure means.</summary>
    public abstract Failure Classify(Exception exception);

    /// <summary>What a locking read appends, so that two claims never wait for each other; nothing where there is only
    /// one writer.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>Hears how many operations a commit held.</summary>
    public virtual void Committed(int operations)
    {
    }

    public virtual ValueTask DisposeAsync() => _readers.DisposeAsync();

    /// <summary>The exception that callers see for a failure.</summary>
    public Exception Wrap(Exception exception)
    {
        Failure failure = Classify(exception);
        return failure.Kind switch
        {
            FailureKind.NotTheDatabase => exception,
            FailureKind.Conflict => new StoreConflictException(
                $"{Name}: the record contradicts one that is there ({failure.Code}); nothing was written"),
            _ => new StoreUnavailableException(failure.Fault, $"{Name}: {Advice(failure.Fault)} ({failure.Code})"),
        };
    }

    /// <summary>Reads by a query of its own.</summary>
    public async Task<T> ReadAsync<T>(Func<StoreContext, Task<T>> query, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return await _readers.ReadAsync(query, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (Classify(e).Kind != FailureKind.NotTheDatabase)
        {
            throw Wrap(e);
        }
    }

    /// <summary>Applies what the database lacks; refuses one that knows more than we do.</summary>
    public async Task MigrateAsync(DbContext context, CancellationToken cancellation)
    {
        HashSet<string> known = [.. context.Database.GetMigrations()];
        string[] applied = [.. await context.Database.GetAppliedMigrationsAsync(cancellation).ConfigureAwait(false)];
        if (applied.FirstOrDefault(migration => !known.Contains(migration)) is { } newer)
        {
            throw new StoreUnavailableException(StoreFault.Schema,
                $"{Name}: its schema is newer than this program ({newer}). Start the version of Hermetic that wrote "
                + "it, or a later one; or restore a backup that was taken before the upgrade");
        }
        if (applied.Length < known.Count)
        {
            await context.Database.MigrateAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Refuses a schema that is not this program's, for who may not change it.</summary>
    protected async Task RequireCurrentAsync(StoreContext context, CancellationToken cancellation)
    {
        string[] applied = [.. await context.Database.GetAppliedMigrationsAsync(cancellation).ConfigureAwait(false)];
        if (!applied.ToHashSet().SetEquals(context.Database.GetMigrations()))
        {
            throw new StoreUnavailableException(StoreFault.Schema,
                $"{Name}: its schema is of another version than this program. Use the version that the server runs, "
                + "or start the server of this version once");
        }
    }

    /// <summary>The database's exception inside EF Core's.</summary>
    protected static Exception Innermost(Exception exception)
    {
        while (exception is DbUpdateException or InvalidOperationException
            && exception.InnerException is DbException or DbUpdateException or InvalidOperationException)
        {
            exception = exception.InnerException;
        }
        return exception;
    }

    private static string Advice(StoreFault fault) => fault switch
    {
        StoreFault.Stopped => "it does not answer. Check that it runs and can be reached",
        StoreFault.Locked => "a lock was not granted in time. Check that no other program has it open",
        StoreFault.Full => "no space is left. Free space or enlarge the disk; nothing is taken until then",
        StoreFault.InputOutput => "the device failed. Check the disk before going on",
        StoreFault.Damaged => "it is damaged. Stop, keep a copy of its files, and restore the newest backup",
        StoreFault.Denied => "access is denied. Check the account and its rights",
        StoreFault.NotDurable => "it does not keep what it commits",
        StoreFault.Closed => "it is closed",
        _ => "it failed in a way that has no name here",
    };
}
