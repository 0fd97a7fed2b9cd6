// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Documents;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Receipts;

/// <summary>The receipts of outgoing faxes over HTTP. Numbers and station ids are in them: each is a
/// disclosure.</summary>
internal sealed class ReceiptEndpoints(FaxStore store, FaxReader reader, ReceiptShelf shelf, ReceiptKeys keys)
{
    private static readonly FileFormat s_file = new("receipt", "text/plain");

    public void Map(IEndpointRouteBuilder api) => api.MapGet("/jobs/{id:guid}/receipt", ReceiptAsync)
        .RequireScope(Scopes.FaxesRead).WithName("getJobReceipt").WithTags("Jobs")
        .WithSummary("The signed transmission receipt of a fax that was sent or given up")
        .WithDescription("By `format`, else by `Accept`, else the signed file, which `hermetic verify receipt` checks "
            + "without this server; the PDF is for reading. It is issued once, within seconds of the end; until then "
            + "the answer is `wrong-state`. Of a fax that failed it tells what was confirmed. Written into the ledger "
            + "as an export.")
        .ProducesFile(s_file, FileFormat.Pdf);

    private async Task<IResult> ReceiptAsync(
        HttpContext http, Guid id,
        [Description("Its form; goes before `Accept`.")]
        [Takes("string", Words = ["receipt", "pdf"])] string? format,
        [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        QueryReader query = new(http);
        EntryReason why = Purposes.Of(query);
        FileFormat chosen = FileFormat.Of(http, query, s_file, FileFormat.Pdf);
        query.Finish();
        Caller caller = Caller.Of(http);
        FaxDoor.Kept(await FaxEndpoints.RequireAsync(store, caller, id, http.RequestAborted).ConfigureAwait(false));
        if (await store.Sendings.FindAsync(caller.OwnTenant, id, http.RequestAborted).ConfigureAwait(false) is null)
        {
            throw new ProblemException(ProblemCode.NotFound);
        }

        int number = await shelf.NewestAsync(caller.OwnTenant, id, http.RequestAborted).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.WrongState,
                "There is no receipt of it yet. It is issued when the fax was sent, or given up after a call.");
        byte[] file = await reader.OpenReceiptAsync(
            caller.Actor, why, caller.OwnTenant, id, number, CancellationToken.None).ConfigureAwait(false);
        return new FileAnswer(chosen == s_file ? file : Pdf(file), chosen, $"fax-{id}");
    }

    private byte[] Pdf(byte[] file)
    {
        (byte[]? pdf, Refusal? refusal) = ReceiptPdf.Make(file, keys);
        return pdf ?? throw new ProblemException(
            refusal!.Code == RefusalCode.NoFont ? ProblemCode.Unavailable : ProblemCode.Tampered, refusal.Reason);
    }
}
