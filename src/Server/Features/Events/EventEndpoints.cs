// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Features.Events;

/// <summary>Events as they happen, as server-sent events (HTML Living Standard §9.2).</summary>
internal sealed class EventEndpoints(EventFeed feed, TimeProvider time)
{
    /// <summary>Our choice: proxies cut a connection that is silent for half a minute.</summary>
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>Our choice: whoever is signed out hears nothing after a second (issue 5: revocation).</summary>
    private static readonly TimeSpan SessionInterval = TimeSpan.FromMilliseconds(500);

    private const string ContentType = "text/event-stream";
    private const string LastEventId = "Last-Event-ID";

    public void Map(IEndpointRouteBuilder api) => api.MapGet("/events", FollowAsync)
        .RequireScope(Scopes.FaxesRead).WithName("followEvents").WithTags("Events")
        .WithSummary("Events as they happen")
        .WithDescription("Server-sent events: `id` is the sequence, `event` the type ("
            + string.Join(", ", EventNames.All.Select(name => $"`{name}`"))
            + "), `data` the event as JSON. They carry ids alone. With the header `Last-Event-ID`, or `after`, it goes "
            + "on behind that sequence; else with what happens from now on. It ends when the session does.")
        .Produces<EventView>(StatusCodes.Status200OK, ContentType);

    private async Task FollowAsync(
        HttpContext http,
        [Description("The sequence behind which to go on.")][Takes("integer", Least = 0)] string? after)
    {
        Caller caller = Caller.Of(http);
        long? from = Behind(http);
        SessionCheck isLive = http.RequestServices.GetRequiredService<SessionCheck>();
        from ??= await feed.LatestAsync(caller.OwnTenant, http.RequestAborted).ConfigureAwait(false);
        http.Response.ContentType = ContentType;
        await http.Response.WriteAsync(":\n\n", http.RequestAborted).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        long checkedAt = time.GetTimestamp();
        long saidAt = checkedAt;
        await foreach (EventView? told in feed.FollowAsync(
            caller, from.Value, SessionInterval, http.RequestAborted)
            .ConfigureAwait(false))
        {
            // Asked again before anything is said that the session may have lost the right to hear.
            if (time.GetElapsedTime(checkedAt) >= SessionInterval)
            {
                if (!await isLive(caller, http.RequestAborted).ConfigureAwait(false))
                {
                    return;
                }

                checkedAt = time.GetTimestamp();
            }

            if (told is not null || time.GetElapsedTime(saidAt) >= HeartbeatInterval)
            {
                await http.Response.WriteAsync(told is null ? ":\n\n" : Text(told), http.RequestAborted)
                    .ConfigureAwait(false);
                await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
                saidAt = time.GetTimestamp();
            }
        }
    }

    private static long? Behind(HttpContext http)
    {
        QueryReader query = new(http);
        string? text = query.Text("after");
        string name = "after";
        if (http.Request.Headers.TryGetValue(LastEventId, out Microsoft.Extensions.Primitives.StringValues header))
        {
            (text, name) = (header.ToString(), LastEventId);
        }

        long behind = 0;
        if (text is not null && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out behind))
        {
            query.Complain(name, "takes the sequence of an event");
        }

        query.Finish();
        return text is null ? null : behind;
    }

    // Ids and words of ours alone: no line break can be in it.
    private static string Text(EventView told)
    {
        string data = JsonSerializer.Serialize(told, JsonSerializerOptions.Web);
        return string.Create(CultureInfo.InvariantCulture,
            $"id: {told.Sequence}\nevent: {told.Type}\ndata: {data}\n\n");
    }
}
