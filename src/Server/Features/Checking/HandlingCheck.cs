// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Handling;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Checking;

/// <summary>What people wrote of some faxes: labels open where they stand, as they are and as they were, and are found
/// by their tags; notes open, and none is missing.</summary>
internal sealed class HandlingCheck(Installation installation, CheckNotes notes)
{
    private const string Missing = "a note on it is missing: they are numbered without gaps. Treat it as tampering, "
        + "and put the database back from a backup";

    private const string Order = "its label stands at another time than the fax: lists go astray. Treat it as "
        + "tampering, and put the database back from a backup";

    private readonly HandlingVault _vault = new(installation.Keys, installation.Sealer);

    public async Task RunAsync(Guid tenant, IReadOnlyList<FaxRecord> some, CancellationToken cancellation)
    {
        FaxRecord[] faxes = [.. some.Where(fax => fax.State != FaxState.Erased)];
        Guid[] ids = [.. faxes.Select(fax => fax.FaxId)];
        if (ids.Length == 0)
        {
            return;
        }

        ILookup<Guid, (Guid FaxId, byte[] Tag, DateTimeOffset BegunAt)> tags = (await installation.Store.Handling
            .LabelTagsAsync(tenant, ids, cancellation).ConfigureAwait(false)).ToLookup(label => label.FaxId);
        ILookup<Guid, NoteRecord> written = (await installation.Store.Notes
            .ListAsync(tenant, ids, cancellation).ConfigureAwait(false)).ToLookup(note => note.FaxId);
        ILookup<Guid, HandlingUndo> before = (await installation.Store.Handling
            .ListUndosAsync(tenant, ids, cancellation).ConfigureAwait(false)).ToLookup(undo => undo.FaxId);
        foreach (FaxRecord fax in faxes)
        {
            Labels(fax, [.. tags[fax.FaxId]]);
            foreach (HandlingUndo undo in before[fax.FaxId])
            {
                Open($"{RowOf(fax)}, change {undo.Version}: sealed_labels", fax, undo.SealedLabels);
            }

            Notes(fax, [.. written[fax.FaxId]]);
        }
    }

    private void Labels(FaxRecord fax, List<(Guid FaxId, byte[] Tag, DateTimeOffset BegunAt)> tags)
    {
        string place = $"{RowOf(fax)}: sealed_labels";
        if (Open(place, fax, fax.SealedLabels) is not { } labels)
        {
            return;
        }

        HashSet<string> expected =
            [.. labels.Select(label => Convert.ToHexString(_vault.Tag(fax.TenantId, label)))];
        if (!expected.SetEquals(tags.Select(label => Convert.ToHexString(label.Tag))))
        {
            notes.Add(place, ColumnCheck.TagWrong);
        }
        else if (tags.Exists(label => label.BegunAt != fax.BegunAt))
        {
            notes.Add(place, Order);
        }
    }

    private void Notes(FaxRecord fax, List<NoteRecord> written)
    {
        if (!written.Select(note => note.Number).SequenceEqual(Enumerable.Range(1, fax.NotesWritten))
            || written.Count(note => note.StruckAt is not null) != fax.NotesStruck)
        {
            notes.Add(RowOf(fax), Missing);
        }

        foreach (NoteRecord note in written)
        {
            string place = $"{RowOf(fax)}, note {note.Number}: sealed_text";
            notes.Columns++;
            if (note.KeyEpoch != fax.KeyEpoch || !IsOf(note.SealedText, fax.KeyEpoch))
            {
                notes.Add(place, ColumnCheck.EpochWrong);
            }

            notes.TryOpen(place, () => _vault.Check(note));
        }
    }

    // Null if they do not open.
    private IReadOnlyList<string>? Open(string place, FaxRecord fax, byte[]? sealedLabels)
    {
        if (sealedLabels is null)
        {
            return [];
        }

        notes.Columns++;
        IReadOnlyList<string>? labels = null;
        notes.TryOpen(place, () => labels = _vault.OpenOrThrow(fax.TenantId, fax.FaxId, sealedLabels));
        if (labels is not null && !IsOf(sealedLabels, fax.KeyEpoch))
        {
            notes.Add(place, ColumnCheck.EpochWrong);
        }

        return labels;
    }

    private static bool IsOf(byte[] sealedObject, uint epoch)
    {
        try
        {
            return SealedObject.ReadHeader(sealedObject).Epoch.Encoded == epoch;
        }
        catch (SealedObjectException)
        {
            // It does not open either, and that is said.
            return true;
        }
    }

    private static string RowOf(FaxRecord fax) => $"tenant {fax.TenantId}, fax {fax.FaxId}";
}
