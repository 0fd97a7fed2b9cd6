// SPDX-License-Identifier: Apache-2.0
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Hermetic.Store;

/// <summary>The statements of a whole fax, written by hand: they are the busiest of the store, and EF Core took several
/// times as long over them as the database (docs/adr/0006). A test holds them to what EF Core writes.</summary>
internal sealed class FaxInsert
{
    /// <summary>Pages in one statement: our limit, far below SQLite's 32,766 parameters.</summary>
    private const int PagesMax = 200;

    private const string FaxColumns =
        "tenant_id, fax_id, line_id, call_id, direction, state, row_version, reason_code, retention_class, "
        + "pages_stored, pages_confirmed, begun_at, received_at, confirmed_at, key_epoch, idempotency_tag, "
        + "remote_tag, sealed_remote_number, sealed_station_id, sealed_subject, sealed_file_name";

    private const string PageColumns =
        "tenant_id, fax_id, number, state, blob_id, byte_length, rows, width_pels, resolution_x_dpi, "
        + "resolution_y_dpi, bad_rows, key_epoch, object_hash, stored_at";

    private readonly StoreContext _context;
    private readonly DbCommand _command;
    private readonly StringBuilder _text = new();
    private bool _first = true;

    private FaxInsert(StoreContext context)
    {
        _context = context;
        _command = context.Database.GetDbConnection().CreateCommand();
        _command.Transaction = context.Database.CurrentTransaction?.GetDbTransaction();
    }

    /// <summary>Adds the fax as it will have ended; false if one with its idempotency tag is there.</summary>
    public static async Task<bool> TryAddAsync(StoreContext context, NewFax fax, FaxMove end, int pages,
        int confirmed, CancellationToken cancel)
    {
        FaxInsert insert = new(context);
        insert._text.Append(CultureInfo.InvariantCulture, $"INSERT INTO faxes ({FaxColumns}) VALUES (");
        insert.Add(fax.TenantId).Add(fax.FaxId).Add(fax.LineId).Add(fax.CallId)
            .Add((int)fax.Direction).Add((int)end.To).Add(1L).Add(end.ReasonCode).Add(fax.RetentionClass)
            .Add(pages).Add(confirmed)
            .Add(fax.BegunAt)
            .Add(end.To is FaxState.Received or FaxState.Partial ? end.At : null)
            .Add(end.To is FaxState.Received or FaxState.Sent ? end.At : null)
            .Add((long)fax.KeyEpoch).Add(fax.IdempotencyTag).Add(fax.RemoteTag)
            .Add(fax.SealedRemoteNumber).Add(fax.SealedStationId).Add(fax.SealedSubject).Add(fax.SealedFileName);
        insert._text.Append(") ON CONFLICT (tenant_id, idempotency_tag) DO NOTHING");
        return await insert.RunAsync(cancel).ConfigureAwait(false) == 1;
    }

    /// <summary>Adds its pages, and last the event, because that locks the tenant's row until the commit.</summary>
    public static async Task AddPagesAndEventAsync(StoreContext context, NewFax fax,
        IReadOnlyList<PageRecord> pages, int confirmed, NewEvent told, CancellationToken cancel)
    {
        int done = 0;
        for (; pages.Count - done > PagesMax; done += PagesMax)
        {
            FaxInsert part = new(context);
            part.AddPages(pages.Skip(done).Take(PagesMax), confirmed);
            await part.RunAsync(cancel).ConfigureAwait(false);
        }
        FaxInsert last = new(context);
        if (done < pages.Count)
        {
            last.AddPages(pages.Skip(done), confirmed);
        }
        last.AddEvent(fax, told);
        await last.RunAsync(cancel).ConfigureAwait(false);
    }

    private void AddPages(IEnumerable<PageRecord> pages, int confirmed)
    {
        _text.Append(CultureInfo.InvariantCulture, $"INSERT INTO pages ({PageColumns}) VALUES ");
        string separator = "(";
        foreach (PageRecord page in pages)
        {
            _text.Append(separator);
            separator = "), (";
            _first = true;
            PageState state = page.Number <= confirmed ? PageState.Confirmed : PageState.Stored;
            Add(page.TenantId).Add(page.FaxId).Add(page.Number).Add((int)state).Add(page.BlobId)
                .Add(page.ByteLength).Add(page.Rows).Add(page.WidthPels).Add(page.ResolutionXDpi)
                .Add(page.ResolutionYDpi).Add(page.BadRows).Add((long)page.KeyEpoch).Add(page.ObjectHash)
                .Add(page.StoredAt);
        }
        _text.Append("); ");
    }

    private void AddEvent(NewFax fax, NewEvent told)
    {
        _first = true;
        _text.Append("UPDATE tenants SET event_sequence = event_sequence + 1 WHERE tenant_id = ");
        Add(fax.TenantId);
        _text.Append("; INSERT INTO events (tenant_id, sequence, kind, fax_id, occurred_at, sent, attempt, due_at, "
            + "key_epoch, sealed_body) SELECT tenant_id, event_sequence, ");
        _first = true;
        Add(told.Kind).Add(fax.FaxId).Add(told.OccurredAt).Add(false).Add(0).Add(told.OccurredAt)
            .Add((long)told.KeyEpoch).Add(told.SealedBody);
        _first = true;
        _text.Append(" FROM tenants WHERE tenant_id = ");
        Add(fax.TenantId);
    }

    private FaxInsert Add(int value) => Add(value, DbType.Int32);

    private FaxInsert Add(int? value) => Add(value, DbType.Int32);

    private FaxInsert Add(long value) => Add(value, DbType.Int64);

    private FaxInsert Add(bool value) => Add(value, DbType.Boolean);

    private FaxInsert Add(byte[]? value) => Add(value, DbType.Binary);

    private FaxInsert Add(DateTimeOffset? value) => Add(value?.ToUnixTimeMilliseconds(), DbType.Int64);

    private FaxInsert Add(Guid? id)
    {
        object? value = id is { } known ? _context.Parameter(known) : null;
        bool isBytes = value is byte[];
        return Add(value, isBytes ? DbType.Binary : DbType.Guid);
    }

    private FaxInsert Add(object? value, DbType type)
    {
        DbParameter parameter = _command.CreateParameter();
        parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@p{_command.Parameters.Count}");
        parameter.DbType = type;
        parameter.Value = value ?? DBNull.Value;
        _command.Parameters.Add(parameter);
        _text.Append(_first ? "" : ", ").Append(parameter.ParameterName);
        _first = false;
        return this;
    }

    private async Task<int> RunAsync(CancellationToken cancel)
    {
        await using (_command.ConfigureAwait(false))
        {
            // Only names of ours and numbers of parameters went into the text; every value is a parameter.
#pragma warning disable CA2100
            _command.CommandText = _text.ToString();
#pragma warning restore CA2100
            return await _command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
    }
}
