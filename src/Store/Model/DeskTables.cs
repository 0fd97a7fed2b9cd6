// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store.Model;

/// <summary>The tables of the desk: broadcasts, the address book, sites, uploads.</summary>
internal static class DeskTables
{
    public static void Define(ModelBuilder model)
    {
        model.Entity<BroadcastRow>(table =>
        {
            table.ToTable("broadcasts");
            table.HasKey(row => new { row.TenantId, row.BroadcastId });
            table.HasIndex(row => new { row.TenantId, row.CreatedAt, row.BroadcastId });
            table.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
            table.HasOne<LineRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.LineId });
        });
        model.Entity<AddressRow>(table =>
        {
            table.ToTable("addresses");
            table.HasKey(row => new { row.TenantId, row.AddressId });
            table.HasIndex(row => new { row.TenantId, row.NumberTag });
            table.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
        });
        model.Entity<AddressGroupRow>(table =>
        {
            table.ToTable("address_groups");
            table.HasKey(row => new { row.TenantId, row.GroupTag, row.AddressId });
            table.HasOne<AddressRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.AddressId });
        });
        model.Entity<SiteRow>(table =>
        {
            table.ToTable("sites");
            table.HasKey(row => new { row.TenantId, row.SiteId });
            table.HasIndex(row => new { row.TenantId, row.NameTag }).IsUnique();
            table.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
        });
        model.Entity<UploadRow>(table =>
        {
            table.ToTable("uploads");
            table.HasKey(row => new { row.TenantId, row.UploadId });
            table.HasIndex(row => new { row.TenantId, row.KeyTag }).IsUnique();
            table.HasIndex(row => new { row.TenantId, row.AccountId, row.OverAt });
            table.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
        });
    }
}
