// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Globalization;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Webhooks;

/// <summary>What became of each event that was to be sent to a webhook; to look at, and to send once more.</summary>
internal sealed class DeliveryEndpoints(FaxStore store, TimeProvider time)
{
    private const int LimitDefault = 50; // our default: what a screen shows

    /// <summary>Our limit: an answer stays small.</summary>
    private const int LimitMax = 200;

    public void Map(IEndpointRouteBuilder api)
    {
        Map(api.MapGet("/webhooks/{id:guid}/deliveries", ListAsync), "listDeliveries",
            "Lists a webhook's deliveries, newest first");
        Map(api.MapGet("/webhooks/{id:guid}/deliveries/{sequence:long}/attempts", AttemptsAsync), "listAttempts",
            "How each attempt of a delivery went");
        Map(api.MapPost("/webhooks/{id:guid}/deliveries/{sequence:long}/replay", ReplayAsync), "replayDelivery",
            "Sends an event once more")
            .WithDescription("With the same `webhook-id`. Asking twice sends it at least once more.");
    }

    private static RouteHandlerBuilder Map(RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint.RequireScope(Scopes.WebhooksManage).WithName(name).WithTags("Webhooks").WithSummary(summary);

    private async Task<Ok<DeliveryListView>> ListAsync(
        HttpContext http, Guid id,
        [Description("Only events before this sequence.")][Takes("integer", Least = 1)] string? before,
        [Description("How many at most; 50 if it is left out.")]
        [Takes("integer", Least = 1, Most = LimitMax)] string? limit)
    {
        QueryReader query = new(http);
        int most = query.Number("limit", LimitDefault, 1, LimitMax);
        long behind = long.MaxValue;
        if (query.Text("before") is { } text
            && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out behind))
        {
            query.Complain("before", "takes `next` of the answer before this one");
        }

        query.Finish();
        Caller caller = await RequireAsync(http, id).ConfigureAwait(false);
        List<DeliveryRecord> found = await store.Deliveries
            .ListAsync(caller.OwnTenant, id, behind, most + 1, http.RequestAborted).ConfigureAwait(false);
        Dictionary<long, int> kinds = await store.Events.KindsAsync(
            caller.OwnTenant, [.. found.Take(most).Select(one => one.Sequence)], http.RequestAborted)
            .ConfigureAwait(false);
        DeliveryView[] some = [.. found.Take(most).Select(one =>
            DeliveryView.Of(one, kinds.TryGetValue(one.Sequence, out int kind) ? kind : null))];
        return TypedResults.Ok(new DeliveryListView(some, found.Count > most ? some[^1].Sequence : null));
    }

    private async Task<Ok<AttemptListView>> AttemptsAsync(HttpContext http, Guid id, long sequence)
    {
        new QueryReader(http).Finish();
        Caller caller = await RequireAsync(http, id).ConfigureAwait(false);
        await RequireDeliveryAsync(caller, id, sequence, http.RequestAborted).ConfigureAwait(false);
        List<DeliveryAttempt> attempts = await store.Deliveries
            .AttemptsAsync(caller.OwnTenant, id, sequence, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new AttemptListView([.. attempts.Select(AttemptView.Of)]));
    }

    private async Task<Accepted> ReplayAsync(HttpContext http, Guid id, long sequence)
    {
        new QueryReader(http).Finish();
        Caller caller = await RequireAsync(http, id).ConfigureAwait(false);
        await RequireDeliveryAsync(caller, id, sequence, http.RequestAborted).ConfigureAwait(false);
        // One that is under way is sent anyway.
        await store.Deliveries.ReplayAsync(caller.OwnTenant, id, sequence, time.GetUtcNow(), http.RequestAborted)
            .ConfigureAwait(false);
        return TypedResults.Accepted((string?)null);
    }

    private async Task<Caller> RequireAsync(HttpContext http, Guid id)
    {
        Caller caller = Caller.Of(http);
        await WebhookEndpoints.RequireAsync(store, caller, id, http.RequestAborted).ConfigureAwait(false);
        return caller;
    }

    private async Task RequireDeliveryAsync(Caller caller, Guid id, long sequence, CancellationToken cancellation)
    {
        List<DeliveryRecord> found = sequence is < 1 or long.MaxValue ? []
            : await store.Deliveries.ListAsync(caller.OwnTenant, id, sequence + 1, 1, cancellation)
                .ConfigureAwait(false);
        if (found is not [{ } delivery] || delivery.Sequence != sequence)
        {
            throw new ProblemException(ProblemCode.NotFound);
        }
    }
}
