// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Handling;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Splitting;

/// <summary>Splitting a received fax, over HTTP.</summary>
internal sealed class SplitEndpoints(
    FaxStore store, FaxSplitting splitting, Quotas.Quotas quotas, IdempotencyKeys keys)
{
    public void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/faxes/{id:guid}/split", SplitAsync).WithIdempotency(keys).WithMetadata(new TakesIfMatch())
            .RequireScope(Scopes.FaxesHandle).WithName("splitFax").WithTags("Handling")
            .WithSummary("Splits a received fax into others")
            .WithDescription("Each is a fax of its own in the same inbox, new and nobody's; its line, call and times "
                + "are those of the fax that came, which stays as it is and is marked done. Takes the scope faxes.read "
                + "too. Each page is written into the ledger as one disclosure. `If-Match` takes `handling.version` of "
                + "the fax. Others hear `fax.split-off` of each part. `POST /handling/undo` takes it back. At most "
                + $"{SplitLimits.PagesMax} pages, all parts together.");

    private async Task<Created<SplitView>> SplitAsync(HttpContext http, Guid id, SplitBody body)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        // By the inbox alone, as all handling: who broke the glass reads, and could not see what he made of it.
        FaxRecord fax = FaxDoor.Kept(await FaxEndpoints.RequireAsync(store, caller, id, http.RequestAborted)
            .ConfigureAwait(false));
        if (!caller.Scopes.Contains(Scopes.FaxesRead))
        {
            throw new ProblemException(ProblemCode.NotAllowed, $"It takes the scope {Scopes.FaxesRead} too.");
        }

        EntityVersion.RequireMatch(http, fax.HandlingVersion);
        RequireHere(fax);
        List<PageRecord> pages = await store.Pages.ListAsync(caller.OwnTenant, id, http.RequestAborted)
            .ConfigureAwait(false);
        IReadOnlyList<IReadOnlyList<int>> parts = Require(body, pages.Count);
        Dictionary<int, long> octets = pages.ToDictionary(page => page.Number, page => page.ByteLength);
        int[] all = [.. parts.SelectMany(part => part)];
        await quotas.RequireRoomAsync(caller.OwnTenant, all.Length, all.Sum(page => octets[page]), http.RequestAborted)
            .ConfigureAwait(false);
        SplitOutcome outcome = await splitting.SplitAsync(new SplitOrder(
            caller.Actor, caller.Account, new EntryReason(Purposes.Operations), fax, parts)).ConfigureAwait(false);
        return TypedResults.Created($"{ApiEndpoints.Prefix}/faxes/{id}",
            new SplitView(outcome.Parts, new UndoView(outcome.ChangeId, outcome.UndoUntil)));
    }

    private static void RequireHere(FaxRecord fax)
    {
        if (fax.State is FaxState.Received or FaxState.Partial && fax.Handling != FaxHandling.None)
        {
            return;
        }

        throw new ProblemException(ProblemCode.WrongState, fax.State switch
        {
            FaxState.Receiving => "It is still coming in: split it once all of it is here.",
            FaxState.Superseded => "Another fax stands for it: split that one.",
            _ => "Only a fax that came in is split.",
        });
    }

    private static List<IReadOnlyList<int>> Require(SplitBody body, int pages)
    {
        if (body.Parts is not { Count: > 0 and <= SplitLimits.PartsMax })
        {
            throw ProblemException.Field("parts", $"takes 1 to {SplitLimits.PartsMax} parts");
        }

        Dictionary<string, string[]> errors = [];
        for (int i = 0; i < body.Parts.Count; i++)
        {
            if (body.Parts[i]?.Pages is not { Count: > 0 } some || some.Any(page => page < 1 || page > pages)
                || some.Distinct().Count() != some.Count)
            {
                errors[$"parts[{i}].pages"] = [$"takes pages that there are, 1 to {pages}, each once"];
            }
        }

        ProblemException.ThrowIf(errors);
        return body.Parts.Sum(part => part.Pages.Count) <= SplitLimits.PagesMax
            ? [.. body.Parts.Select(part => part.Pages)]
            : throw ProblemException.Field(
                "parts", $"takes at most {SplitLimits.PagesMax} pages, all parts together");
    }
}
