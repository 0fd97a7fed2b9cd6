// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Store.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store.Engine;

/// <summary>The embedded database: one file in WAL mode, one process, one writer.</summary>
/// <remarks>A commit is one append to the WAL and one flush of it (synchronous=FULL). A power cut in between leaves a
/// WAL whose end fails its checksum, and SQLite drops that end. The lock file is ours: SQLite alone would let a second
/// server in.</remarks>
internal sealed class SqliteEngine : StoreEngine
{
    private readonly string _path;
    private readonly string _connectionString;
    private readonly DbContextOptions<SqliteStoreContext> _options;
    private readonly bool _isReader;
    private FileStream? _lock;

    /// <param name="path">The file.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="isReader">Reads beside the server that has the file open.</param>
    public SqliteEngine(string path, StoreSettings settings, bool isReader = false)
        : base(keepsReadersOpen: true)
    {
        _isReader = isReader;
        _path = Path.GetFullPath(path);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = isReader ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
            ForeignKeys = true,
            DefaultTimeout = (settings.BusyTimeoutMs + 999) / 1000,
        }.ToString();
        _options = new DbContextOptionsBuilder<SqliteStoreContext>()
            .UseSqlite(_connectionString)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .AddInterceptors(new SqlitePragmas(settings))
            .Options;
    }

    public string ConnectionString => _connectionString;

    public override string Name => "the SQLite database";

    public override int Lanes => 1;

    public override string SkipLocked => "";

    public override StoreContext NewContext() => new SqliteStoreContext(_options);

    public override async Task StartAsync(CancellationToken cancellation)
    {
        StoreContext context = NewContext();
        await using (context.ConfigureAwait(false))
        {
            if (_isReader)
            {
                await RequireCurrentAsync(context, cancellation).ConfigureAwait(false);
                return;
            }
            await PrepareAsync(context, cancellation).ConfigureAwait(false);
            await MigrateAsync(context, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Locks the file, makes it if it is not there, and refuses it if it is damaged or not durable.</summary>
    public async Task PrepareAsync(DbContext context, CancellationToken cancellation)
    {
        _lock = Lock();
        CreateFile();
        await context.Database.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await CheckAsync(context, cancellation).ConfigureAwait(false);
        // A kill in mid-migration leaves EF Core's lock row behind, and the next start would wait for it for ever.
        // Nobody else can hold it: we have the file's lock.
        await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS __EFMigrationsLock", cancellation)
            .ConfigureAwait(false);
    }

    public override Failure Classify(Exception exception)
    {
        if (Innermost(exception) is not SqliteException error)
        {
            return exception is DbUpdateConcurrencyException
                ? new Failure(FailureKind.Conflict, StoreFault.Unknown, "the row moved")
                : new Failure(FailureKind.NotTheDatabase, StoreFault.Unknown, "");
        }
        string code = $"SQLite {error.SqliteExtendedErrorCode.ToString(CultureInfo.InvariantCulture)}";
        return error.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_CONSTRAINT => new Failure(FailureKind.Conflict, StoreFault.Unknown, code),
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => Down(StoreFault.Locked),
            SQLitePCL.raw.SQLITE_FULL => Down(StoreFault.Full),
            SQLitePCL.raw.SQLITE_IOERR => Down(StoreFault.InputOutput),
            SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB => Down(StoreFault.Damaged),
            SQLitePCL.raw.SQLITE_CANTOPEN => Down(StoreFault.Stopped),
            SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM or SQLitePCL.raw.SQLITE_AUTH
                => Down(StoreFault.Denied),
            _ => Down(StoreFault.Unknown),
        };

        Failure Down(StoreFault fault) => new(FailureKind.Unavailable, fault, code);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        using (SqliteConnection connection = new(_connectionString))
        {
            SqliteConnection.ClearPool(connection);
        }
        _lock?.Dispose();
    }

    private FileStream Lock()
    {
        string path = _path + ".lock";
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(StoreFault.Denied,
                $"{Name}: '{path}' may not be written by this account. Give the data folder to the server's account");
        }
        catch (IOException e) when (e is DirectoryNotFoundException)
        {
            throw new StoreUnavailableException(StoreFault.Stopped, $"{Name}: there is no folder for '{path}'");
        }
        catch (IOException)
        {
            throw new StoreUnavailableException(StoreFault.Locked,
                $"{Name}: '{path}' is held by another process. Stop the other server first");
        }
    }

    /// <summary>Made by us and not by SQLite, so that only the server's account may read it; SQLite gives its WAL the
    /// same mode.</summary>
    private void CreateFile()
    {
        using FileStream file = new(_path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    private async Task CheckAsync(DbContext context, CancellationToken cancellation)
    {
        SqliteConnection connection = (SqliteConnection)context.Database.GetDbConnection();
        string mode = await SqlitePragmas.ReadAsync(connection, "PRAGMA journal_mode=WAL", cancellation)
            .ConfigureAwait(false);
        if (mode != "wal")
        {
            throw new StoreUnavailableException(StoreFault.NotDurable,
                $"{Name}: its folder does not allow a write-ahead log (journal mode {mode}). Put it on a local disk");
        }
        string sync = await SqlitePragmas.ReadAsync(connection, "PRAGMA synchronous", cancellation)
            .ConfigureAwait(false);
        if (sync != SqlitePragmas.SynchronousFull)
        {
            throw new StoreUnavailableException(StoreFault.NotDurable, $"{Name}: synchronous is {sync}, not FULL");
        }
        string sound = await SqlitePragmas.ReadAsync(connection, "PRAGMA quick_check(1)", cancellation)
            .ConfigureAwait(false);
        if (sound != "ok")
        {
            throw new StoreUnavailableException(StoreFault.Damaged,
                $"{Name}: '{_path}' is damaged (quick_check). Stop, keep a copy of the file and its -wal, and restore "
                + "the newest backup; the sealed pages and the ledger lie apart and are not touched by this");
        }
    }
}
