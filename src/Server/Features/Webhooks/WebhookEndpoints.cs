// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Events;
using Hermetic.Server.Features.Journal;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Webhooks;

/// <summary>Webhooks over HTTP.</summary>
internal sealed class WebhookEndpoints(
    FaxStore store, WebhookSecrets secrets, WebhookReach reach, IdempotencyKeys keys, Journal.Journal journal,
    TimeProvider time)
{
    private const int AddressCharsMax = 2000; // our limit: what all servers take
    private const int WebhooksMax = 50; // our limit: each event becomes a delivery for each

    public void Map(IEndpointRouteBuilder api)
    {
        Map(api.MapPost("/webhooks", MakeAsync).WithIdempotency(keys), "createWebhook", "Makes a webhook")
            .WithDescription("Events are sent there, signed by Standard Webhooks, until they are taken: at least once, "
                + "so know them by `webhook-id`. They carry ids alone.");
        Map(api.MapGet("/webhooks", (Delegate)ListAsync), "listWebhooks", "Lists webhooks");
        Map(api.MapGet("/webhooks/{id:guid}", FindAsync), "getWebhook", "One webhook");
        Map(api.MapPatch("/webhooks/{id:guid}", ChangeAsync), "changeWebhook", "Changes a webhook");
        Map(api.MapDelete("/webhooks/{id:guid}", CloseAsync), "deleteWebhook", "Takes a webhook away");
        Map(api.MapPost("/webhooks/{id:guid}/rotate-secret", RotateAsync).WithIdempotency(keys), "rotateWebhookSecret",
            "Gives a webhook a new secret").WithDescription("For a day both sign.");
    }

    /// <summary>A webhook that the caller may see; all others are not there.</summary>
    public static async Task<WebhookRecord> RequireAsync(
        FaxStore store, Caller caller, Guid id, CancellationToken cancellation) =>
        await store.Webhooks.FindAsync(caller.OwnTenant, id, cancellation).ConfigureAwait(false) is { } webhook
        && caller.MaySee(webhook.LineId)
            ? webhook
            : throw new ProblemException(ProblemCode.NotFound);

    private static RouteHandlerBuilder Map(RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint.RequireScope(Scopes.WebhooksManage).WithName(name).WithTags("Webhooks").WithSummary(summary);

    private async Task<Created<WebhookSecretView>> MakeAsync(HttpContext http, NewWebhookBody body)
    {
        Caller caller = Caller.Of(http);
        Dictionary<string, string[]> errors = [];
        Uri? address = AddressOf(body.Url, errors);
        long kinds = KindsOf(body.Events, errors);
        if (body.Line is { } line && !(await store.Tenants.ListLinesAsync(caller.OwnTenant, http.RequestAborted)
            .ConfigureAwait(false)).Any(one => one.LineId == line))
        {
            errors["line"] = ["takes the id of a line of yours"];
        }
        else if (!caller.MaySee(body.Line))
        {
            errors["line"] = ["takes the id of a line that this account may see"];
        }

        if ((await store.Webhooks.ListAsync(caller.OwnTenant, http.RequestAborted).ConfigureAwait(false)).Count
            >= WebhooksMax)
        {
            errors["webhooks"] = [$"there may be at most {WebhooksMax}"];
        }

        ProblemException.ThrowIf(errors);
        (WebhookRecord webhook, string secret) = secrets.Make(caller.OwnTenant, address!, kinds, body.Line);
        await TellAsync(http, $"webhook.made {address!.IdnHost}", webhook).ConfigureAwait(false);
        await store.Webhooks.AddAsync(webhook, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Created(
            $"{ApiEndpoints.Prefix}/webhooks/{webhook.WebhookId}", new WebhookSecretView(ViewOf(webhook), secret));
    }

    private async Task<Ok<WebhookListView>> ListAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        List<WebhookRecord> webhooks = await store.Webhooks.ListAsync(caller.OwnTenant, http.RequestAborted)
            .ConfigureAwait(false);
        return TypedResults.Ok(new WebhookListView(
            [.. webhooks.Where(webhook => caller.MaySee(webhook.LineId)).Select(ViewOf)]));
    }

    private async Task<Ok<WebhookView>> FindAsync(HttpContext http, Guid id)
    {
        new QueryReader(http).Finish();
        return TypedResults.Ok(ViewOf(
            await RequireAsync(store, Caller.Of(http), id, http.RequestAborted).ConfigureAwait(false)));
    }

    private async Task<Ok<WebhookView>> ChangeAsync(HttpContext http, Guid id, WebhookChangeBody body)
    {
        WebhookRecord webhook =
            await RequireAsync(store, Caller.Of(http), id, http.RequestAborted).ConfigureAwait(false);
        Dictionary<string, string[]> errors = [];
        string words = "webhook.changed";
        if (body.Url is not null && AddressOf(body.Url, errors) is { } address)
        {
            webhook = secrets.WithAddress(webhook, address);
            words += $" {address.IdnHost}";
        }

        if (body.Events is not null)
        {
            webhook = webhook with { Kinds = KindsOf(body.Events, errors) };
        }

        if (body.State is not null)
        {
            bool isActive = body.State == "active";
            webhook = webhook with { State = isActive ? ServiceState.Active : ServiceState.Suspended };
            words += $" {body.State}";
            if (!isActive && body.State != "suspended")
            {
                errors["state"] = ["takes one of: active, suspended"];
            }
        }

        ProblemException.ThrowIf(errors);
        await TellAsync(http, words, webhook).ConfigureAwait(false);
        await SaveAsync(webhook, http).ConfigureAwait(false);
        return TypedResults.Ok(ViewOf(webhook));
    }

    private async Task<NoContent> CloseAsync(HttpContext http, Guid id)
    {
        new QueryReader(http).Finish();
        WebhookRecord webhook =
            await RequireAsync(store, Caller.Of(http), id, http.RequestAborted).ConfigureAwait(false);
        await TellAsync(http, "webhook.closed", webhook).ConfigureAwait(false);
        await SaveAsync(webhook with { State = ServiceState.Closed }, http).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private async Task<Ok<WebhookSecretView>> RotateAsync(HttpContext http, Guid id)
    {
        new QueryReader(http).Finish();
        (WebhookRecord webhook, string secret) = secrets.Rotate(
            await RequireAsync(store, Caller.Of(http), id, http.RequestAborted).ConfigureAwait(false));
        await TellAsync(http, "webhook.secret-renewed", webhook).ConfigureAwait(false);
        await SaveAsync(webhook, http).ConfigureAwait(false);
        return TypedResults.Ok(new WebhookSecretView(ViewOf(webhook), secret));
    }

    private async Task SaveAsync(WebhookRecord webhook, HttpContext http)
    {
        if (!await store.Webhooks.ChangeAsync(webhook, http.RequestAborted).ConfigureAwait(false))
        {
            throw new ProblemException(ProblemCode.NotFound);
        }
    }

    // Before it is done: whoever turns events to a host of his own is in the ledger first.
    private Task<long> TellAsync(HttpContext http, string words, WebhookRecord webhook)
    {
        Caller caller = Caller.Of(http);
        return journal.AppendAsync(caller.OwnTenant, ChangeEntry.Of(time.GetUtcNow(), LedgerAct.WebhookChanged,
            caller.Actor, words, webhook.WebhookId), http.RequestAborted);
    }

    private WebhookView ViewOf(WebhookRecord webhook) => new(
        webhook.WebhookId, secrets.FindAddressOf(webhook),
        webhook.Kinds == 0 ? EventNames.All : EventNames.Of(webhook.Kinds), webhook.LineId,
        webhook.State.ToString().ToLowerInvariant(), webhook.CreatedAt, webhook.OldSecretUntil);

    private Uri? AddressOf(string? url, Dictionary<string, string[]> errors)
    {
        bool isOne = Uri.TryCreate(url, UriKind.Absolute, out Uri? address)
            && url!.Length <= AddressCharsMax && address.UserInfo.Length == 0 && address.Fragment.Length == 0
            && (address.Scheme == Uri.UriSchemeHttps || (reach.TakesPlainHttp && address.Scheme == Uri.UriSchemeHttp))
            && (!IPAddress.TryParse(address.DnsSafeHost, out IPAddress? ip) || reach.MayConnect(ip));
        if (!isOne)
        {
            errors["url"] =
            [
                $"takes an https:// address of the public internet, without user and fragment, of at most "
                + $"{AddressCharsMax} characters",
            ];
        }

        return isOne ? address : null;
    }

    private static long KindsOf(IReadOnlyList<string>? events, Dictionary<string, string[]> errors)
    {
        if (events is null)
        {
            return 0;
        }

        if (events.Count == 0 || !events.All(EventNames.All.Contains))
        {
            errors["events"] = [$"takes some of: {string.Join(", ", EventNames.All)}"];
            return 0;
        }

        return EventNames.KindsOf(events);
    }
}
