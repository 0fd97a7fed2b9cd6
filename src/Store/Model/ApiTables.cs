// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store.Model;

/// <summary>The tables of the API's own: webhooks and requests.</summary>
internal static class ApiTables
{
    public static void Define(ModelBuilder model)
    {
        model.Entity<WebhookRow>(table =>
        {
            table.ToTable("webhooks");
            table.HasKey(row => new { row.TenantId, row.WebhookId });
            table.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
            table.HasOne<LineRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.LineId });
        });
        model.Entity<DeliveryRow>(table =>
        {
            table.ToTable("webhook_deliveries");
            table.HasKey(row => new { row.TenantId, row.WebhookId, row.Sequence });
            table.HasIndex(row => new { row.TenantId, row.State, row.DueAt });
            table.HasOne<WebhookRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.WebhookId });
            table.HasOne<EventRow>().WithMany().HasForeignKey(row => new { row.TenantId, row.Sequence });
        });
        model.Entity<DeliveryAttemptRow>(table =>
        {
            table.ToTable("webhook_attempts");
            table.HasKey(row => new { row.TenantId, row.WebhookId, row.Sequence, row.Attempt });
            table.HasOne<DeliveryRow>().WithMany()
                .HasForeignKey(row => new { row.TenantId, row.WebhookId, row.Sequence });
        });
        model.Entity<RequestRow>(table =>
        {
            table.ToTable("requests");
            table.HasKey(row => new { row.TenantId, row.KeyTag });
            table.HasIndex(row => new { row.TenantId, row.CreatedAt });
            table.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
        });
    }
}
