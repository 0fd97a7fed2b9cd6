// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Sites;

/// <summary>Sites over HTTP, twice: a practice's own, and any practice's for the installation's operator.</summary>
internal sealed class SiteEndpoints(SiteBook book, SiteChanges changes, FaxStore store)
{
    private const string Path = "/sites";
    private const string OfTenant = "/tenants/{tenant:guid}/sites";
    private const string Id = "/{id:guid}";

    private const string ChangeWords = "In force for the next page that is sent from its lines. What is left out "
        + "stays.";

    public void Map(IEndpointRouteBuilder api)
    {
        // Delegates, or those of the context alone would be taken for ones that answer by themselves.
        Map(api.MapGet(Path, (Delegate)((HttpContext http) => ListAsync(http, null))), Scopes.LinesRead, "listSites",
            "Lists the sites of the practice, by id");
        Map(api.MapPost(Path, (HttpContext http, NewSiteBody body) => AddAsync(http, null, body)), Scopes.LinesManage,
            "addSite", "Makes a site")
            .WithDescription("Its lines say the time in its zone and its sender's name at the head of each page; "
                + "cover pages have its address and telephone. `changeLine` says which lines stand at it.");
        Map(api.MapGet(Path + Id, (HttpContext http, Guid id) => FindAsync(http, null, id)), Scopes.LinesRead,
            "getSite", "One site");
        Map(api.MapPatch(Path + Id, (HttpContext http, Guid id, ChangeSiteBody body) =>
            ChangeAsync(http, null, id, body)).WithMetadata(new TakesIfMatch()), Scopes.LinesManage, "changeSite",
            "Changes a site").WithDescription(ChangeWords);
        Map(api.MapDelete(Path + Id, (HttpContext http, Guid id) => RemoveAsync(http, null, id))
            .WithMetadata(new TakesIfMatch()), Scopes.LinesManage, "removeSite", "Removes a site")
            .WithDescription("One at which a line stands, closed ones among them, is refused as `site-in-use`.");
        MapOfTenant(api);
    }

    private void MapOfTenant(IEndpointRouteBuilder api)
    {
        Map(api.MapGet(OfTenant, (HttpContext http, Guid tenant) => ListAsync(http, tenant)),
            Scopes.InstallationOperate, "listTenantSites", "Lists the sites of a practice, by id");
        Map(api.MapPost(OfTenant, (HttpContext http, Guid tenant, NewSiteBody body) => AddAsync(http, tenant, body)),
            Scopes.InstallationOperate, "addTenantSite", "Makes a site of a practice");
        Map(api.MapGet(OfTenant + Id, (HttpContext http, Guid tenant, Guid id) => FindAsync(http, tenant, id)),
            Scopes.InstallationOperate, "getTenantSite", "One site of a practice");
        Map(api.MapPatch(OfTenant + Id, (HttpContext http, Guid tenant, Guid id, ChangeSiteBody body) =>
            ChangeAsync(http, tenant, id, body)).WithMetadata(new TakesIfMatch()), Scopes.InstallationOperate,
            "changeTenantSite", "Changes a site of a practice").WithDescription(ChangeWords);
        Map(api.MapDelete(OfTenant + Id, (HttpContext http, Guid tenant, Guid id) => RemoveAsync(http, tenant, id))
            .WithMetadata(new TakesIfMatch()), Scopes.InstallationOperate, "removeTenantSite",
            "Removes a site of a practice");
    }

    private static RouteHandlerBuilder Map(
        RouteHandlerBuilder endpoint, string scope, string name, string summary) =>
        endpoint.RequireScope(scope).WithName(name).WithTags("Sites").WithSummary(summary);

    private async Task<Ok<SiteListView>> ListAsync(HttpContext http, Guid? tenant)
    {
        Guid of = await TenantAsync(http, tenant).ConfigureAwait(false);
        List<SiteRecord> sites = await store.Sites.ListAsync(of, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new SiteListView([.. sites.Select(site => ViewOf(site, book.Open(site)))]));
    }

    private async Task<Created<SiteView>> AddAsync(HttpContext http, Guid? tenant, NewSiteBody body)
    {
        Guid of = await TenantAsync(http, tenant).ConfigureAwait(false);
        Caller caller = RequireManager(http);
        SiteEntry entry = Require(body.Name, body.TimeZone, body.SenderName, body.Address, body.Phone);
        SiteRecord made = await changes.AddAsync(caller, of, entry, http.RequestAborted).ConfigureAwait(false);
        string path = tenant is null ? Path : $"/tenants/{of}{Path}";
        return TypedResults.Created($"{ApiEndpoints.Prefix}{path}/{made.SiteId}", View(http, made, entry));
    }

    private async Task<Ok<SiteView>> FindAsync(HttpContext http, Guid? tenant, Guid id)
    {
        SiteRecord known = await RequireAsync(http, tenant, id).ConfigureAwait(false);
        return TypedResults.Ok(View(http, known, book.Open(known)));
    }

    private async Task<Ok<SiteView>> ChangeAsync(HttpContext http, Guid? tenant, Guid id, ChangeSiteBody body)
    {
        SiteRecord known = await RequireMatchAsync(http, tenant, id).ConfigureAwait(false);
        Caller caller = RequireManager(http);
        if (body is { Name: null, TimeZone: null, SenderName: null, Address: null, Phone: null })
        {
            throw ProblemException.Field("name", "timeZone, senderName, address or phone: one of them is needed");
        }

        SiteEntry? old = book.Open(known);
        SiteEntry entry = Require(body.Name ?? old?.Name, body.TimeZone ?? old?.TimeZone,
            body.SenderName ?? old?.SenderName, body.Address ?? old?.Address, body.Phone ?? old?.Phone);
        SiteRecord made = await changes.ChangeAsync(caller, known, entry, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(View(http, made, entry));
    }

    private async Task<NoContent> RemoveAsync(HttpContext http, Guid? tenant, Guid id)
    {
        SiteRecord known = await RequireMatchAsync(http, tenant, id).ConfigureAwait(false);
        await changes.RemoveAsync(RequireManager(http), known, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static SiteEntry Require(string? name, string? timeZone, string? senderName,
        IReadOnlyList<string>? address, string? phone)
    {
        Dictionary<string, string[]> errors = [];
        SiteEntry entry = SiteEntry.Of(name, timeZone, senderName, address, phone, Complain);
        if (errors.Count == 0)
        {
            entry.CheckDrawn(Complain);
        }

        ProblemException.ThrowIf(errors);
        return entry;

        void Complain(string field, string takes) => errors.TryAdd(field, [takes]);
    }

    // The sites are the whole practice's: a program of some of its inboxes looks at them.
    private static Caller RequireManager(HttpContext http)
    {
        Caller caller = Caller.Of(http);
        return caller is { Role: null, Inboxes: not null }
            ? throw new ProblemException(ProblemCode.NotAllowed, "Sites are changed by who sees all of its inboxes.")
            : caller;
    }

    private async Task<Guid> TenantAsync(HttpContext http, Guid? tenant)
    {
        new QueryReader(http).Finish();
        return tenant is not { } asked ? Caller.Of(http).OwnTenant
            : await store.Tenants.FindAsync(asked, http.RequestAborted).ConfigureAwait(false) is null
                ? throw new ProblemException(ProblemCode.NotFound) : asked;
    }

    private async Task<SiteRecord> RequireAsync(HttpContext http, Guid? tenant, Guid id) =>
        await store.Sites.FindAsync(await TenantAsync(http, tenant).ConfigureAwait(false), id, http.RequestAborted)
            .ConfigureAwait(false) ?? throw new ProblemException(ProblemCode.NotFound);

    private async Task<SiteRecord> RequireMatchAsync(HttpContext http, Guid? tenant, Guid id)
    {
        SiteRecord known = await RequireAsync(http, tenant, id).ConfigureAwait(false);
        EntityVersion.RequireMatch(http, known.Version);
        return known;
    }

    private static SiteView View(HttpContext http, SiteRecord record, SiteEntry? entry)
    {
        http.Response.Headers.ETag = EntityVersion.TagOf(record.Version);
        return ViewOf(record, entry);
    }

    private static SiteView ViewOf(SiteRecord record, SiteEntry? entry) => new(
        record.SiteId, record.Version, entry?.Name, entry?.TimeZone, entry?.SenderName, entry?.Address ?? [],
        entry?.Phone, record.CreatedAt, record.ChangedAt);
}
