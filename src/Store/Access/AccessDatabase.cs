// SPDX-License-Identifier: Apache-2.0
using System.Data;
using Hermetic.Store.Engine;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Hermetic.Store.Access;

/// <summary>The database of who may sign in: a SQLite file of its own, or the schema `access` of the PostgreSQL
/// database. What is written is durable, whole or not at all, and as if nobody else wrote at the same time.</summary>
/// <remarks>Throws <see cref="StoreUnavailableException"/> when nothing can be said: whoever asks must then let
/// nobody in.</remarks>
public sealed class AccessDatabase : IAsyncDisposable
{
    /// <summary>Our limit: how often a change that met another one is tried; each loser sees the winner.</summary>
    private const int AttemptsMax = 10;

    private readonly StoreEngine _engine;
    private readonly Func<AccessContext> _open;
    private readonly SemaphoreSlim? _writer;
    private readonly ReaderPool<AccessContext> _readers;

    private AccessDatabase(StoreEngine engine, Func<AccessContext> open, SemaphoreSlim? writer)
    {
        (_engine, _open, _writer) = (engine, open, writer);
        _readers = new(OpenReader, keepsOpen: engine is SqliteEngine);
    }

    /// <summary>Opens the SQLite file and brings its schema up to date.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mayBegin">Whether one may be made; not where there was one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FileNotFoundException">There is none, and none may be made.</exception>
    /// <exception cref="StoreUnavailableException">It can't be used; the message says what to do.</exception>
    public static async Task<AccessDatabase> OpenSqliteAsync(
        string path, bool mayBegin, CancellationToken cancellation)
    {
        if (!mayBegin && !File.Exists(path))
        {
            throw new FileNotFoundException("the access database is not there");
        }

        SqliteEngine engine = new(path, new StoreSettings());
        DbContextOptions<SqliteAccessContext> options = new DbContextOptionsBuilder<SqliteAccessContext>()
            .UseSqlite(engine.ConnectionString)
            .AddInterceptors(new SqlitePragmas(new StoreSettings()))
            .Options;
        AccessDatabase database = new(engine, () => new SqliteAccessContext(options), new SemaphoreSlim(1, 1));
        return await database.StartAsync(
            async context =>
            {
                await engine.PrepareAsync(context, cancellation).ConfigureAwait(false);
                await engine.MigrateAsync(context, cancellation).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    /// <summary>Opens the SQLite file of a server that runs beside, to be read alone.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static AccessDatabase ReadSqlite(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException("the access database is not there");
        }

        SqliteEngine engine = new(path, new StoreSettings(), isReader: true);
        DbContextOptions<SqliteAccessContext> options = new DbContextOptionsBuilder<SqliteAccessContext>()
            .UseSqlite(engine.ConnectionString)
            .Options;
        return new AccessDatabase(engine, () => new SqliteAccessContext(options), null);
    }

    /// <summary>Opens the schema `access` of a PostgreSQL database; makes it where it may.</summary>
    /// <inheritdoc cref="OpenSqliteAsync"/>
    public static async Task<AccessDatabase> OpenPostgreSqlAsync(
        string connectionString, bool mayBegin, CancellationToken cancellation)
    {
        PostgreSqlEngine engine = new(connectionString, new StoreSettings());
        DbContextOptions<PostgreSqlAccessContext> options = new DbContextOptionsBuilder<PostgreSqlAccessContext>()
            .UseNpgsql(engine.Source, npgsql => npgsql.MigrationsHistoryTable(
                "__EFMigrationsHistory", PostgreSqlAccessContext.Schema))
            .Options;
        AccessDatabase database = new(engine, () => new PostgreSqlAccessContext(options), null);
        return await database.StartAsync(
            async context => await engine.WhileAloneAsync(async () =>
            {
                bool isThere = (await context.Database.GetAppliedMigrationsAsync(cancellation).ConfigureAwait(false))
                    .Any();
                if (!mayBegin && !isThere)
                {
                    throw new FileNotFoundException("the access schema is not there");
                }

                await engine.MigrateAsync(context, cancellation).ConfigureAwait(false);
            }, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Reads by queries of its own; nothing that they find is tracked.</summary>
    public async Task<T> ReadAsync<T>(Func<AccessContext, Task<T>> query)
    {
        try
        {
            return await _readers.ReadAsync(query).ConfigureAwait(false);
        }
        catch (Exception failure) when (_engine.Classify(failure).Kind != FailureKind.NotTheDatabase)
        {
            throw _engine.Wrap(failure);
        }
    }

    /// <summary>Changes rows; durable when it returns. May be run more than once, and must act on nothing but the
    /// context.</summary>
    /// <exception cref="StoreConflictException">A key is taken.</exception>
    public async Task<T> WriteAsync<T>(
        Func<AccessContext, CancellationToken, Task<T>> change, CancellationToken cancellation)
    {
        if (_writer is not null)
        {
            await _writer.WaitAsync(cancellation).ConfigureAwait(false);
        }

        try
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    return await CommitAsync(change, cancellation).ConfigureAwait(false);
                }
                catch (Exception failure) when (_engine.Classify(failure).Kind != FailureKind.NotTheDatabase)
                {
                    if (attempt >= AttemptsMax || _engine.Classify(failure).Kind != FailureKind.Again)
                    {
                        throw _engine.Wrap(failure);
                    }
                }
            }
        }
        finally
        {
            _writer?.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _readers.DisposeAsync().ConfigureAwait(false);
        await _engine.DisposeAsync().ConfigureAwait(false);
        _writer?.Dispose();
    }

    private AccessContext OpenReader()
    {
        AccessContext context = _open();
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return context;
    }

    private async Task<T> CommitAsync<T>(
        Func<AccessContext, CancellationToken, Task<T>> change, CancellationToken cancellation)
    {
        AccessContext context = _open();
        await using (context.ConfigureAwait(false))
        {
            IDbContextTransaction transaction = await context.Database
                .BeginTransactionAsync(IsolationLevel.Serializable, cancellation).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                T result = await change(context, cancellation).ConfigureAwait(false);
                await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
                await transaction.CommitAsync(cancellation).ConfigureAwait(false);
                return result;
            }
        }
    }

    private async Task<AccessDatabase> StartAsync(Func<AccessContext, Task> start)
    {
        try
        {
            AccessContext context = _open();
            await using (context.ConfigureAwait(false))
            {
                await start(context).ConfigureAwait(false);
            }

            return this;
        }
        catch (Exception failure)
        {
            await DisposeAsync().ConfigureAwait(false);
            if (_engine.Classify(failure).Kind == FailureKind.NotTheDatabase)
            {
                throw;
            }

            throw _engine.Wrap(failure);
        }
    }
}
