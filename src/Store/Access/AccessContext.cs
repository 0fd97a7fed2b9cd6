// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Hermetic.Store.Access;

/// <summary>Who may sign in, the same on every database; apart from the faxes' model, so that each migrates by
/// itself.</summary>
public abstract class AccessContext : DbContext
{
    private protected AccessContext(DbContextOptions options)
        : base(options)
    {
    }

    public DbSet<AccountRow> Accounts => Set<AccountRow>();

    public DbSet<AttemptRow> Attempts => Set<AttemptRow>();

    public DbSet<SessionRow> Sessions => Set<SessionRow>();

    public DbSet<EnrolmentRow> Enrolments => Set<EnrolmentRow>();

    public DbSet<PasskeyRow> Passkeys => Set<PasskeyRow>();

    public DbSet<CeremonyRow> Ceremonies => Set<CeremonyRow>();

    public DbSet<ProgramRow> Programs => Set<ProgramRow>();

    public DbSet<ApprovalRow> Approvals => Set<ApprovalRow>();

    public DbSet<SignOnRow> SignOns => Set<SignOnRow>();

    public DbSet<SignOnFlowRow> SignOnFlows => Set<SignOnFlowRow>();

    public DbSet<SignOnBindingRow> SignOnBindings => Set<SignOnBindingRow>();

    public DbSet<ApprovedSettingsRow> ApprovedSettings => Set<ApprovedSettingsRow>();

    public DbSet<GlassBreakRow> GlassBreaks => Set<GlassBreakRow>();

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        Define(modelBuilder);
        foreach (IMutableEntityType entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (IMutableProperty property in entity.GetProperties())
            {
                property.SetColumnName(StoreTables.ColumnName(property.Name));
                property.ValueGenerated = ValueGenerated.Never;
            }

            foreach (IMutableForeignKey key in entity.GetForeignKeys())
            {
                key.DeleteBehavior = DeleteBehavior.Restrict;
            }
        }
    }

    private static void Define(ModelBuilder model)
    {
        model.Entity<AccountRow>(table =>
        {
            table.ToTable("accounts").HasKey(row => row.AccountId);
            table.HasIndex(row => row.NameTag).IsUnique();
            table.HasIndex(row => row.TenantId);
        });
        model.Entity<AttemptRow>(table => table.ToTable("attempts").HasKey(row => row.NameTag));
        model.Entity<SessionRow>(table =>
        {
            table.ToTable("sessions").HasKey(row => row.SessionId);
            table.HasIndex(row => row.SecretHash).IsUnique();
            table.HasOne<AccountRow>().WithMany().HasForeignKey(row => row.AccountId);
        });
        model.Entity<EnrolmentRow>(table =>
        {
            table.ToTable("enrolments").HasKey(row => row.EnrolmentId);
            table.HasIndex(row => row.CodeHash).IsUnique();
            table.HasOne<AccountRow>().WithMany().HasForeignKey(row => row.AccountId);
        });
        model.Entity<PasskeyRow>(table =>
        {
            table.ToTable("passkeys").HasKey(row => row.CredentialHash);
            table.HasOne<AccountRow>().WithMany().HasForeignKey(row => row.AccountId);
        });
        model.Entity<CeremonyRow>(table =>
        {
            table.ToTable("ceremonies").HasKey(row => row.CeremonyId);
            table.HasIndex(row => row.SecretHash).IsUnique();
        });
        model.Entity<ProgramRow>(table =>
        {
            table.ToTable("programs").HasKey(row => row.ProgramId);
            table.HasIndex(row => row.TenantId);
        });
        model.Entity<ApprovalRow>(table =>
        {
            table.ToTable("approvals").HasKey(row => row.ApprovalId);
            table.HasIndex(row => row.TenantId);
        });
        model.Entity<ApprovedSettingsRow>(table => table.ToTable("approved_settings").HasKey(row => row.Number));
        model.Entity<SignOnRow>(table => table.ToTable("sign_ons").HasKey(row => row.TenantId));
        model.Entity<SignOnFlowRow>(table =>
        {
            table.ToTable("sign_on_flows").HasKey(row => row.FlowId);
            table.HasIndex(row => row.StateHash).IsUnique();
        });
        model.Entity<SignOnBindingRow>(table =>
        {
            table.ToTable("sign_on_bindings").HasKey(row => row.SubjectTag);
            table.HasIndex(row => new { row.AccountId, row.IssuerTag }).IsUnique();
            table.HasOne<AccountRow>().WithMany().HasForeignKey(row => row.AccountId);
        });
        // Of an account no more than its id: what was done stays when the account goes.
        model.Entity<GlassBreakRow>(table =>
        {
            table.ToTable("glass_breaks").HasKey(row => row.BreakId);
            table.HasIndex(row => new { row.TenantId, row.BrokenAt });
            table.HasIndex(row => new { row.SessionId, row.FaxId });
        });
    }
}

/// <summary>The model on SQLite, in a file of its own.</summary>
internal sealed class SqliteAccessContext(DbContextOptions<SqliteAccessContext> options) : AccessContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<Guid>().HaveConversion<BigEndianId>();
    }
}

/// <summary>The model on PostgreSQL, in a schema of its own.</summary>
internal sealed class PostgreSqlAccessContext(DbContextOptions<PostgreSqlAccessContext> options)
    : AccessContext(options)
{
    public const string Schema = "access";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        base.OnModelCreating(modelBuilder);
    }
}
