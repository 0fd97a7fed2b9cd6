// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Events;
using Hermetic.Store;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Features.Webhooks;

/// <summary>Takes events out of the store's outbox, makes a delivery of each for every webhook that hears of it, and
/// sends what is due, until somebody took it or it is given up. Any number of processes may do so at once: all is held
/// by leases.</summary>
/// <remarks>An event is marked sent in the transaction that begins its deliveries, so none is lost. A process that dies
/// while it sends loses its lease, and another sends again: at least once.</remarks>
internal sealed partial class WebhookPump(
    FaxStore store, EventFeed feed, WebhookSender sender, TimeProvider time, ILogger log)
{
    /// <summary>Our choice: an event leaves within about a second.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Our choice: four times what an attempt may take.</summary>
    private static readonly TimeSpan Lease = 4 * WebhookReach.AnswerTimeout;

    private const int DeliveriesAtOnce = 16; // our choice: so many are sent together

    private readonly Guid _owner = Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>How long to wait behind each attempt that failed: about three days in all, as Standard Webhooks
    /// advises (the numbers are our choice); then it is given up, and can be replayed.</summary>
    public static IReadOnlyList<TimeSpan> Delays { get; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    /// <summary>Runs until it is told to stop. A practice whose receivers are slow keeps no other one
    /// waiting.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        Dictionary<Guid, Task> sending = [];
        using PeriodicTimer timer = new(LookInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            {
                await TryAsync(async () =>
                {
                    await BeginDueAsync(stopping).ConfigureAwait(false);
                    foreach (Guid tenant in await store.Deliveries.TenantsDueAsync(time.GetUtcNow(), stopping)
                        .ConfigureAwait(false))
                    {
                        if (!sending.TryGetValue(tenant, out Task? task) || task.IsCompleted)
                        {
                            sending[tenant] = TryAsync(() => SendAsync(tenant, stopping), stopping);
                        }
                    }
                }, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }

        await Task.WhenAll(sending.Values).ConfigureAwait(false);
    }

    /// <summary>Everything that is due now, once.</summary>
    public async Task StepAsync(CancellationToken cancellation)
    {
        await BeginDueAsync(cancellation).ConfigureAwait(false);
        foreach (Guid tenant in await store.Deliveries.TenantsDueAsync(time.GetUtcNow(), cancellation)
            .ConfigureAwait(false))
        {
            await SendAsync(tenant, cancellation).ConfigureAwait(false);
        }
    }

    // Whatever it was, the next look is due: what was claimed comes again when its lease ends.
    private async Task TryAsync(Func<Task> act, CancellationToken stopping)
    {
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops.
        }
        catch (Exception failure)
        {
            LogFailed(failure.GetType().Name);
        }
    }

    private async Task BeginDueAsync(CancellationToken cancellation)
    {
        foreach (Guid tenant in await store.Events.TenantsDueAsync(time.GetUtcNow(), cancellation)
            .ConfigureAwait(false))
        {
            await BeginAsync(tenant, cancellation).ConfigureAwait(false);
        }
    }

    private async Task BeginAsync(Guid tenant, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<EventRecord> claimed = await store.Events
            .ClaimAsync(new Claim(tenant, _owner, now, now + Lease, Claim.LimitMax), cancellation)
            .ConfigureAwait(false);
        // Behind the events: a webhook that is older than one of them is among these.
        List<WebhookRecord> webhooks = await store.Webhooks.ListAsync(tenant, cancellation).ConfigureAwait(false);
        List<Task> begun = [];
        List<EventRecord> unheard = [];
        foreach (EventRecord told in claimed)
        {
            EventView? view = webhooks.Count == 0 ? null
                : await feed.ViewOfAsync(told, cancellation).ConfigureAwait(false);
            Guid[] hearers = view is null ? []
                : [.. webhooks.Where(one => Hears(one, told, view)).Select(one => one.WebhookId)];
            if (hearers.Length == 0)
            {
                unheard.Add(told);
                continue;
            }

            // Not one behind the other: the store commits together what comes together.
            begun.Add(store.Deliveries.BeginAsync(told, _owner, hearers, now, cancellation));
        }

        if (unheard.Count > 0)
        {
            begun.Add(store.Events.MarkSentAsync(tenant, _owner, unheard, now, cancellation));
        }

        await Task.WhenAll(begun).ConfigureAwait(false);
    }

    private static bool Hears(WebhookRecord webhook, EventRecord told, EventView view) =>
        webhook.CreatedAt <= told.OccurredAt
        && (webhook.Kinds == 0 || (webhook.Kinds & (1L << told.Kind)) != 0)
        && (webhook.LineId is null || webhook.LineId == view.Line);

    private async Task SendAsync(Guid tenant, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<DeliveryRecord> due = await store.Deliveries
            .ClaimAsync(new Claim(tenant, _owner, now, now + Lease, DeliveriesAtOnce), cancellation)
            .ConfigureAwait(false);
        await Task.WhenAll(due.Select(delivery => SendAsync(delivery, cancellation))).ConfigureAwait(false);
    }

    private async Task SendAsync(DeliveryRecord delivery, CancellationToken cancellation)
    {
        WebhookRecord? webhook = await store.Webhooks
            .FindAsync(delivery.TenantId, delivery.WebhookId, cancellation).ConfigureAwait(false);
        EventRecord? told = (await store.Events.ListAsync(
            delivery.TenantId, delivery.Sequence - 1, 1, cancellation).ConfigureAwait(false)).FirstOrDefault();
        if (webhook is null || told?.Sequence != delivery.Sequence
            || await feed.ViewOfAsync(told, cancellation).ConfigureAwait(false) is not { } view)
        {
            return;
        }

        DeliveryAttempt attempt = await sender.SendAsync(webhook, delivery, view, cancellation).ConfigureAwait(false);
        (JobState state, TimeSpan wait) = Next(attempt, delivery.Attempt - delivery.AttemptBase);
        await store.Deliveries.EndAttemptAsync(delivery, attempt, state, time.GetUtcNow() + wait, cancellation)
            .ConfigureAwait(false);
    }

    private static (JobState State, TimeSpan Wait) Next(DeliveryAttempt attempt, int tries) => attempt.Status switch
    {
        >= 200 and < 300 => (JobState.Done, TimeSpan.Zero),
        // RFC 9110 §15.5.11: gone, and meant to be.
        410 => (JobState.Failed, TimeSpan.Zero),
        _ => tries <= Delays.Count ? (JobState.Waiting, Delays[tries - 1]) : (JobState.Failed, TimeSpan.Zero),
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "webhooks wait: {Failure}")]
    private partial void LogFailed(string failure);
}
