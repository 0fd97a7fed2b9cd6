// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Engine;
using Hermetic.Store.Model;

namespace Hermetic.Store;

/// <summary>
/// What is known of tenants, lines, calls, faxes, pages, jobs and events, in SQLite or PostgreSQL. Every operation that
/// writes returns when its transaction is durable, and is written whole or not at all.
/// </summary>
/// <remarks>
/// <para>The store opens nothing: names, numbers, station ids, subjects and file names come and go as sealed bytes, and
/// are looked up by keyed tags. docs/formats/store.md lists each column.</para>
/// <para>Operations may throw <see cref="StoreUnavailableException"/> (nothing may be confirmed),
/// <see cref="StoreConflictException"/> (the record contradicts one that is there) and <see cref="ArgumentException"/>
/// (a field is not what it must be). No message holds a value of a row.</para>
/// <para>Failure modes. After an unavailable commit the record may be there or not: ask again by its tag. A cancelled
/// write may be written all the same. SQLite's file belongs to one process at a time.</para>
/// </remarks>
public sealed class FaxStore : IAsyncDisposable
{
    private readonly StoreEngine _engine;
    private readonly WriteLane[] _lanes;

    private FaxStore(StoreEngine engine, StoreSettings settings)
    {
        _engine = engine;
        _lanes = [.. Enumerable.Range(0, engine.Lanes)
            .Select(_ => new WriteLane(engine, settings, tenant => EventsWritten?.Invoke(tenant)))];
        Tenants = new TenantTable(this);
        Calls = new CallTable(this);
        Faxes = new FaxTable(this);
        Pages = new PageTable(this);
        Handling = new HandlingTable(this);
        Notes = new NoteTable(this);
        Splits = new SplitTable(this);
        Jobs = new JobTable(this);
        Events = new EventTable(this);
        Sendings = new SendingTable(this);
        Attempts = new AttemptTable(this);
        Destinations = new DestinationTable(this);
        Webhooks = new WebhookTable(this);
        Deliveries = new DeliveryTable(this);
        Requests = new RequestTable(this);
        Broadcasts = new BroadcastTable(this);
        AddressBook = new AddressBookTable(this);
        Sites = new SiteTable(this);
        Uploads = new UploadTable(this);
        Usage = new UsageTable(this);
        Retention = new RetentionTable(this);
        KeyUse = new KeyUse(this);
    }

    /// <summary>Tenants, their lines, and where a dialled number leads.</summary>
    public TenantTable Tenants { get; }

    public CallTable Calls { get; }

    public FaxTable Faxes { get; }

    public PageTable Pages { get; }

    /// <summary>How people handle what came in.</summary>
    public HandlingTable Handling { get; }

    /// <summary>What they note on it.</summary>
    public NoteTable Notes { get; }

    /// <summary>Faxes that were split off others.</summary>
    public SplitTable Splits { get; }

    public JobTable Jobs { get; }

    /// <summary>The transactional outbox.</summary>
    public EventTable Events { get; }

    /// <summary>The queue of what goes out.</summary>
    public SendingTable Sendings { get; }

    /// <summary>Every try of an outgoing fax.</summary>
    public AttemptTable Attempts { get; }

    /// <summary>The numbers that tenants fax to.</summary>
    public DestinationTable Destinations { get; }

    /// <summary>Faxes that go to many numbers.</summary>
    public BroadcastTable Broadcasts { get; }

    /// <summary>Names that tenants gave to numbers.</summary>
    public AddressBookTable AddressBook { get; }

    /// <summary>The places of tenants.</summary>
    public SiteTable Sites { get; }

    /// <summary>Uploads that wait to be sent.</summary>
    public UploadTable Uploads { get; }

    /// <summary>What tenants use of what they may.</summary>
    public UsageTable Usage { get; }

    /// <summary>How long tenants keep their faxes, and what is left of those that are gone.</summary>
    public RetentionTable Retention { get; }

    /// <summary>True if no other process can have this database open for writing.</summary>
    public bool IsSoleWriter => _engine is SqliteEngine;

    /// <summary>This process wrote events for a tenant, and they are durable. Told on the thread that writes: whoever
    /// hears it must neither wait nor throw.</summary>
    public event Action<Guid>? EventsWritten;

    /// <summary>Addresses that events are sent to.</summary>
    public WebhookTable Webhooks { get; }

    /// <summary>Events on their way there.</summary>
    public DeliveryTable Deliveries { get; }

    /// <summary>Requests that must not be carried out twice.</summary>
    public RequestTable Requests { get; }

    /// <summary>What rests on which keys.</summary>
    public KeyUse KeyUse { get; }

    internal StoreEngine Engine => _engine;

    /// <summary>Opens the SQLite file, makes it if it is not there, checks it, and brings its schema up to
    /// date.</summary>
    /// <exception cref="StoreUnavailableException">It is held by another process, damaged, newer than this program, or
    /// cannot be written; the message says what to do.</exception>
    public static Task<FaxStore> OpenSqliteAsync(string path, StoreSettings? settings,
        CancellationToken cancellation) =>
        OpenAsync(new SqliteEngine(path, settings ??= new StoreSettings()), settings, cancellation);

    /// <summary>Opens the SQLite file for reading beside the server that has it open. Nothing is made, checked or
    /// migrated; what would write throws <see cref="StoreUnavailableException"/>.</summary>
    /// <exception cref="StoreUnavailableException">It is not there, or another version of this program wrote
    /// it.</exception>
    public static Task<FaxStore> ReadSqliteAsync(string path, CancellationToken cancellation)
    {
        StoreSettings settings = new();
        return OpenAsync(new SqliteEngine(path, settings, isReader: true), settings, cancellation);
    }

    /// <summary>Opens a PostgreSQL database that exists, checks that it keeps what it commits, and brings its schema up
    /// to date while other nodes that start wait.</summary>
    /// <exception cref="StoreUnavailableException">It does not answer, is not durable, or is newer than this program;
    /// the message says what to do.</exception>
    public static Task<FaxStore> OpenPostgreSqlAsync(string connectionString, StoreSettings? settings,
        CancellationToken cancellation) =>
        OpenAsync(new PostgreSqlEngine(connectionString, settings ??= new StoreSettings()), settings, cancellation);

    /// <summary>Writes what waits, and lets the database go.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (WriteLane lane in _lanes)
        {
            await lane.DisposeAsync().ConfigureAwait(false);
        }
        await _engine.DisposeAsync().ConfigureAwait(false);
    }

    internal Task<T> ReadAsync<T>(Func<StoreContext, Task<T>> query, CancellationToken cancellation) =>
        _engine.ReadAsync(query, cancellation);

    /// <summary>All that is written for a tenant goes through one lane, so that its operations of this process never
    /// wait for each other inside the database.</summary>
    internal Task<T> WriteAsync<T>(Guid tenantId, Func<StoreContext, CancellationToken, Task<T>> operation,
        CancellationToken cancellation) => WriteAsync(tenantId, operation, null, cancellation);

    /// <summary>The same, by a shortcut first.</summary>
    internal Task<T> WriteAsync<T>(Guid tenantId, Func<StoreContext, CancellationToken, Task<T>> operation,
        Shortcut<T>? shortcut, CancellationToken cancellation) =>
        _lanes[(uint)tenantId.GetHashCode() % (uint)_lanes.Length].WriteAsync(operation, shortcut, cancellation);

    private static async Task<FaxStore> OpenAsync(StoreEngine engine, StoreSettings settings,
        CancellationToken cancellation)
    {
        try
        {
            await engine.StartAsync(cancellation).ConfigureAwait(false);
            return new FaxStore(engine, settings);
        }
        catch (Exception e)
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            if (engine.Classify(e).Kind == FailureKind.NotTheDatabase)
            {
                throw;
            }
            throw engine.Wrap(e);
        }
    }
}
