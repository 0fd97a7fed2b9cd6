// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Runtime.CompilerServices;
using Hermetic.Server.Features.Access;
using Hermetic.Store;

namespace Hermetic.Server.Features.Events;

/// <summary>An event as programs hear it: ids alone, nothing of a fax.</summary>
internal sealed record EventView(
    [property: Description("Counts from 1 in each practice, without gaps.")] long Sequence,
    [property: Description("As in `fax.received`.")] string Type,
    DateTimeOffset OccurredAt, Guid? Fax, Guid? Line, Guid? Broadcast);

/// <summary>A tenant's events as they become durable, in order, read from the store's outbox: whichever process wrote
/// them.</summary>
internal sealed class EventFeed : IEventSource
{
    /// <summary>Our choice: what another process wrote is heard of well within a second of being durable, and one look
    /// is one row for each practice that is followed. What this one wrote is heard of at once.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private const int EventsAtOnce = 100; // our choice: a few kilobytes

    private readonly FaxStore _store;
    private readonly TimeProvider _time;
    private readonly EventTails _tails;

    public EventFeed(FaxStore store, TimeProvider time)
    {
        (_store, _time) = (store, time);
        _tails = new EventTails(this, time, LookInterval);
        store.EventsWritten += _tails.Wake;
    }

    /// <summary>The sequence of the newest event; 0 if there is none yet.</summary>
    public Task<long> LatestAsync(Guid tenant, CancellationToken cancellation) =>
        _store.Events.LatestAsync(tenant, cancellation);

    /// <inheritdoc/>
    public Task<Dictionary<Guid, long>> LatestAsync(IReadOnlyCollection<Guid> tenants) =>
        _store.Events.LatestAsync(tenants, CancellationToken.None);

    /// <summary>Events of the caller's inboxes behind a sequence, without end; null each
    /// <paramref name="pause"/> in which there was nothing new.</summary>
    public async IAsyncEnumerable<EventView?> FollowAsync(
        Caller caller, long after, TimeSpan pause, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using EventTails.Following following = _tails.Follow(caller.OwnTenant);
        while (true)
        {
            TailRead read = following.Behind(after);
            if (read.IsGap)
            {
                (IReadOnlyList<ToldEvent> told, long upTo) = await ListAsync(caller.OwnTenant, after, cancellation)
                    .ConfigureAwait(false);
                read = read with { Told = told, UpTo = Math.Max(upTo, after) };
            }

            foreach (ToldEvent told in read.Told.Where(told => Hears(caller, told)))
            {
                yield return told.View;
            }

            if (read.UpTo == after && !await HasChangedAsync(read.Changed, pause, cancellation).ConfigureAwait(false))
            {
                yield return null;
            }

            after = read.UpTo;
        }
    }

    /// <inheritdoc/>
    public Task<(IReadOnlyList<ToldEvent> Told, long UpTo)> ListAsync(Guid tenant, long after) =>
        ListAsync(tenant, after, CancellationToken.None);

    private async Task<(IReadOnlyList<ToldEvent> Told, long UpTo)> ListAsync(
        Guid tenant, long after, CancellationToken cancellation)
    {
        List<ToldEvent> all = [];
        foreach (EventRecord told in await _store.Events.ListAsync(tenant, after, EventsAtOnce, cancellation)
            .ConfigureAwait(false))
        {
            after = told.Sequence;
            if (await ViewOfAsync(told, cancellation).ConfigureAwait(false) is { } view)
            {
                all.Add(new ToldEvent(told.Kind, view));
            }
        }

        return (all, after);
    }

    // Without throwing at each pause: many wait, and most of the time nothing happens.
    private async Task<bool> HasChangedAsync(Task changed, TimeSpan pause, CancellationToken cancellation)
    {
        await changed.WaitAsync(pause, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        if (!changed.IsCompleted)
        {
            return false;
        }

        await changed.ConfigureAwait(false);
        return true;
    }

    // Of broken glass its reviewers hear, whatever inboxes they have, and nobody beside them.
    private static bool Hears(Caller caller, ToldEvent told) => told.Kind == GlassBreaking.EventKind
        ? caller.Scopes.Contains(Scopes.GlassReview)
        : caller.Inboxes is null || (told.View.Fax ?? told.View.Broadcast) is null || caller.MaySee(told.View.Line);

    /// <summary>What others hear of an event; null if they hear nothing.</summary>
    public async Task<EventView?> ViewOfAsync(EventRecord told, CancellationToken cancellation)
    {
        if (EventNames.NameOf(told.Kind) is not { } name)
        {
            return null;
        }

        FaxRecord? fax = told.FaxId is not { } id ? null
            : await _store.Faxes.FindAsync(told.TenantId, id, cancellation).ConfigureAwait(false);
        BroadcastRecord? broadcast = told.BroadcastId is not { } many ? null
            : await _store.Broadcasts.FindAsync(told.TenantId, many, cancellation).ConfigureAwait(false);
        return new EventView(
            told.Sequence, name, told.OccurredAt, told.FaxId, fax?.LineId ?? broadcast?.LineId, told.BroadcastId);
    }
}
