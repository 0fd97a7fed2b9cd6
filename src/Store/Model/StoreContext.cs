// SPDX-License-Identifier: Apache-2.0
using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Hermetic.Store.Model;

/// <summary>The relational model, the same on every database. Each database has its own subclass, because migrations
/// are found by the type of the context.</summary>
internal abstract class StoreContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>The tenants for which its transaction writes events.</summary>
    public HashSet<Guid> ToldTenants { get; } = [];

    public DbSet<TenantRow> Tenants => Set<TenantRow>();

    public DbSet<LineRow> Lines => Set<LineRow>();

    public DbSet<RouteRow> Routes => Set<RouteRow>();

    public DbSet<CallRow> Calls => Set<CallRow>();

    public DbSet<FaxRow> Faxes => Set<FaxRow>();

    public DbSet<PageRow> Pages => Set<PageRow>();

    public DbSet<JobRow> Jobs => Set<JobRow>();

    public DbSet<EventRow> Events => Set<EventRow>();

    public DbSet<SendingRow> Sendings => Set<SendingRow>();

    public DbSet<AttemptRow> Attempts => Set<AttemptRow>();

    public DbSet<DestinationRow> Destinations => Set<DestinationRow>();

    public DbSet<BroadcastRow> Broadcasts => Set<BroadcastRow>();

    public DbSet<AddressRow> Addresses => Set<AddressRow>();

    public DbSet<AddressGroupRow> AddressGroups => Set<AddressGroupRow>();

    public DbSet<SiteRow> Sites => Set<SiteRow>();

    public DbSet<FaxLabelRow> FaxLabels => Set<FaxLabelRow>();

    public DbSet<FaxNoteRow> FaxNotes => Set<FaxNoteRow>();

    public DbSet<FaxPartRow> FaxParts => Set<FaxPartRow>();

    public DbSet<HandlingUndoRow> HandlingUndos => Set<HandlingUndoRow>();

    public DbSet<UploadRow> Uploads => Set<UploadRow>();

    public DbSet<WebhookRow> Webhooks => Set<WebhookRow>();

    public DbSet<DeliveryRow> Deliveries => Set<DeliveryRow>();

    public DbSet<DeliveryAttemptRow> DeliveryAttempts => Set<DeliveryAttemptRow>();

    public DbSet<RequestRow> Requests => Set<RequestRow>();

    /// <summary>An id as a parameter of raw SQL, as its column holds it.</summary>
    public abstract object Parameter(Guid id);

    /// <summary>The type of that parameter.</summary>
    public abstract DbType IdType { get; }

    /// <summary>A new parameter that stands for `$number` in raw SQL.</summary>
    public abstract DbParameter NewParameter(int number);

    /// <summary>What a SELECT appends to lock the rows that it reads until the commit; nothing where there is only one
    /// writer.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>A SELECT of true once no other transaction claims calls until the commit, of false if one does; null
    /// where there is only one writer.</summary>
    public abstract string? TryClaimLock { get; }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // Integers sort and compare alike on both databases; SQLite has no type for time.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<uint>().HaveConversion<long>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        StoreTables.Define(modelBuilder);
        foreach (IMutableEntityType entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (IMutableProperty property in entity.GetProperties())
            {
                property.SetColumnName(StoreTables.ColumnName(property.Name));
                property.ValueGenerated = ValueGenerated.Never;
            }
            foreach (IMutableForeignKey key in entity.GetForeignKeys())
            {
                // Nothing goes away because something else did: erasure is a move, never a cascade.
                key.DeleteBehavior = DeleteBehavior.Restrict;
            }
        }
    }
}

/// <summary>The model on SQLite, where an id is 16 bytes in big-endian order, so that time-ordered ids lie in their
/// order.</summary>
internal sealed class SqliteStoreContext(DbContextOptions<SqliteStoreContext> options) : StoreContext(options)
{
    public override object Parameter(Guid id) => id.ToByteArray(true);

    public override DbType IdType => DbType.Binary;

    public override DbParameter NewParameter(int number) => new SqliteParameter
    {
        ParameterName = string.Create(CultureInfo.InvariantCulture, $"${number}"),
    };

    public override string ForUpdate => "";

    public override string? TryClaimLock => null;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<Guid>().HaveConversion<BigEndianId>();
    }
}

/// <summary>The model on PostgreSQL, where an id is a uuid.</summary>
internal sealed class PostgreSqlStoreContext(DbContextOptions<PostgreSqlStoreContext> options) : StoreContext(options)
{
    public override object Parameter(Guid id) => id;

    public override DbType IdType => DbType.Guid;

    // Without a name it goes by its place, and Npgsql has nothing to look for in the text.
    public override DbParameter NewParameter(int number) => new NpgsqlParameter();

    public override string ForUpdate => " FOR UPDATE";

    // The number is "hermcall", in ASCII.
    public override string? TryClaimLock => "SELECT pg_try_advisory_xact_lock(7522544566736612460) AS \"Value\"";
}
