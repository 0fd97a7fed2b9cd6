// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store.Model;

/// <summary>Tables, keys and indexes. All start with the tenant but `routes` (docs/formats/store.md says
/// why).</summary>
internal static partial class StoreTables
{
    public static void Define(ModelBuilder model)
    {
        model.Entity<TenantRow>(table =>
        {
            table.ToTable("tenants");
            table.HasKey(row => row.TenantId);
        });
        model.Entity<LineRow>(table =>
        {
            table.ToTable("lines");
            table.HasKey(row => new { row.TenantId, row.LineId });
            table.HasIndex(row => new { row.TenantId, row.NumberTag }).IsUnique();
            table.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
            // No foreign key to the site: SQLite could add one only by making the table anew, with everything that
            // points at it. SiteTable checks both sides behind the tenant's lock.
        });
        model.Entity<RouteRow>(table =>
        {
            table.ToTable("routes");
            table.HasKey(row => row.RoutingTag);
            table.HasOne<LineRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.LineId });
        });
        model.Entity<CallRow>(table =>
        {
            table.ToTable("calls");
            table.HasKey(row => new { row.TenantId, row.CallId });
            table.HasIndex(row => new { row.TenantId, row.CallTag }).IsUnique();
            table.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
            table.HasOne<LineRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.LineId });
        });
        DefineFaxes(model);
        DefineWork(model);
        SendingTables.Define(model);
        ApiTables.Define(model);
        DeskTables.Define(model);
        HandlingTables.Define(model);
    }

    /// <summary>`SealedStationId` is the column `sealed_station_id`.</summary>
    public static string ColumnName(string property) =>
        Word().Replace(property, word => (word.Index == 0 ? "" : "_") + word.Value.ToLowerInvariant());

    private static void DefineFaxes(ModelBuilder model)
    {
        model.Entity<FaxRow>(table =>
        {
            table.ToTable("faxes");
            table.HasKey(row => new { row.TenantId, row.FaxId });
            table.HasIndex(row => new { row.TenantId, row.IdempotencyTag }).IsUnique();
            table.HasIndex(row => new { row.TenantId, row.BegunAt, row.FaxId });
            table.HasIndex(row => new { row.TenantId, row.State, row.BegunAt });
            table.HasIndex(row => new { row.TenantId, row.RemoteTag, row.BegunAt });
            table.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
            table.HasOne<LineRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.LineId });
            table.HasOne<CallRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.CallId });
        });
        model.Entity<PageRow>(table =>
        {
            table.ToTable("pages");
            table.HasKey(row => new { row.TenantId, row.FaxId, row.Number });
            table.HasIndex(row => new { row.TenantId, row.BlobId }).IsUnique();
            table.HasOne<FaxRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.FaxId });
        });
    }

    private static void DefineWork(ModelBuilder model)
    {
        model.Entity<JobRow>(table =>
        {
            table.ToTable("jobs");
            table.HasKey(row => new { row.TenantId, row.JobId });
            table.HasIndex(row => new { row.TenantId, row.State, row.DueAt });
            table.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
            table.HasOne<FaxRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.FaxId });
        });
        model.Entity<EventRow>(table =>
        {
            table.ToTable("events");
            table.HasKey(row => new { row.TenantId, row.Sequence });
            table.HasIndex(row => new { row.TenantId, row.Sent, row.DueAt });
            table.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
            table.HasOne<FaxRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.FaxId });
        });
    }

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();
}
