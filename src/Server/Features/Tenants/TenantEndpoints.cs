// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Tenants;

/// <summary>Practices over HTTP, for the operator, who sees names and numbers and nothing else.</summary>
internal sealed class TenantEndpoints(TenantBook book, TenantChanges changes, FaxStore store)
{
    private const string Path = "/tenants";

    public void Map(IEndpointRouteBuilder api)
    {
        Map(api.MapGet(Path, (Delegate)ListAsync), "listTenants", "Lists the practices");
        Map(api.MapPost(Path, CreateAsync), "createTenant", "Makes a practice")
            .WithDescription("Its keys are made with it. Next: a number, and its first administrator.");
        Map(api.MapGet($"{Path}/{{tenant:guid}}", FindAsync), "getTenant", "One practice");
        Map(api.MapPatch($"{Path}/{{tenant:guid}}", ChangeAsync), "changeTenant",
            "Renames, suspends, closes or opens a practice")
            .WithDescription("In force at once: calls to a practice that is not open are refused before the answer. "
                + "Its faxes stay, and its people still read them.");
    }

    /// <summary>The state of a word.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static ServiceState StateOf(string? word) =>
        Enum.GetValues<ServiceState>().Cast<ServiceState?>().FirstOrDefault(one => EnumWord.Of(one!.Value) == word)
            ?? throw ProblemException.Field("state", "takes one of: active, suspended, closed");

    /// <summary>A name of a practice or a line.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static string NameOf(string? name) =>
        !string.IsNullOrWhiteSpace(name) && name.Length <= TenantBook.NameCharsMax && !name.Any(char.IsControl)
            ? name.Trim()
            : throw ProblemException.Field("name", $"takes 1 to {TenantBook.NameCharsMax} characters");

    private static RouteHandlerBuilder Map(RouteHandlerBuilder endpoint, string name, string summary) => endpoint
        .RequireScope(Scopes.InstallationOperate).WithName(name).WithTags("Tenants").WithSummary(summary);

    private async Task<Ok<TenantListView>> ListAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        List<TenantView> tenants = [];
        await foreach (TenantRecord tenant in store.Tenants.AllAsync(http.RequestAborted).ConfigureAwait(false))
        {
            tenants.Add(View(tenant));
        }

        return TypedResults.Ok(new TenantListView(tenants));
    }

    private async Task<Created<TenantView>> CreateAsync(HttpContext http, NewTenantBody body)
    {
        Guid id = await changes.CreateAsync(Caller.Of(http), NameOf(body.Name), http.RequestAborted)
            .ConfigureAwait(false);
        return TypedResults.Created(
            $"{ApiEndpoints.Prefix}{Path}/{id}", View(await RequireAsync(http, id).ConfigureAwait(false)));
    }

    private async Task<Ok<TenantView>> FindAsync(HttpContext http, Guid tenant) =>
        TypedResults.Ok(View(await RequireAsync(http, tenant).ConfigureAwait(false)));

    private async Task<Ok<TenantView>> ChangeAsync(HttpContext http, Guid tenant, ChangeTenantBody body)
    {
        await RequireAsync(http, tenant).ConfigureAwait(false);
        if (body is { Name: null, State: null })
        {
            throw ProblemException.Field("name", "or state: one of them is needed");
        }

        ServiceState? state = body.State is null ? null : StateOf(body.State);
        string? name = body.Name is null ? null : NameOf(body.Name);
        if (name is not null)
        {
            await changes.RenameAsync(Caller.Of(http), tenant, name, http.RequestAborted).ConfigureAwait(false);
        }

        if (state is { } wanted)
        {
            await changes.SetStateAsync(Caller.Of(http), tenant, wanted, http.RequestAborted).ConfigureAwait(false);
        }

        return TypedResults.Ok(View(await RequireAsync(http, tenant).ConfigureAwait(false)));
    }

    private async Task<TenantRecord> RequireAsync(HttpContext http, Guid tenant)
    {
        new QueryReader(http).Finish();
        return await store.Tenants.FindAsync(tenant, http.RequestAborted).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.NotFound);
    }

    private TenantView View(TenantRecord tenant) => new(
        tenant.TenantId, book.NameOf(tenant), EnumWord.Of(tenant.State), tenant.CreatedAt);
}
