// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Hermetic.Telephony;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Trunks;

/// <summary>A trunk as the operator sees it: how it is reached and how it stands, and no secret.</summary>
internal sealed record TrunkView(
    string Name, string Host,
    [property: Description("0 for the transport's own.")] int Port,
    [property: Description("`udp`, `tcp` or `tls`.")] string Transport,
    [property: Description("Whether its registration holds; null if it does not register, or before the first answer.")]
    bool? Registered,
    [property: Description("Whether it answers; null before it was asked.")] bool? Reachable,
    [property: Description("Under way now, on the process that answers.")] int Calls,
    int CallsMax,
    [property: Description("Since the start; null if nothing failed.")] DateTimeOffset? LastFailureAt,
    [property: Description("What failed, in plain words.")] string? LastFailure);

/// <summary>All trunks.</summary>
internal sealed record TrunkListView(IReadOnlyList<TrunkView> Trunks);

/// <summary>Trunks over HTTP, to look at. They are changed in the settings.</summary>
internal sealed class TrunkEndpoints(TrunkBoard board)
{
    public void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/trunks", List).RequireScope(Scopes.InstallationOperate).WithName("listTrunks").WithTags("Trunks")
            .WithSummary("Lists the trunks and how they stand")
            .WithDescription("They are changed in the settings of the server, which need two people.");

    private Ok<TrunkListView> List(HttpContext http)
    {
        new QueryReader(http).Finish();
        return TypedResults.Ok(new TrunkListView([.. board.Trunks.Select(View)]));
    }

    private TrunkView View(TrunkSettings trunk)
    {
        TrunkStanding standing = board.StandingOf(trunk.Name);
        return new TrunkView(trunk.Name, trunk.Host, trunk.Port, EnumWord.Of(trunk.Transport), standing.IsRegistered,
            standing.IsReachable, standing.Calls, trunk.Limits.CallsMax, standing.FailedAt, standing.Failure);
    }
}
