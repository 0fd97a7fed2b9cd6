// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Sites;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Tenants;

/// <summary>The numbers of practices over HTTP, for the operator.</summary>
internal sealed class TenantLineEndpoints(TenantBook book, TenantChanges changes, SiteChanges sites, FaxStore store)
{
    private const string Path = "/tenants/{tenant:guid}/lines";

    public void Map(IEndpointRouteBuilder api)
    {
        Map(api.MapGet(Path, ListAsync), "listTenantLines", "Lists the numbers of a practice");
        Map(api.MapPost(Path, AddAsync), "addTenantLine", "Gives a practice a number")
            .WithDescription("In force at once. A number that is given away is refused, whoever has it.");
        Map(api.MapPatch($"{Path}/{{id:guid}}", ChangeAsync), "changeTenantLine",
            "Suspends, closes or opens a number, or says at which site it stands")
            .WithDescription("In force at once. A closed number may be given away again; its faxes stay.");
    }

    private static RouteHandlerBuilder Map(RouteHandlerBuilder endpoint, string name, string summary) => endpoint
        .RequireScope(Scopes.InstallationOperate).WithName(name).WithTags("Tenants").WithSummary(summary);

    private async Task<Ok<TenantLineListView>> ListAsync(HttpContext http, Guid tenant)
    {
        await RequireAsync(http, tenant).ConfigureAwait(false);
        List<LineRecord> lines = await store.Tenants.ListLinesAsync(tenant, http.RequestAborted)
            .ConfigureAwait(false);
        return TypedResults.Ok(new TenantLineListView([.. lines.Select(View)]));
    }

    private async Task<Created<TenantLineView>> AddAsync(HttpContext http, Guid tenant, NewLineBody body)
    {
        TenantRecord record = await RequireAsync(http, tenant).ConfigureAwait(false);
        string number = DialledNumber.Normalize(body.Number);
        if (number.Length == 0)
        {
            throw ProblemException.Field("number", "takes a number as it is dialled, as in +15551234");
        }

        if (record.State == ServiceState.Closed)
        {
            throw new ProblemException(ProblemCode.WrongState, "The practice is closed: open it first.");
        }

        Guid? site = await sites.RequireAsync(tenant, body.Site ?? Guid.Empty, http.RequestAborted)
            .ConfigureAwait(false);
        Caller caller = Caller.Of(http);
        Guid id = await changes.AddLineAsync(caller, tenant, number, site, http.RequestAborted).ConfigureAwait(false);
        LineRecord line = await RequireLineAsync(http, tenant, id).ConfigureAwait(false);
        if (site is { } wanted && line.SiteId != wanted)
        {
            // One that was closed stands where it stood.
            await sites.PlaceAsync(caller, line, wanted, http.RequestAborted).ConfigureAwait(false);
            line = await RequireLineAsync(http, tenant, id).ConfigureAwait(false);
        }

        return TypedResults.Created($"{ApiEndpoints.Prefix}/tenants/{tenant}/lines/{id}", View(line));
    }

    private async Task<Ok<TenantLineView>> ChangeAsync(
        HttpContext http, Guid tenant, Guid id, ChangeTenantLineBody body)
    {
        LineRecord line = await RequireLineAsync(http, tenant, id).ConfigureAwait(false);
        if (body is { State: null, Site: null })
        {
            throw ProblemException.Field("state", "or site: one of them is needed");
        }

        ServiceState? state = body.State is null ? null : TenantEndpoints.StateOf(body.State);
        if (body.Site is { } site)
        {
            await sites.PlaceAsync(Caller.Of(http), line, site, http.RequestAborted).ConfigureAwait(false);
        }

        if (state is { } wanted)
        {
            await changes.SetLineStateAsync(Caller.Of(http), line, wanted, http.RequestAborted).ConfigureAwait(false);
        }

        return TypedResults.Ok(View(await RequireLineAsync(http, tenant, id).ConfigureAwait(false)));
    }

    private async Task<TenantRecord> RequireAsync(HttpContext http, Guid tenant)
    {
        new QueryReader(http).Finish();
        return await store.Tenants.FindAsync(tenant, http.RequestAborted).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.NotFound);
    }

    private async Task<LineRecord> RequireLineAsync(HttpContext http, Guid tenant, Guid id)
    {
        new QueryReader(http).Finish();
        return (await store.Tenants.ListLinesAsync(tenant, http.RequestAborted).ConfigureAwait(false))
            .FirstOrDefault(line => line.LineId == id) ?? throw new ProblemException(ProblemCode.NotFound);
    }

    private TenantLineView View(LineRecord line) => new(
        line.LineId, book.NumberOf(line), EnumWord.Of(line.State), line.SiteId, line.CreatedAt);
}
