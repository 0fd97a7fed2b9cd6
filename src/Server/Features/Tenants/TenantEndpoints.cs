// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Tenants;

/// <summary>Practices and their numbers over HTTP, for the operator, who sees names and numbers and nothing
/// else.</summary>
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
        Map(api.MapGet($"{Path}/{{tenant:guid}}/lines", LinesAsync), "listTenantLines",
            "Lists the numbers of a practice");
        Map(api.MapPost($"{Path}/{{tenant:guid}}/lines", AddLineAsync), "addTenantLine", "Gives a practice a number")
            .WithDescription("In force at once. A number that is given away is refused, whoever has it.");
        Map(api.MapPatch($"{Path}/{{tenant:guid}}/lines/{{id:guid}}", ChangeLineAsync), "changeTenantLine",
            "Suspends, closes or opens a number")
            .WithDescription("In force at once. A closed number may be given away again; its faxes stay.");
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

    private async Task<Ok<TenantLineListView>> LinesAsync(HttpContext http, Guid tenant)
    {
        await RequireAsync(http, tenant).ConfigureAwait(false);
        List<LineRecord> lines = await store.Tenants.ListLinesAsync(tenant, http.RequestAborted)
            .ConfigureAwait(false);
        return TypedResults.Ok(new TenantLineListView([.. lines.Select(View)]));
    }

    private async Task<Created<TenantLineView>> AddLineAsync(HttpContext http, Guid tenant, NewLineBody body)
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

        Guid id = await changes.AddLineAsync(Caller.Of(http), tenant, number, http.RequestAborted)
            .ConfigureAwait(false);
        return TypedResults.Created($"{ApiEndpoints.Prefix}{Path}/{tenant}/lines/{id}",
            View(await RequireLineAsync(http, tenant, id).ConfigureAwait(false)));
    }

    private async Task<Ok<TenantLineView>> ChangeLineAsync(
        HttpContext http, Guid tenant, Guid id, ChangeTenantLineBody body)
    {
        LineRecord line = await RequireLineAsync(http, tenant, id).ConfigureAwait(false);
        await changes.SetLineStateAsync(Caller.Of(http), line, StateOf(body.State), http.RequestAborted)
            .ConfigureAwait(false);
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

    private TenantView View(TenantRecord tenant) => new(
        tenant.TenantId, book.NameOf(tenant), EnumWord.Of(tenant.State), tenant.CreatedAt);

    private TenantLineView View(LineRecord line) => new(
        line.LineId, book.NumberOf(line), EnumWord.Of(line.State), line.CreatedAt);
}
