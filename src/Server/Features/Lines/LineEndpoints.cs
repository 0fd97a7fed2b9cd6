// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Lines;

/// <summary>A line as programs see it.</summary>
internal sealed record LineView(
    Guid Id,
    [property: Description("As it is dialled; null if its keys were destroyed.")] string? Number,
    [property: Description("`active`, `suspended` or `closed`.")] string State,
    DateTimeOffset CreatedAt);

/// <summary>All lines that the caller may see.</summary>
internal sealed record LineListView(IReadOnlyList<LineView> Lines);

/// <summary>Lines over HTTP. Each line is an inbox: what came on it.</summary>
internal sealed class LineEndpoints(LineReader reader)
{
    public void Map(IEndpointRouteBuilder api)
    {
        // A delegate, or it would be taken for one that answers by itself and its result dropped.
        api.MapGet("/lines", (Delegate)ListAsync).RequireScope(Scopes.LinesRead).WithName("listLines").WithTags("Lines")
            .WithSummary("Lists the numbers on which faxes are taken")
            .WithDescription("Those whose inbox the caller may see. Faxes are filtered by a line's id.");
        api.MapGet("/lines/{id:guid}", FindAsync).RequireScope(Scopes.LinesRead).WithName("getLine").WithTags("Lines")
            .WithSummary("One line");
    }

    private async Task<Ok<LineListView>> ListAsync(HttpContext http) =>
        TypedResults.Ok(new LineListView(await SeenAsync(http).ConfigureAwait(false)));

    private async Task<Ok<LineView>> FindAsync(HttpContext http, Guid id) => TypedResults.Ok(
        (await SeenAsync(http).ConfigureAwait(false)).FirstOrDefault(line => line.Id == id)
        ?? throw new ProblemException(ProblemCode.NotFound));

    private Task<IReadOnlyList<LineView>> SeenAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        return reader.ListAsync(caller.OwnTenant, caller.MaySee, http.RequestAborted);
    }
}
