// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store.Model;

/// <summary>The tables of how received faxes are handled, and the indexes of `faxes` for it.</summary>
internal static class HandlingTables
{
    public static void Define(ModelBuilder model)
    {
        model.Entity<FaxRow>(table =>
        {
            table.HasIndex(row => new { row.TenantId, row.Handling, row.BegunAt, row.FaxId });
            table.HasIndex(row => new { row.TenantId, row.AssigneeId, row.BegunAt, row.FaxId });
            // All that the count of what waits reads.
            table.HasIndex(row => new { row.TenantId, row.Handling, row.State, row.LineId, row.AssigneeId });
        });
        model.Entity<FaxLabelRow>(table =>
        {
            table.ToTable("fax_labels");
            table.HasKey(row => new { row.TenantId, row.FaxId, row.LabelTag });
            table.HasIndex(row => new { row.TenantId, row.LabelTag, row.BegunAt, row.FaxId });
            table.HasOne<FaxRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.FaxId });
        });
        model.Entity<FaxNoteRow>(table =>
        {
            table.ToTable("fax_notes");
            table.HasKey(row => new { row.TenantId, row.FaxId, row.Number });
            table.HasOne<FaxRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.FaxId });
        });
        model.Entity<FaxPartRow>(table =>
        {
            table.ToTable("fax_parts");
            table.HasKey(row => new { row.TenantId, row.FaxId });
            table.HasIndex(row => new { row.TenantId, row.OriginId });
            table.HasIndex(row => new { row.TenantId, row.ChangeId });
            table.HasOne<FaxRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.FaxId });
            table.HasOne<FaxRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.OriginId });
        });
        model.Entity<HandlingUndoRow>(table =>
        {
            table.ToTable("handling_undos");
            table.HasKey(row => new { row.TenantId, row.FaxId, row.Version });
            table.HasIndex(row => new { row.TenantId, row.ChangeId });
            table.HasOne<FaxRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.FaxId });
        });
    }
}
