// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Engine;
using Hermetic.Store.Model;

namespace Hermetic.Store;

/// <summary>The INSERT statements of calls, faxes, pages and events, written by hand: they are the busiest of the
/// store, and EF Core took several times as long over them as the database (docs/adr/0006). A test holds them to what
/// EF Core writes.</summary>
internal static class FaxInsert
{
    /// <summary>Pages in one statement: our limit, far below SQLite's 32,766 parameters.</summary>
    public const int PagesMax = 200;

    private const string CallColumns =
        "tenant_id, call_id, line_id, trunk_id, direction, started_at, packets_received, packets_recovered, "
        + "packets_lost, key_epoch, call_tag, sealed_remote_number";

    public const string FaxColumns =
        "tenant_id, fax_id, line_id, call_id, direction, state, row_version, reason_code, retention_class, "
        + "pages_stored, pages_confirmed, begun_at, received_at, confirmed_at, key_epoch, idempotency_tag, "
        + "remote_tag, sealed_remote_number, sealed_station_id, sealed_subject, sealed_file_name, handling, "
        + "handling_version, notes_written, notes_struck";

    public const string PageColumns =
        "tenant_id, fax_id, number, state, blob_id, byte_length, rows, width_pels, resolution_x_dpi, "
        + "resolution_y_dpi, bad_rows, key_epoch, object_hash, content_tag, stored_at";

    /// <summary>Adds the fax as it will have ended; false if one with its idempotency tag is there.</summary>
    public static async Task<bool> TryAddAsync(StoreContext context, NewFax fax, FaxMove end, int pages,
        int confirmed, CancellationToken cancel)
    {
        Script insert = new(context);
        Fax(insert, fax, end.To, 1, pages, confirmed, end)
            .Say(" ON CONFLICT (tenant_id, idempotency_tag) DO NOTHING").End();
        return (await insert.RunAsync(cancel).ConfigureAwait(false))[0].Rows == 1;
    }

    /// <summary>Adds its pages, and last the event, because that locks the tenant's row until the commit.</summary>
    public static async Task AddPagesAndEventAsync(StoreContext context, NewFax fax,
        IReadOnlyList<PageRecord> pages, int confirmed, NewEvent told, CancellationToken cancel)
    {
        Script insert = new(context);
        foreach (PageRecord[] part in pages.Chunk(PagesMax))
        {
            Pages(insert, part, confirmed);
        }
        if (fax.Direction == FaxDirection.Inbound)
        {
            UsageWriting.Add(insert, fax.TenantId, fax.FaxId);
        }
        Event(insert, fax.TenantId, fax.FaxId, told);
        await insert.RunAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>The call, as it begins.</summary>
    public static Script Call(Script insert, NewCall call) => insert
        .Say($"INSERT INTO calls ({CallColumns}) VALUES (")
        .Add(call.TenantId).Add(call.CallId).Add(call.LineId).Add(call.TrunkId).Add((int)call.Direction)
        .Add(call.StartedAt).Add(0L).Add(0L).Add(0L).Add((long)call.KeyEpoch).Add(call.CallTag)
        .Add(call.SealedRemoteNumber).Say(")");

    /// <summary>The fax with so many pages, where it begins, or where <paramref name="end"/> leads.</summary>
    public static Script Fax(Script insert, NewFax fax, FaxState state, long version, int pages, int confirmed,
        FaxMove? end) => insert
        .Say($"INSERT INTO faxes ({FaxColumns}) VALUES (")
        .Add(fax.TenantId).Add(fax.FaxId).Add(fax.LineId).Add(fax.CallId)
        .Add((int)fax.Direction).Add((int)state).Add(version).Add(end?.ReasonCode).Add(fax.RetentionClass)
        .Add(pages).Add(confirmed)
        .Add(fax.BegunAt)
        .Add(state is FaxState.Received or FaxState.Partial ? end?.At : null)
        .Add(state is FaxState.Received or FaxState.Sent ? end?.At : null)
        .Add((long)fax.KeyEpoch).Add(fax.IdempotencyTag).Add(fax.RemoteTag)
        .Add(fax.SealedRemoteNumber).Add(fax.SealedStationId).Add(fax.SealedSubject).Add(fax.SealedFileName)
        .Add((int)FaxWriting.HandlingOf(fax.Direction)).Add(0).Add(0).Add(0)
        .Say(")");

    /// <summary>One page, for a SELECT whose condition follows.</summary>
    public static Script PageIf(Script insert, PageRecord page)
    {
        insert.Say($"INSERT INTO pages ({PageColumns}) SELECT ");
        return Values(insert, page, page.State);
    }

    /// <summary>The event under the tenant's next number. The tenant's row is locked from here to the
    /// commit.</summary>
    public static Script Event(Script insert, Guid tenantId, Guid? faxId, NewEvent told)
    {
        insert.Context.ToldTenants.Add(tenantId);
        return insert
            .Say("UPDATE tenants SET event_sequence = event_sequence + 1 WHERE tenant_id = ").Add(tenantId)
            .End()
            .Say("INSERT INTO events (tenant_id, sequence, kind, fax_id, broadcast_id, occurred_at, sent, "
                + "attempt, due_at, key_epoch, sealed_body) SELECT tenant_id, event_sequence, ")
            .Add(told.Kind).Add(faxId).Add(told.BroadcastId).Add(told.OccurredAt).Add(false).Add(0).Add(told.OccurredAt)
            .Add((long)told.KeyEpoch).Add(told.SealedBody)
            .Say(" FROM tenants WHERE tenant_id = ").Add(tenantId).End();
    }

    private static void Pages(Script insert, IEnumerable<PageRecord> pages, int confirmed)
    {
        insert.Say($"INSERT INTO pages ({PageColumns}) VALUES ");
        string separator = "(";
        foreach (PageRecord page in pages)
        {
            insert.Say(separator);
            separator = "), (";
            Values(insert, page, page.Number <= confirmed ? PageState.Confirmed : PageState.Stored);
        }
        insert.Say(")").End();
    }

    /// <summary>The values of a page's columns, in their order.</summary>
    public static Script Values(Script insert, PageRecord page, PageState state) => insert
        .Add(page.TenantId).Add(page.FaxId).Add(page.Number).Add((int)state).Add(page.BlobId)
        .Add(page.ByteLength).Add(page.Rows).Add(page.WidthPels).Add(page.ResolutionXDpi)
        .Add(page.ResolutionYDpi).Add(page.BadRows).Add((long)page.KeyEpoch).Add(page.ObjectHash)
        .Add(page.ContentTag).Add(page.StoredAt);
}
