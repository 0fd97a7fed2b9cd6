// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Http;
using Hermetic.Store;

namespace Hermetic.Server.Features.Handling;

/// <summary>What was changed, and how it is taken back.</summary>
internal sealed record HandlingOutcome(IReadOnlyList<FaxRecord> Faxes, Guid ChangeId, DateTimeOffset UndoUntil);

/// <summary>Changes how received faxes are handled. Each change is in the ledger before it takes effect, by ids and
/// words of ours alone, and can be taken back for a while by who made it, as long as nobody changed the same fax
/// since.</summary>
internal sealed class FaxHandlings(
    FaxStore store, HandlingVault vault, Assignees assignees, Journal.Journal journal, TimeProvider time)
{
    /// <summary>Our choice: long enough to see that it was the wrong one, too short to forget what was
    /// before.</summary>
    public static readonly TimeSpan UndoFor = TimeSpan.FromMinutes(10);

    private const string StaleUndo = "Somebody changed it since: it can't be taken back any more.";

    // Our limit: who changes faxes that others are changing at the same moment is told so.
    private const int TriesMax = 3;

    /// <summary>Changes faxes, all or none.</summary>
    /// <param name="caller">Who does.</param>
    /// <param name="faxes">Ids, each once.</param>
    /// <param name="wish">What is to be changed.</param>
    /// <param name="check">Ends the request if a fax is not as the caller has seen it; null if any version
    /// will do.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ProblemException">One of them is not there or not for the caller; or can't be changed so; or
    /// is changed by others.</exception>
    public async Task<HandlingOutcome> ChangeAsync(Caller caller, IReadOnlyCollection<Guid> faxes, HandlingWish wish,
        Action<FaxRecord>? check, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            List<FaxRecord> known = await RequireAsync(caller, faxes, cancellation).ConfigureAwait(false);
            await RequireAssigneeAsync(caller, wish, known).ConfigureAwait(false);
            known.ForEach(fax => check?.Invoke(fax));
            known.ForEach(RequireReceived);
            List<HandlingChange> changes = await ChangesAsync(known, wish, cancellation).ConfigureAwait(false);
            if (attempt == 1)
            {
                await TellAsync(caller, wish.Words, faxes, cancellation).ConfigureAwait(false);
            }

            if (await WriteAsync(caller, changes, null, cancellation).ConfigureAwait(false) is { } outcome)
            {
                return outcome;
            }

            if (check is not null || attempt == TriesMax)
            {
                throw EntityVersion.Stale();
            }
        }
    }

    /// <summary>Takes a change back, all of it or nothing; that is a change by itself. Of a split, the fax that was
    /// split stands for its parts again.</summary>
    /// <exception cref="ProblemException">There is none of this id by this account that is not over; or somebody
    /// changed one of its faxes since, or did something with a part.</exception>
    public async Task<HandlingOutcome> UndoAsync(Caller caller, Guid change, CancellationToken cancellation)
    {
        List<HandlingUndo> before = await store.Handling
            .FindUndoAsync(caller.OwnTenant, change, cancellation).ConfigureAwait(false);
        if (before.Count == 0 || before[0].AccountId != caller.Account || time.GetUtcNow() - before[0].At > UndoFor)
        {
            throw new ProblemException(ProblemCode.NotFound);
        }

        Guid[] faxes = [.. before.Select(one => one.FaxId)];
        await RequireAsync(caller, faxes, cancellation).ConfigureAwait(false);
        List<HandlingChange> changes = before.ConvertAll(one => new HandlingChange(
            one.FaxId, one.Version, one.State, one.AssigneeId, one.SealedLabels,
            TagsOf(caller.OwnTenant, vault.Open(caller.OwnTenant, one.FaxId, one.SealedLabels))));
        List<Guid> parts = await store.Splits.OfChangeAsync(caller.OwnTenant, change, cancellation)
            .ConfigureAwait(false);
        await TellAsync(caller, parts.Count == 0 ? "handling.undo" : "fax.split undo", [.. faxes, .. parts],
            cancellation).ConfigureAwait(false);
        return await WriteAsync(caller, changes, parts.Count == 0 ? null : change, cancellation).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.Stale, StaleUndo);
    }

    /// <summary>Notes that a person has looked at a page of a fax of his inboxes: it is new no more. The page's own
    /// entry tells of it in the ledger; that it can't be noted keeps nobody from the page.</summary>
    public async Task OpenedAsync(Caller caller, FaxRecord fax)
    {
        if (fax.Handling != FaxHandling.New || caller.Role is null || !caller.MaySee(fax.LineId))
        {
            return;
        }

        try
        {
            await store.Handling.OpenAsync(fax.TenantId, fax.FaxId, Told(), CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // It stays new, and is opened again at the next look.
        }
    }

    /// <summary>What others hear of a change.</summary>
    public NewEvent Told() => new((int)FaxEventKind.HandlingChanged, time.GetUtcNow());

    /// <summary>Ends the request if a fax can't be handled.</summary>
    public static void RequireReceived(FaxRecord fax)
    {
        if (fax.State == FaxState.Erased)
        {
            throw new ProblemException(ProblemCode.Erased);
        }

        if (fax.Handling == FaxHandling.None || fax.State == FaxState.Receiving)
        {
            throw new ProblemException(ProblemCode.WrongState, "Only a fax that came in is handled.");
        }
    }

    /// <summary>Writes into the ledger that somebody changes something of faxes, before he does.</summary>
    public async Task TellAsync(
        Caller caller, string words, IReadOnlyCollection<Guid> faxes, CancellationToken cancellation)
    {
        foreach (Guid[] some in faxes.Chunk(EntryBodyJson.ShownMax))
        {
            await journal.AppendAsync(
                caller.OwnTenant,
                new EntryBody
                {
                    At = time.GetUtcNow(),
                    Act = LedgerAct.HandlingChanged,
                    Who = caller.Actor,
                    What = faxes.Count == 1 ? new EntryObject(some[0].ToString(), null, words, [])
                        : new EntryObject("", null, words, [.. some.Select(fax => fax.ToString())]),
                    Why = new EntryReason("operations"),
                    Result = LedgerResult.Allowed,
                },
                cancellation).ConfigureAwait(false);
        }
    }

    private async Task<List<FaxRecord>> RequireAsync(
        Caller caller, IReadOnlyCollection<Guid> faxes, CancellationToken cancellation)
    {
        List<FaxRecord> known = await store.Faxes.FindAllAsync(caller.OwnTenant, faxes, cancellation)
            .ConfigureAwait(false);
        return known.Count == faxes.Count && known.TrueForAll(fax => caller.MaySee(fax.LineId)) ? known
            : throw new ProblemException(ProblemCode.NotFound);
    }

    private async Task RequireAssigneeAsync(Caller caller, HandlingWish wish, List<FaxRecord> faxes)
    {
        if (wish.Assignee is { } account
            && (await assignees.FindAsync(caller.OwnTenant, account).ConfigureAwait(false) is not { } may
                || !faxes.TrueForAll(fax => may(fax.LineId))))
        {
            throw ProblemException.Field("assignee", "takes a person who may see the fax: one of GET /assignees");
        }
    }

    private async Task<List<HandlingChange>> ChangesAsync(
        List<FaxRecord> faxes, HandlingWish wish, CancellationToken cancellation)
    {
        Guid[] ids = wish.IsOfLabels ? [] : [.. faxes.Select(fax => fax.FaxId)];
        ILookup<Guid, byte[]> tags = (await store.Handling
            .LabelTagsAsync(faxes[0].TenantId, ids, cancellation).ConfigureAwait(false))
            .ToLookup(label => label.FaxId, label => label.LabelTag);
        return faxes.ConvertAll(fax =>
        {
            Guid? assignee = wish.Assigns ? wish.Assignee : fax.AssigneeId;
            if (!wish.IsOfLabels)
            {
                return new HandlingChange(fax.FaxId, fax.HandlingVersion, wish.State, assignee, fax.SealedLabels,
                    [.. tags[fax.FaxId]]);
            }

            IReadOnlyList<string> labels = wish.Labels
                ?? wish.After(vault.Open(fax.TenantId, fax.FaxId, fax.SealedLabels))
                ?? throw ProblemException.Field("addTags", $"{LabelText.Takes}; one of the faxes would have more");
            return new HandlingChange(fax.FaxId, fax.HandlingVersion, wish.State, assignee,
                vault.Labels(fax, labels), TagsOf(fax.TenantId, labels));
        });
    }

    private List<byte[]> TagsOf(Guid tenant, IReadOnlyList<string> labels) =>
        [.. labels.Select(label => vault.Tag(tenant, label))];

    // Null if one of them is at another version. With the change that split a fax, it is put together again.
    private async Task<HandlingOutcome?> WriteAsync(
        Caller caller, List<HandlingChange> changes, Guid? split, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        HandlingAct act = new(caller.OwnTenant, Guid.CreateVersion7(now), caller.Account, now, UndoFor);
        ChangeResult result = await (split is { } taken
            ? store.Splits.TakeBackAsync(act, changes[0], taken, Told(),
                new NewEvent((int)FaxEventKind.Superseded, now), cancellation)
            : store.Handling.ChangeAsync(act, changes, Told(), cancellation)).ConfigureAwait(false);
        if (result != ChangeResult.Changed)
        {
            return result == ChangeResult.Stale ? null : throw new ProblemException(ProblemCode.NotFound);
        }

        Dictionary<Guid, FaxRecord> after = (await store.Faxes.FindAllAsync(
            caller.OwnTenant, [.. changes.Select(change => change.FaxId)], cancellation).ConfigureAwait(false))
            .ToDictionary(fax => fax.FaxId);
        return new HandlingOutcome([.. changes.Select(change => after[change.FaxId])], act.ChangeId, now + UndoFor);
    }
}
