// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Handling;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Server.Http;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Splitting;

// What is sealed is bound to its fax and page, so that pages can't be lent: each is opened and sealed anew. In order:
//
//   1. ledger    an entry for each page, and one for number and station id, before each is opened (P3)
//   2. blobs     the pages of all parts, durable
//   3. ledger    into what the fax is split
//   4. rows      all parts with their events, and the fax done: one transaction
//
// Cut before 4 there is no part, and pages that no record points at, which the next start sweeps
// (Receiving/Recovery.cs); entries of 3 may then tell of faxes that never were. Behind 4 all parts are there. The fax
// itself is never touched but for how it is handled.

/// <summary>How a received fax is to be split.</summary>
/// <param name="Who">Who does it.</param>
/// <param name="Account">The account that may take it back.</param>
/// <param name="Why">Why its pages are opened.</param>
/// <param name="Fax">The fax, as it was seen.</param>
/// <param name="Parts">The pages of each part, from 1; none of them empty.</param>
internal sealed record SplitOrder(
    EntryActor Who, Guid Account, EntryReason Why, FaxRecord Fax, IReadOnlyList<IReadOnlyList<int>> Parts)
{
    /// <inheritdoc/>
    public override string ToString() => $"a split of fax {Fax.FaxId}";
}

/// <summary>What came of it: the parts in the order in which they were asked for, and how it is taken back.</summary>
internal sealed record SplitOutcome(IReadOnlyList<SplitPartView> Parts, Guid ChangeId, DateTimeOffset UndoUntil);

/// <summary>Splits a received fax into others, each a fax of its own in the same inbox. The one that came stays as it
/// is.</summary>
internal sealed class FaxSplitting(
    FaxStore store, FaxReader reader, KeyStore keys, Sealer sealer, IBlobStore blobs, Journal.Journal journal,
    TimeProvider time)
{
    /// <summary>What the tags are made for by which the store tells faxes apart. Stored: never change.</summary>
    private const string TagPurpose = "fax.split-off";

    // Our limit: so many numbers of pages fit into the words of one entry, whatever they are.
    private const int PagesToldMax = 150;

    /// <summary>Told of each step. Tests end the process here.</summary>
    public Action<SplitStep> Reached { get; init; } = static _ => { };

    public static FaxSplitting Of(Installation installation) => new(
        installation.Store, installation.Reader, installation.Keys, installation.Sealer, installation.Blobs,
        installation.Journal, installation.Time);

    /// <summary>Does it. From the first entry on nothing asks any more whether the client is still there.</summary>
    /// <exception cref="ProblemException">Its keys were destroyed; or it is not what was stored; or somebody changed it
    /// since.</exception>
    /// <exception cref="PageRefusedException">A page is not what was stored.</exception>
    /// <exception cref="Ledger.Log.LedgerRefusedException">The ledger can't write: nothing was split.</exception>
    public async Task<SplitOutcome> SplitAsync(SplitOrder order)
    {
        SealingKey key = KeyOf(order.Fax);
        ShownFax shown = (await reader.ShowAsync(
            order.Who, order.Why, order.Fax.TenantId, [order.Fax], CancellationToken.None).ConfigureAwait(false))[0];
        if (shown.Fields != FieldState.Shown)
        {
            throw new ProblemException(
                shown.Fields == FieldState.Erased ? ProblemCode.Erased : ProblemCode.Tampered);
        }

        Part[] parts = Parts(order);
        try
        {
            await SealAsync(order, key, parts).ConfigureAwait(false);
            await Task.WhenAll(parts.Select(part => TellAsync(order, part))).ConfigureAwait(false);
            Reached(SplitStep.Told);
        }
        catch
        {
            await DropAsync(order, parts).ConfigureAwait(false);
            throw;
        }

        return await RecordAsync(order, key, shown, parts).ConfigureAwait(false);
    }

    // Ids of one moment in the order in which lists show them: the first part on top.
    private Part[] Parts(SplitOrder order)
    {
        DateTimeOffset now = time.GetUtcNow();
        Guid[] ids = [.. order.Parts.Select(_ => ReceivingContext.NewId(now)).OrderDescending()];
        return [.. order.Parts.Select((pages, i) => new Part(ids[i], pages, new PageRecord?[pages.Count]))];
    }

    private SealingKey KeyOf(FaxRecord fax)
    {
        if (!KeyEpoch.TryDecode(fax.KeyEpoch, out KeyEpoch epoch))
        {
            throw new ProblemException(ProblemCode.Tampered);
        }

        try
        {
            // The fax's own month and no other: whatever is split off it goes with it.
            return keys.Get(fax.TenantId, epoch).Sealing;
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            throw new ProblemException(ProblemCode.Erased);
        }
    }

    // Each page is opened once, however many parts it goes into, and no two are in memory at once.
    private async Task SealAsync(SplitOrder order, SealingKey key, Part[] parts)
    {
        Guid tenant = order.Fax.TenantId, fax = order.Fax.FaxId;
        Dictionary<int, PageRecord> records = (await store.Pages.ListAsync(tenant, fax, CancellationToken.None)
            .ConfigureAwait(false)).ToDictionary(page => page.Number);
        foreach (int number in order.Parts.SelectMany(pages => pages).Distinct().Order())
        {
            byte[] tiff = await reader.OpenPageAsync(
                order.Who, order.Why, tenant, fax, number, CancellationToken.None).ConfigureAwait(false);
            Reached(SplitStep.PageOpened);
            foreach (Part part in parts)
            {
                for (int i = 0; i < part.Origins.Count; i++)
                {
                    if (part.Origins[i] == number)
                    {
                        part.Pages[i] = await SealAsync(records[number], part.Fax, i + 1, key, tiff)
                            .ConfigureAwait(false);
                    }
                }
            }

            CryptographicOperations.ZeroMemory(tiff);
        }
    }

    private async Task<PageRecord> SealAsync(PageRecord origin, Guid fax, int number, SealingKey key, byte[] tiff)
    {
        byte[] sealedPage = sealer.Seal(
            key, new ObjectBinding(origin.TenantId, fax, (uint)number, ObjectKind.Page), tiff);
        Guid blob = ReceivingContext.NewId(time.GetUtcNow());
        await blobs.PutAsync(PageBlob.Of(origin.TenantId, blob), sealedPage, CancellationToken.None)
            .ConfigureAwait(false);
        Reached(SplitStep.BlobDurable);
        return origin with
        {
            FaxId = fax,
            Number = number,
            BlobId = blob,
            ByteLength = sealedPage.Length,
            KeyEpoch = key.Epoch.Encoded,
            ObjectHash = SHA256.HashData(sealedPage),
            StoredAt = time.GetStoredNow(),
            // By it a page is known again that is sent once more: that is the original's business.
            ContentTag = null,
            OriginPage = origin.Number,
        };
    }

    private async Task TellAsync(SplitOrder order, Part part)
    {
        foreach (int[] some in part.Origins.Chunk(PagesToldMax))
        {
            await journal.AppendAsync(
                order.Fax.TenantId,
                new EntryBody
                {
                    At = time.GetUtcNow(),
                    Act = LedgerAct.HandlingChanged,
                    Who = order.Who,
                    What = new EntryObject(order.Fax.FaxId.ToString(), null,
                        $"fax.split pages={PageRanges.Of(some)}", [part.Fax.ToString()]),
                    Why = new EntryReason(Purposes.Operations),
                    Result = LedgerResult.Allowed,
                },
                CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<SplitOutcome> RecordAsync(SplitOrder order, SealingKey key, ShownFax shown, Part[] parts)
    {
        FaxRecord fax = order.Fax;
        DateTimeOffset now = time.GetUtcNow();
        HandlingAct act = new(
            fax.TenantId, ReceivingContext.NewId(now), order.Account, now, FaxHandlings.UndoFor);
        IReadOnlyList<byte[]> tags = [.. (await store.Handling
            .LabelTagsAsync(fax.TenantId, [fax.FaxId], CancellationToken.None).ConfigureAwait(false))
            .Select(label => label.LabelTag)];
        HandlingChange done = new(
            fax.FaxId, fax.HandlingVersion, FaxHandling.Done, fax.AssigneeId, fax.SealedLabels, tags);
        // If nobody can say what became of this, the pages stay: the next start asks the records.
        ChangeResult result = await store.Splits.SplitAsync(
            new NewSplit(act, done, key.Epoch.Encoded,
                [.. parts.Select(part => new NewPart(part.Fax,
                    keys.Routing.Tag(TagPurpose, part.Fax.ToByteArray(bigEndian: true)),
                    Field(fax, part, InboundFax.RemoteNumberField, key, shown.RemoteNumber),
                    // Of a fax that came in it lies with the call, which is the part's too.
                    fax.SealedStationId is null ? null
                        : Field(fax, part, InboundFax.StationIdField, key, shown.StationId),
                    [.. part.Pages.Select(page => page!)]))],
                new NewEvent((int)FaxEventKind.HandlingChanged, now), new NewEvent((int)FaxEventKind.SplitOff, now)),
            CancellationToken.None).ConfigureAwait(false);
        if (result != ChangeResult.Changed)
        {
            await DropAsync(order, parts).ConfigureAwait(false);
            throw await WhyNotAsync(fax, result).ConfigureAwait(false);
        }

        Reached(SplitStep.Recorded);
        return new SplitOutcome([.. parts.Select(part => new SplitPartView(part.Fax, part.Origins))], act.ChangeId,
            now + FaxHandlings.UndoFor);
    }

    private byte[]? Field(FaxRecord fax, Part part, uint place, SealingKey key, string? text)
    {
        if (text is null)
        {
            return null;
        }

        byte[] plain = Encoding.UTF8.GetBytes(text);
        byte[] field = sealer.Seal(
            key, new ObjectBinding(fax.TenantId, part.Fax, place, ObjectKind.Field), plain);
        CryptographicOperations.ZeroMemory(plain);
        return field;
    }

    private async Task<ProblemException> WhyNotAsync(FaxRecord fax, ChangeResult result) =>
        result == ChangeResult.Stale ? EntityVersion.Stale()
        : await store.Faxes.FindAsync(fax.TenantId, fax.FaxId, CancellationToken.None).ConfigureAwait(false) switch
        {
            { State: FaxState.Erased } => new ProblemException(ProblemCode.Erased),
            null => new ProblemException(ProblemCode.NotFound),
            _ => EntityVersion.Stale(),
        };

    // What can't be taken away now is swept by the next start.
    private async Task DropAsync(SplitOrder order, Part[] parts)
    {
        try
        {
            foreach (PageRecord? page in parts.SelectMany(part => part.Pages))
            {
                if (page is not null)
                {
                    await blobs.DeleteAsync(PageBlob.Of(order.Fax.TenantId, page.BlobId), CancellationToken.None)
                        .ConfigureAwait(false);
                }
            }
        }
        catch (BlobException)
        {
            // The fault that led here is the one to be told.
        }
    }

    /// <summary>A part on its way: its pages in the fax that is split, and as they are sealed.</summary>
    private sealed record Part(Guid Fax, IReadOnlyList<int> Origins, PageRecord?[] Pages);
}
