// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>The query of a list of faxes, so written that an index gives both what is asked for and the
/// order.</summary>
internal static class FaxQuery
{
    /// <summary>The rows of a list, newest first.</summary>
    public static IQueryable<FaxRow> Of(StoreContext context, FaxList which)
    {
        IQueryable<FaxRow> rows = Handled(Filtered(context, which), which);
        // As the row holds it: a finer instant would list faxes of its millisecond twice.
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(
            which.After?.BegunAt.ToUnixTimeMilliseconds() ?? 0);
        Guid id = which.After?.FaxId ?? Guid.Empty;
        if (which.LabelTag is not { } tag)
        {
            if (which.After is not null)
            {
                rows = rows.Where(row => row.BegunAt < at || (row.BegunAt == at && row.FaxId < id));
            }
            return rows.OrderByDescending(row => row.BegunAt).ThenByDescending(row => row.FaxId).Take(which.Limit);
        }
        // By the label's own index: few of the tenant's faxes may have it.
        IQueryable<FaxLabelRow> labels = context.FaxLabels
            .Where(label => label.TenantId == which.TenantId && label.LabelTag == tag);
        if (which.After is not null)
        {
            labels = labels.Where(label => label.BegunAt < at || (label.BegunAt == at && label.FaxId < id));
        }
        return labels
            .Join(rows, label => new { label.TenantId, label.FaxId }, row => new { row.TenantId, row.FaxId },
                (label, row) => new { label.BegunAt, label.FaxId, Row = row })
            .OrderByDescending(both => both.BegunAt).ThenByDescending(both => both.FaxId)
            .Take(which.Limit)
            .Select(both => both.Row);
    }

    /// <summary>Rows as they are told to others.</summary>
    public static IQueryable<FaxRecord> Records(IQueryable<FaxRow> rows) => rows.Select(row => new FaxRecord(
        row.TenantId, row.FaxId, row.LineId, row.CallId, row.Direction, row.State, row.RowVersion, row.ReasonCode,
        row.RetentionClass, row.PagesStored, row.PagesConfirmed, row.BegunAt, row.ReceivedAt, row.ConfirmedAt,
        row.KeyEpoch, row.IdempotencyTag, row.RemoteTag, row.SealedRemoteNumber, row.SealedStationId,
        row.SealedSubject, row.SealedFileName, row.SupersededBy, row.Handling, row.HandlingVersion, row.AssigneeId,
        row.SealedLabels, row.NotesWritten, row.NotesStruck));

    private static IQueryable<FaxRow> Filtered(StoreContext context, FaxList which)
    {
        IQueryable<FaxRow> rows = context.Faxes.Where(row => row.TenantId == which.TenantId);
        if (which.Direction is { } direction)
        {
            rows = rows.Where(row => row.Direction == direction);
        }
        if (which.State is { } state)
        {
            rows = rows.Where(row => row.State == state);
        }
        else
        {
            FaxState superseded = which.WithSuperseded ? 0 : FaxState.Superseded;
            FaxState erased = which.WithErased ? 0 : FaxState.Erased;
            rows = rows.Where(row => row.State != superseded && row.State != erased);
        }
        if (which.RemoteTag is { } tag)
        {
            rows = rows.Where(row => row.RemoteTag == tag);
        }
        if (which.Lines is { } lines)
        {
            Guid?[] of = [.. lines.Select(line => (Guid?)line)];
            rows = rows.Where(row => of.Contains(row.LineId));
        }
        if (which.Since is { } since)
        {
            rows = rows.Where(row => row.BegunAt >= since);
        }
        return rows;
    }

    private static IQueryable<FaxRow> Handled(IQueryable<FaxRow> rows, FaxList which)
    {
        if (which.Handling is { } handling)
        {
            rows = rows.Where(row => row.Handling == handling);
        }
        if (which.AssigneeId is { } assignee)
        {
            rows = rows.Where(row => row.AssigneeId == assignee);
        }
        // What goes out is nobody's to take care of.
        return which.Unassigned
            ? rows.Where(row => row.AssigneeId == null && row.Handling != FaxHandling.None) : rows;
    }
}
