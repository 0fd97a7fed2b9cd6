// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store.Model;

/// <summary>The tables of what goes out.</summary>
internal static class SendingTables
{
    public static void Define(ModelBuilder model)
    {
        model.Entity<SendingRow>(table =>
        {
            table.ToTable("sendings");
            table.HasKey(row => new { row.TenantId, row.FaxId });
            table.HasIndex(row => new { row.TenantId, row.State, row.DueAt });
            table.HasIndex(row => new { row.TenantId, row.RemoteTag, row.State });
            table.HasIndex(row => new { row.TenantId, row.BroadcastId });
            table.HasOne<FaxRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.FaxId });
        });
        model.Entity<AttemptRow>(table =>
        {
            table.ToTable("attempts");
            table.HasKey(row => new { row.TenantId, row.FaxId, row.Number });
            table.HasOne<SendingRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.FaxId });
            table.HasOne<CallRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.CallId });
        });
        model.Entity<DestinationRow>(table =>
        {
            table.ToTable("destinations");
            table.HasKey(row => new { row.TenantId, row.DestinationId });
            table.HasIndex(row => new { row.TenantId, row.NumberTag }).IsUnique();
            table.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
        });
    }
}
