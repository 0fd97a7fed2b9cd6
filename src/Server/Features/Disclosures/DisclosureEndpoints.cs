// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Globalization;
using System.Text;
using Hermetic.Ledger.Entries;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Disclosures;

/// <summary>The ledger over HTTP: who saw a fax, and the proof of each answer.</summary>
internal sealed class DisclosureEndpoints(
    LedgerLog ledger, Journal.Journal journal, FaxStore store, ReceiptKeys keys)
{
    /// <summary>Our limit: entries of the tenant that one request opens, a second's work.</summary>
    private const int EntriesReadMax = 1000;

    private const string ProofType = "text/plain; charset=utf-8";

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/faxes/{id:guid}/disclosures", ListAsync)
            .RequireScope(Scopes.LedgerRead).WithName("listDisclosures").WithTags("Ledger")
            .WithSummary("Who saw this fax")
            .WithDescription("Read out of the ledger itself, oldest first, a part at a time.");
        api.MapGet("/ledger/checkpoint", Checkpoint)
            .RequireScope(Scopes.LedgerRead).WithName("getCheckpoint").WithTags("Ledger")
            .WithSummary("The newest signed checkpoint");
        api.MapGet("/ledger/entries/{index:long}/proof", Proof)
            .RequireScope(Scopes.LedgerRead).WithName("getProof").WithTags("Ledger")
            .WithSummary("A proof that an entry is in the ledger")
            .WithDescription("A file of the form tlog-proof (C2SP) that carries the sealed entry; `hermetic verify "
                + "proof`, or any other verifier, checks it against the ledger's key.")
            .Produces<string>(StatusCodes.Status200OK, ProofType);
    }

    private async Task<Ok<DisclosureListView>> ListAsync(
        HttpContext http, Guid id,
        [Description("`next` of the answer before this one; 0 or left out for the beginning.")]
        [Takes("integer", Least = 0)] string? after)
    {
        Caller caller = Caller.Of(http);
        QueryReader query = new(http);
        long from = 0;
        if (query.Text("after") is { } text
            && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out from))
        {
            query.Complain("after", "takes `next` of the answer before this one");
        }

        query.Finish();
        await FaxEndpoints.RequireAsync(store, caller, id, http.RequestAborted).ConfigureAwait(false);
        string fax = id.ToString();
        List<DisclosureView> disclosures = [];
        int read = 0;
        foreach ((long index, OpenedEntry entry) in journal.ReadAll(caller.OwnTenant, from))
        {
            http.RequestAborted.ThrowIfCancellationRequested();
            if (read++ == EntriesReadMax)
            {
                return TypedResults.Ok(new DisclosureListView(disclosures, index));
            }

            if (entry.Body is { } body && IsDisclosure(body.Act)
                && (body.What.Fax == fax || body.What.Shown.Contains(fax)))
            {
                disclosures.Add(DisclosureView.Of(index, body));
            }
        }

        return TypedResults.Ok(new DisclosureListView(disclosures, null));
    }

    private Ok<CheckpointView> Checkpoint(HttpContext http)
    {
        new QueryReader(http).Finish();
        SignedCheckpoint latest = ledger.Latest;
        return TypedResults.Ok(new CheckpointView(
            latest.Checkpoint.Origin, latest.Checkpoint.Size, latest.Checkpoint.Root.ToString(), keys.Ledger.ToString(),
            keys.Receipts.ToString(), Encoding.UTF8.GetString(latest.Note.ToBytes())));
    }

    // An entry of another tenant is not there, though anybody may fetch it sealed from the public tiles.
    private IResult Proof(HttpContext http, long index)
    {
        new QueryReader(http).Finish();
        byte[]? leaf = ledger.Read(index);
        if (leaf is null || !EntryEnvelope.TryDecode(leaf, out EntryEnvelope? envelope, out _)
            || !envelope!.TenantTag.Span.SequenceEqual(journal.TenantTag(Caller.Of(http).OwnTenant))
            || ledger.Prove(index, leaf) is not { } proof)
        {
            throw new ProblemException(ProblemCode.NotFound);
        }

        return Results.Bytes(proof.ToBytes(), ProofType);
    }

    private static bool IsDisclosure(LedgerAct act) => act <= LedgerAct.SystemRead;
}
