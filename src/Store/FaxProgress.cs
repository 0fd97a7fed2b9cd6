// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Engine;
using Hermetic.Store.Model;

namespace Hermetic.Store;

/// <summary>The statements of a fax that comes page by page, written by hand as those of a whole one (docs/adr/0006).
/// Each condition stands in the statement itself, so that of two that want the same one gets it, on whatever
/// node.</summary>
internal static class FaxProgress
{
    /// <summary>The call, its fax and the first page, and the ids of parts that may be of the same fax; nothing but
    /// perhaps the call if there was a fax of this tag, or this id.</summary>
    public static Shortcut<BegunCall> Begin(NewCall call, NewFax fax, PageRecord first, PartsOf parts) => new(
        script => Begin(script, call, fax, first, parts),
        answers => answers.Span switch
        {
            [_, { Rows: 1 }, { Rows: 1 }, var found] => (ShortcutEnd.Done, new BegunCall(
                new BegunFax(fax.FaxId, false, FaxMoves.Beginning(fax.Direction), 1), found.Ids)),
            [_, { Rows: 0 }, { Rows: 0 }, _] => (ShortcutEnd.Nothing, null),
            _ => (ShortcutEnd.Spoiled, null),
        });

    /// <summary>A page whose number is the next one; nothing if it is not, or the fax takes none.</summary>
    public static Shortcut<AddPageResult> AddPage(PageRecord page) => new(
        script => AddPage(script, page),
        answers => answers.Span is [{ Rows: 1 }, { Rows: 1 }]
            ? (ShortcutEnd.Done, AddPageResult.Added) : (ShortcutEnd.Nothing, default));

    /// <summary>The fax where it goes, with all that goes with that.</summary>
    public static Shortcut<MoveResult> End(FaxMove move, CallEnd? call, NewEvent? told) => new(
        script =>
        {
            Move(script, move);
            FollowMove(script, move, call, told);
        },
        answers => answers.Span[0].Rows == 1
            ? (ShortcutEnd.Done, MoveResult.Moved)
            : (answers.Length == 1 ? ShortcutEnd.Nothing : ShortcutEnd.Spoiled, default));

    private static void Begin(Script begin, NewCall call, NewFax fax, PageRecord first, PartsOf parts)
    {
        FaxInsert.Call(begin, call).Say(" ON CONFLICT DO NOTHING").End();
        FaxInsert.Fax(begin, fax, FaxMoves.Beginning(fax.Direction), 0, 1, 0, null)
            .Say(" ON CONFLICT DO NOTHING").End();
        // Of a repetition nothing was written, and its id need not be there.
        FaxInsert.PageIf(begin, first)
            .Say(" FROM faxes WHERE tenant_id = ").Add(fax.TenantId)
            .Say(" AND fax_id = ").Add(fax.FaxId)
            .Say(" AND idempotency_tag = ").Add(fax.IdempotencyTag)
            .Say(" ON CONFLICT (tenant_id, fax_id, number) DO NOTHING").End();
        begin.Say("SELECT fax_id FROM faxes WHERE tenant_id = ").Add(fax.TenantId)
            .Say(" AND remote_tag = ").Add(fax.RemoteTag)
            .Say(" AND begun_at >= ").Add(parts.Since)
            .Say(" AND line_id = ").Add(fax.LineId)
            .Say(" AND reason_code = ").Add(parts.ReasonCode)
            .Say(" AND state = ").Say((int)FaxState.Partial)
            .Say(" ORDER BY begun_at DESC LIMIT ").Say(PartsOf.LimitMax).EndQuery();
    }

    private static void AddPage(Script add, PageRecord page)
    {
        FaxInsert.PageIf(add, page).Say(" FROM faxes");
        WhereNextIs(add, page).Say(add.Context.ForUpdate).End();
        add.Say("UPDATE faxes SET row_version = row_version + 1, pages_stored = ").Add(page.Number);
        WhereNextIs(add, page).End();
    }

    /// <summary>The fax where it goes, if it may go there; false if not.</summary>
    public static async Task<bool> TryMoveAsync(StoreContext context, FaxMove move, CancellationToken cancel)
    {
        Script update = new(context);
        Move(update, move);
        return (await update.RunAsync(cancel).ConfigureAwait(false))[0].Rows == 1;
    }

    private static void Move(Script update, FaxMove move)
    {
        // States are few and ours: as words they keep the statement the same for every fax. Where nothing leads, no
        // state has number 0.
        string from = string.Join(", ", FaxMoves.Into(move.To).Select(state => (int)state).DefaultIfEmpty(0));
        update.Say("UPDATE faxes SET row_version = row_version + 1, state = ").Say((int)move.To)
            .Say(", reason_code = COALESCE(").Add(move.ReasonCode).Say(", reason_code)");
        if (move.To is FaxState.Received or FaxState.Partial)
        {
            update.Say(", received_at = ").Add(move.At);
        }
        if (move.To is FaxState.Received or FaxState.Sent)
        {
            update.Say(", confirmed_at = ").Add(move.At);
        }
        if (move.PagesConfirmed is { } confirmed)
        {
            update.Say(", pages_confirmed = ").Add(confirmed);
        }
        if (move.SupersededBy is { } whole)
        {
            update.Say(", superseded_by = ").Add(whole);
        }
        update.Say(" WHERE tenant_id = ").Add(move.TenantId).Say(" AND fax_id = ").Add(move.FaxId)
            .Say($" AND state IN ({from}) AND pages_stored >= ").Add(move.PagesConfirmed ?? 0);
        if (move.To == FaxState.Queued)
        {
            update.Say(" AND direction = ").Say((int)FaxDirection.Outbound);
        }
        if (move.SupersededBy is { } by)
        {
            update.Say(" AND EXISTS (SELECT 1 FROM faxes whole WHERE whole.tenant_id = ").Add(move.TenantId)
                .Say(" AND whole.fax_id = ").Add(by)
                .Say(" AND whole.state = ").Say((int)FaxState.Received).Say(")");
        }
        update.End();
    }

    /// <summary>What goes with a move: pages that are confirmed, the call's end, and last the event, because that locks
    /// the tenant's row until the commit.</summary>
    public static async Task FollowMoveAsync(StoreContext context, FaxMove move, CallEnd? call, NewEvent? told,
        CancellationToken cancel)
    {
        Script follow = new(context);
        FollowMove(follow, move, call, told);
        if (follow.Count > 0)
        {
            await follow.RunAsync(cancel).ConfigureAwait(false);
        }
    }

    private static void FollowMove(Script follow, FaxMove move, CallEnd? call, NewEvent? told)
    {
        if (move.PagesConfirmed is > 0 and { } confirmed)
        {
            follow.Say("UPDATE pages SET state = ").Say((int)PageState.Confirmed)
                .Say(" WHERE tenant_id = ").Add(move.TenantId).Say(" AND fax_id = ").Add(move.FaxId)
                .Say(" AND number <= ").Add(confirmed)
                .Say(" AND state = ").Say((int)PageState.Stored).End();
        }
        if (call is not null)
        {
            EndCall(follow, move, call);
        }
        switch (move.To)
        {
            case FaxState.Received or FaxState.Partial or FaxState.Failed:
                UsageWriting.Add(follow, move.TenantId, move.FaxId);
                break;
            case FaxState.Erased:
                UsageWriting.Remove(follow, move.TenantId, move.FaxId);
                break;
        }
        if (told is not null)
        {
            FaxInsert.Event(follow, move.TenantId, move.FaxId, told);
        }
    }

    private static void EndCall(Script update, FaxMove move, CallEnd call) => update
        .Say("UPDATE calls SET ended_at = ").Add(call.EndedAt)
        .Say(", end_reason = ").Add(call.EndReason)
        .Say(", rate_bps = ").Add(call.RateBps)
        .Say(", ecm = ").Add(call.Ecm)
        .Say(", packets_received = ").Add(call.PacketsReceived)
        .Say(", packets_recovered = ").Add(call.PacketsRecovered)
        .Say(", packets_lost = ").Add(call.PacketsLost)
        .Say(", sealed_station_id = ").Add(call.SealedStationId)
        .Say(" WHERE tenant_id = ").Add(move.TenantId)
        .Say(" AND ended_at IS NULL AND call_id = (SELECT call_id FROM faxes WHERE tenant_id = ").Add(move.TenantId)
        .Say(" AND fax_id = ").Add(move.FaxId).Say(")").End();

    private static Script WhereNextIs(Script statement, PageRecord page) => statement
        .Say(" WHERE tenant_id = ").Add(page.TenantId).Say(" AND fax_id = ").Add(page.FaxId)
        .Say(" AND pages_stored = ").Add(page.Number - 1)
        .Say($" AND state IN ({(int)FaxState.Receiving}, {(int)FaxState.Queued})");
}
