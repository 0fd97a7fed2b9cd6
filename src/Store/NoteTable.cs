// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Engine;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Notes on received faxes. None is changed or taken away; its author can strike one out.</summary>
public sealed class NoteTable
{
    private readonly FaxStore _store;

    internal NoteTable(FaxStore store) => _store = store;

    /// <summary>Writes a note down, and the event that tells of it, if its number is the fax's next one.</summary>
    /// <returns><see cref="ChangeResult.Stale"/> if another note has its number, <see cref="ChangeResult.Missing"/> if
    /// there is no such received fax, <see cref="ChangeResult.Full"/> if it has
    /// <paramref name="notesMax"/>.</returns>
    public Task<ChangeResult> AddAsync(NoteRecord note, int notesMax, NewEvent told, CancellationToken cancellation)
    {
        FieldCheck.Count(note.Number, 1, int.MaxValue);
        FieldCheck.Sealed(note.SealedText);
        FieldCheck.Sealed(told.SealedBody);
        if (note.Number > notesMax)
        {
            return Task.FromResult(ChangeResult.Full);
        }
        return _store.WriteAsync(note.TenantId, async (context, cancel) =>
        {
            IQueryable<FaxRow> fax = context.Faxes.Where(row => row.TenantId == note.TenantId
                && row.FaxId == note.FaxId && row.Handling != FaxHandling.None);
            int counted = await fax.Where(row => row.NotesWritten == note.Number - 1)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.NotesWritten, note.Number)
                    .SetProperty(row => row.RowVersion, row => row.RowVersion + 1), cancel).ConfigureAwait(false);
            if (counted == 0)
            {
                return await fax.AnyAsync(cancel).ConfigureAwait(false) ? ChangeResult.Stale : ChangeResult.Missing;
            }
            context.FaxNotes.Add(new FaxNoteRow
            {
                TenantId = note.TenantId,
                FaxId = note.FaxId,
                Number = note.Number,
                AccountId = note.AccountId,
                WrittenAt = note.WrittenAt,
                KeyEpoch = note.KeyEpoch,
                SealedText = note.SealedText,
            });
            await TellAsync(context, note.TenantId, note.FaxId, told, cancel).ConfigureAwait(false);
            return ChangeResult.Changed;
        }, cancellation);
    }

    /// <summary>Strikes a note out, if this account wrote it, and writes the event that tells of it.</summary>
    public Task<StrikeResult> StrikeAsync(Guid tenantId, Guid faxId, int number, Guid accountId, DateTimeOffset at,
        NewEvent told, CancellationToken cancellation)
    {
        FieldCheck.Sealed(told.SealedBody);
        return _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            IQueryable<FaxNoteRow> note = context.FaxNotes.Where(row => row.TenantId == tenantId
                && row.FaxId == faxId && row.Number == number);
            int struck = await note.Where(row => row.AccountId == accountId && row.StruckAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.StruckAt, at), cancel).ConfigureAwait(false);
            if (struck == 0)
            {
                Guid? author = await note.Select(row => (Guid?)row.AccountId).SingleOrDefaultAsync(cancel)
                    .ConfigureAwait(false);
                return author is null ? StrikeResult.Missing
                    : author == accountId ? StrikeResult.AlreadyStruck : StrikeResult.NotTheAuthor;
            }
            await context.Faxes.Where(row => row.TenantId == tenantId && row.FaxId == faxId)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.NotesStruck, row => row.NotesStruck + 1)
                    .SetProperty(row => row.RowVersion, row => row.RowVersion + 1), cancel).ConfigureAwait(false);
            await TellAsync(context, tenantId, faxId, told, cancel).ConfigureAwait(false);
            return StrikeResult.Struck;
        }, cancellation);
    }

    /// <summary>The notes of a fax, oldest first.</summary>
    public Task<List<NoteRecord>> ListAsync(Guid tenantId, Guid faxId, CancellationToken cancellation) =>
        ListAsync(tenantId, [faxId], cancellation);

    /// <summary>The notes of some faxes, by fax and number.</summary>
    public Task<List<NoteRecord>> ListAsync(Guid tenantId, IReadOnlyCollection<Guid> faxIds,
        CancellationToken cancellation)
    {
        Guid[] ids = [.. faxIds];
        return _store.ReadAsync(context => context.FaxNotes
            .Where(row => row.TenantId == tenantId && ids.Contains(row.FaxId))
            .OrderBy(row => row.FaxId).ThenBy(row => row.Number)
            .Select(row => new NoteRecord(row.TenantId, row.FaxId, row.Number, row.AccountId, row.WrittenAt,
                row.KeyEpoch, row.SealedText, row.StruckAt))
            .ToListAsync(cancellation), cancellation);
    }

    private static async Task TellAsync(StoreContext context, Guid tenantId, Guid faxId, NewEvent told,
        CancellationToken cancel)
    {
        Script tell = new(context);
        FaxInsert.Event(tell, tenantId, faxId, told);
        await tell.RunAsync(cancel).ConfigureAwait(false);
    }
}
