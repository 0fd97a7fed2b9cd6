// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Keys;

/// <summary>An epoch's keys, as the operator sees them: no secret.</summary>
internal sealed record EpochView(
    [property: Description("Year, month and retention class, as `hermetic keys destroy` takes it: `2026-11-0003`.")]
    string Epoch,
    [property: Description("True if it seals what the ledger's entries say, and no faxes.")] bool Journal,
    [property: Description("`sealing`, `next`, `open`, `destroyed` or `missing`.")] string State,
    [property: Description("When it was made, or destroyed.")] DateTimeOffset? Since,
    long Faxes, long Pages)
{
    public static EpochView Of(EpochStatus status) => new(
        status.Epoch.ToString(), status.IsJournal, EnumWord.Of(status.State), status.Since, status.Faxes, status.Pages);
}

/// <summary>A practice's keys.</summary>
internal sealed record TenantKeysView(Guid Id, string? Name, IReadOnlyList<EpochView> Epochs);

/// <summary>All keys of the installation.</summary>
internal sealed record KeyListView(
    [property: Description("Where the root key is.")] string Source, IReadOnlyList<TenantKeysView> Tenants);

/// <summary>Keys over HTTP, to look at. They are rotated and destroyed on the machine itself.</summary>
internal sealed class KeyEndpoints(InventoryReader inventory)
{
    public void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/keys", (Delegate)ListAsync).RequireScope(Scopes.InstallationOperate).WithName("listKeys")
            .WithTags("Keys").WithSummary("Lists the keys of every practice, and what rests on them")
            .WithDescription("No secret is in it. Keys are rotated and destroyed by commands, on the machine itself.");

    private async Task<Ok<KeyListView>> ListAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        KeyInventory keys = await inventory.ReadAsync(http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new KeyListView(keys.Source,
            [.. keys.Tenants.Select(one => new TenantKeysView(
                one.Id, one.Name, [.. one.Epochs.Select(EpochView.Of)]))]));
    }
}
