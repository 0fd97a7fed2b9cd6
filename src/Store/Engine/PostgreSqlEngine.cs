// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Hermetic.Store.Engine;

/// <summary>PostgreSQL, 15 or later: many writers, also of other nodes.</summary>
/// <remarks>Every connection is asked, when it is made, whether a commit lasts there; a database, role or server with
/// synchronous_commit, fsync or full_page_writes off is refused. Not seen: a superuser who turns them off on a server
/// that runs.</remarks>
internal sealed class PostgreSqlEngine : StoreEngine
{
    /// <summary>The oldest server we test against.</summary>
    private const int OldestVersion = 150_000;

    /// <summary>The advisory lock that a starting node holds while it migrates ("hermetic", in ASCII).</summary>
    private const long MigrationLock = 0x6865_726D_6574_6963;

    /// <summary>Statements that a connection keeps prepared: our choice, some more than the store has. The same few
    /// come again and again, and planning them cost the server more than running them.</summary>
    private const int PreparedMax = 64;

    /// <summary>Operations after which the busy tables are analyzed: our choice. A statement that was planned while
    /// they were empty keeps its plan, and looks a fax up by its tenant alone; the server's own autovacuum sees it
    /// a minute later, and a young database under load was half as fast until then.</summary>
    private static readonly long[] AnalyzedAfter = [500, 5_000, 50_000];

    private const string Analyze = "ANALYZE calls, faxes, pages, events, jobs";

    private const string Settings =
        """
        SELECT current_setting('server_version_num')::int, current_setting('synchronous_commit'),
               current_setting('fsync'), current_setting('full_page_writes')
        """;

    private readonly NpgsqlDataSource _source;
    private readonly DbContextOptions<PostgreSqlStoreContext> _options;
    private readonly CancellationTokenSource _closing = new();
    private long _committed;
    private bool _isClosed;
    private Task _analyzing = Task.CompletedTask;

    public PostgreSqlEngine(string connectionString, StoreSettings settings)
        : base(keepsReadersOpen: false)
    {
        Lanes = settings.PostgreSqlLanes;
        NpgsqlConnectionStringBuilder connection = Parse(connectionString);
        // Whatever the operator wrote: values and passwords appear in no message.
        (connection.IncludeErrorDetail, connection.LogParameters, connection.PersistSecurityInfo) =
            (false, false, false);
        if (!connection.ShouldSerialize("Max Auto Prepare"))
        {
            connection.MaxAutoPrepare = PreparedMax;
        }
        // Nothing is set on a connection but by the guard below, who takes it back: asking the server to forget it all
        // at each commit was three statements for nothing.
        connection.NoResetOnClose = true;
        string wait = settings.BusyTimeoutMs.ToString(CultureInfo.InvariantCulture);
        connection.Options = $"{connection.Options} -c lock_timeout={wait}".Trim();
        NpgsqlDataSourceBuilder builder = new(connection.ConnectionString) { Name = "hermetic" };
        builder.UsePhysicalConnectionInitializer(CheckConnection, CheckConnectionAsync);
        _source = builder.Build();
        _options = new DbContextOptionsBuilder<PostgreSqlStoreContext>()
            .UseNpgsql(_source)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .Options;
    }

    public override string Name => "the PostgreSQL database";

    public override int Lanes { get; }

    public override string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public override StoreContext NewContext() => new PostgreSqlStoreContext(_options);

    public NpgsqlDataSource Source => _source;

    public override Task StartAsync(CancellationToken cancellation) => WhileAloneAsync(
        async () =>
        {
            StoreContext context = NewContext();
            await using (context.ConfigureAwait(false))
            {
                await MigrateAsync(context, cancellation).ConfigureAwait(false);
            }
        },
        cancellation);

    /// <summary>Runs something that changes a schema, while other nodes that start wait.</summary>
    public async Task WhileAloneAsync(Func<Task> action, CancellationToken cancellation)
    {
        NpgsqlConnection guard = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using (guard.ConfigureAwait(false))
        {
            // A node that starts beside us may be migrating for long: wait as long as it takes, or until cancelled.
            await ExecuteAsync(guard, "SET lock_timeout = 0", cancellation).ConfigureAwait(false);
            await ExecuteAsync(guard, $"SELECT pg_advisory_lock({MigrationLock})", cancellation).ConfigureAwait(false);
            await action().ConfigureAwait(false);
            await ExecuteAsync(guard, $"SELECT pg_advisory_unlock({MigrationLock}); RESET lock_timeout", cancellation)
                .ConfigureAwait(false);
        }
    }

    public override Failure Classify(Exception exception) => Innermost(exception) switch
    {
        PostgresException error => Classify(error.SqlState),
        NpgsqlException { InnerException: TimeoutException } => Down(StoreFault.Locked, "no answer in time"),
        NpgsqlException { InnerException: StoreUnavailableException } => new Failure(
            FailureKind.NotTheDatabase, StoreFault.NotDurable, ""),
        NpgsqlException => Down(StoreFault.Stopped, "the connection failed"),
        DbUpdateConcurrencyException => new Failure(FailureKind.Conflict, StoreFault.Unknown, "the row moved"),
        System.Net.Sockets.SocketException or EndOfStreamException => Down(StoreFault.Stopped, "no connection"),
        // Npgsql says so of a connection that broke under its transaction.
        ObjectDisposedException or InvalidOperationException { Source: "Npgsql" } => Down(
            StoreFault.Stopped, "the connection went away"),
        _ => new Failure(FailureKind.NotTheDatabase, StoreFault.Unknown, ""),
    };

    public override void Committed(int operations)
    {
        long after = Interlocked.Add(ref _committed, operations);
        // One of the lanes passes each mark, and the marks are far apart.
        if (AnalyzedAfter.Any(mark => after >= mark && after - operations < mark))
        {
            _analyzing = Task.Run(AnalyzeAsync, CancellationToken.None);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
        {
            return;
        }
        await _closing.CancelAsync().ConfigureAwait(false);
        await _analyzing.ConfigureAwait(false);
        _closing.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private async Task AnalyzeAsync()
    {
        try
        {
            NpgsqlConnection connection = await _source.OpenConnectionAsync(_closing.Token).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                await ExecuteAsync(connection, Analyze, _closing.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or StoreUnavailableException)
        {
            // It was for speed alone, and the server does it itself in the end.
        }
    }

    /// <summary>By the SQLSTATE classes of PostgreSQL's Appendix A.</summary>
    private static Failure Classify(string state)
    {
        string code = $"SQLSTATE {state}";
        return state switch
        {
            ['2', '3', ..] => new Failure(FailureKind.Conflict, StoreFault.Unknown, code),
            ['4', '0', ..] => new Failure(FailureKind.Again, StoreFault.Locked, code),
            "55P03" or "57014" => Down(StoreFault.Locked, code),
            "53100" or "53200" => Down(StoreFault.Full, code),
            "58030" => Down(StoreFault.InputOutput, code),
            ['X', 'X', '0', '0', '1' or '2'] => Down(StoreFault.Damaged, code),
            "25006" or "42501" or "3D000" or ['2', '8', ..] => Down(StoreFault.Denied, code),
            ['5', '7', ..] or ['5', '3', ..] or ['0', '8', ..] => Down(StoreFault.Stopped, code),
            _ => Down(StoreFault.Unknown, code),
        };
    }

    private static Failure Down(StoreFault fault, string code) => new(FailureKind.Unavailable, fault, code);

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The parser's own message may quote what it could not read, and that may be the password.
            throw new ArgumentException("the PostgreSQL connection string cannot be read: it is written as "
                + "'Host=…;Database=…;Username=…;Password=…'", nameof(connectionString));
        }
    }

    private static void CheckConnection(NpgsqlConnection connection)
    {
        using NpgsqlCommand command = new(Settings, connection);
        using NpgsqlDataReader answer = command.ExecuteReader();
        answer.Read();
        Check(answer);
    }

    private static async Task CheckConnectionAsync(NpgsqlConnection connection)
    {
        NpgsqlCommand command = new(Settings, connection);
        await using (command.ConfigureAwait(false))
        {
            NpgsqlDataReader answer = await command.ExecuteReaderAsync().ConfigureAwait(false);
            await using (answer.ConfigureAwait(false))
            {
                await answer.ReadAsync().ConfigureAwait(false);
                Check(answer);
            }
        }
    }

    private static void Check(NpgsqlDataReader answer)
    {
        if (answer.GetInt32(0) < OldestVersion)
        {
            throw new StoreUnavailableException(StoreFault.Schema,
                "the PostgreSQL database: the server is older than version 15. Upgrade it");
        }
        for (int i = 1; i < answer.FieldCount; i++)
        {
            if (answer.GetString(i) == "off")
            {
                string setting = i == 1 ? "synchronous_commit" : i == 2 ? "fsync" : "full_page_writes";
                throw new StoreUnavailableException(StoreFault.NotDurable,
                    $"the PostgreSQL database: {setting} is off, so that a commit may be lost in a power cut. "
                    + $"Turn it on for the server, the database and the role (ALTER … SET {setting} = on)");
            }
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statement,
        CancellationToken cancellation)
    {
        NpgsqlCommand command = new(statement, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
    }
}
