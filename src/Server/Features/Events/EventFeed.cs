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
internal sealed class EventFeed(FaxStore store, TimeProvider time)
{
    /// <summary>Our choice: an event is heard of well within a second of being durable, and one look is one
    /// row.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private const int EventsAtOnce = 100; // our choice: a few kilobytes

    /// <summary>The sequence of the newest event; 0 if there is none yet.</summary>
    public Task<long> LatestAsync(Guid tenant, CancellationToken cancellation) =>
        store.Events.LatestAsync(tenant, cancellation);

    /// <summary>Events of the caller's inboxes behind a sequence, without end; null each time there was nothing
    /// new.</summary>
    public async IAsyncEnumerable<EventView?> FollowAsync(
        Caller caller, long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            if (await LatestAsync(caller.OwnTenant, cancellation).ConfigureAwait(false) <= after)
            {
                yield return null;
                await Task.Delay(LookInterval, time, cancellation).ConfigureAwait(false);
                continue;
            }

            foreach (EventRecord told in await store.Events
                .ListAsync(caller.OwnTenant, after, EventsAtOnce, cancellation).ConfigureAwait(false))
            {
                after = told.Sequence;
                if (await ViewOfAsync(told, cancellation).ConfigureAwait(false) is { } view
                    && Hears(caller, told.Kind, view))
                {
                    yield return view;
                }
            }
        }
    }

    // Of broken glass its reviewers hear, whatever inboxes they have, and nobody beside them.
    private static bool Hears(Caller caller, int kind, EventView view) => kind == GlassBreaking.EventKind
        ? caller.Scopes.Contains(Scopes.GlassReview)
        : caller.Inboxes is null || (view.Fax ?? view.Broadcast) is null || caller.MaySee(view.Line);

    /// <summary>What others hear of an event; null if they hear nothing.</summary>
    public async Task<EventView?> ViewOfAsync(EventRecord told, CancellationToken cancellation)
    {
        if (EventNames.NameOf(told.Kind) is not { } name)
        {
            return null;
        }

        FaxRecord? fax = told.FaxId is not { } id ? null
            : await store.Faxes.FindAsync(told.TenantId, id, cancellation).ConfigureAwait(false);
        BroadcastRecord? broadcast = told.BroadcastId is not { } many ? null
            : await store.Broadcasts.FindAsync(told.TenantId, many, cancellation).ConfigureAwait(false);
        return new EventView(
            told.Sequence, name, told.OccurredAt, told.FaxId, fax?.LineId ?? broadcast?.LineId, told.BroadcastId);
    }
}
