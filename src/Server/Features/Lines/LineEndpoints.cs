// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Sites;
using Hermetic.Server.Features.Tenants;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Lines;

/// <summary>A line as programs see it.</summary>
internal sealed record LineView(
    Guid Id,
    [property: Description("As it is dialled; null if its keys were destroyed.")] string? Number,
    [property: Description("What people call it; null if it has no name.")] string? Name,
    [property: Description("`active`, `suspended` or `closed`.")] string State,
    [property: Description("The line in whose inbox its faxes lie: its own, or one that several numbers share.")]
    Guid Inbox,
    [property: Description("The site at which it stands; null for the practice as a whole.")] Guid? Site,
    DateTimeOffset CreatedAt);

/// <summary>All lines that the caller may see.</summary>
internal sealed record LineListView(IReadOnlyList<LineView> Lines);

internal sealed record ChangeLineBody(
    [property: Description("What people call it; empty for no name, left as it is if it is not there.")]
    string? Name = null,
    [property: Description("`active` or `suspended`: calls are refused before the answer.")] string? State = null,
    [property: Description("The active line in whose inbox its faxes lie from now on.")] Guid? Inbox = null,
    [property: Description(LineWords.Site)] Guid? Site = null)
{
    /// <inheritdoc/>
    public override string ToString() => "a change of a line";
}

/// <summary>What the API's description says of a line's fields in more than one place.</summary>
internal static class LineWords
{
    public const string Site = "The site at which it stands: zone, sender's name and address of what it sends. "
        + "`00000000-0000-0000-0000-000000000000` for none; left as it is if it is not there.";
}

/// <summary>Lines over HTTP. Each line is an inbox: what came on it.</summary>
internal sealed class LineEndpoints(LineReader reader, TenantChanges changes, SiteChanges sites)
{
    public void Map(IEndpointRouteBuilder api)
    {
        // A delegate, or it would be taken for one that answers by itself and its result dropped.
        api.MapGet("/lines", (Delegate)ListAsync).RequireScope(Scopes.LinesRead).WithName("listLines").WithTags("Lines")
            .WithSummary("Lists the numbers on which faxes are taken")
            .WithDescription("Those whose inbox the caller may see. Faxes are filtered by a line's id.");
        api.MapGet("/lines/{id:guid}", FindAsync).RequireScope(Scopes.LinesRead).WithName("getLine").WithTags("Lines")
            .WithSummary("One line");
        api.MapPatch("/lines/{id:guid}", ChangeAsync).RequireScope(Scopes.LinesManage).WithName("changeLine")
            .WithTags("Lines").WithSummary("Names a line, says its site and inbox, suspends it or opens it again")
            .WithDescription("In force at once. Several numbers may share an inbox. Who sees its inbox is said of "
                + "each account and program. Numbers are added and closed by the installation's operator.");
    }

    private async Task<Ok<LineListView>> ListAsync(HttpContext http) =>
        TypedResults.Ok(new LineListView(await SeenAsync(http).ConfigureAwait(false)));

    private async Task<Ok<LineView>> FindAsync(HttpContext http, Guid id) =>
        TypedResults.Ok(await ViewAsync(http, id).ConfigureAwait(false));

    private async Task<Ok<LineView>> ChangeAsync(HttpContext http, Guid id, ChangeLineBody body)
    {
        Caller caller = Caller.Of(http);
        LineRecord line = (Sees(caller)(id)
            ? await reader.FindAsync(caller.OwnTenant, id, http.RequestAborted).ConfigureAwait(false) : null)
            ?? throw new ProblemException(ProblemCode.NotFound);
        if (body is { Name: null, State: null, Inbox: null, Site: null })
        {
            throw ProblemException.Field("name", "state, inbox or site: one of them is needed");
        }

        ServiceState? state = body.State is null ? null : TenantEndpoints.StateOf(body.State);
        string? name = body.Name is null or "" ? null : TenantEndpoints.NameOf(body.Name);
        if (state == ServiceState.Closed)
        {
            throw ProblemException.Field("state", "takes active or suspended: the operator closes a number");
        }

        if (body.Name is not null)
        {
            await changes.RenameLineAsync(caller, line, name, http.RequestAborted).ConfigureAwait(false);
        }

        if (body.Site is { } site)
        {
            await sites.PlaceAsync(caller, line, site, http.RequestAborted).ConfigureAwait(false);
        }

        if (body.Inbox is { } inbox)
        {
            await changes.RouteAsync(caller, line, inbox, http.RequestAborted).ConfigureAwait(false);
        }

        if (state is { } wanted)
        {
            await changes.SetLineStateAsync(caller, line, wanted, http.RequestAborted).ConfigureAwait(false);
        }

        return TypedResults.Ok((await reader.ListAsync(caller.OwnTenant, one => one == id, http.RequestAborted)
            .ConfigureAwait(false))[0]);
    }

    private async Task<LineView> ViewAsync(HttpContext http, Guid id) =>
        (await SeenAsync(http).ConfigureAwait(false)).FirstOrDefault(line => line.Id == id)
            ?? throw new ProblemException(ProblemCode.NotFound);

    private Task<IReadOnlyList<LineView>> SeenAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        return reader.ListAsync(caller.OwnTenant, Sees(caller), http.RequestAborted);
    }

    // Who runs a practice opens no fax, and runs all its lines; a program those of its inboxes.
    private static Func<Guid?, bool> Sees(Caller caller) =>
        caller.Role is not null && caller.Scopes.Contains(Scopes.LinesManage) ? _ => true : caller.MaySee;
}
