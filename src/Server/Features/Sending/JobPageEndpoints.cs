// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Globalization;
using Hermetic.Documents;
using Hermetic.Documents.Composing;
using Hermetic.Documents.Pdf;
using Hermetic.Documents.Png;
using Hermetic.Documents.Tiff;
using Hermetic.Ledger.Entries;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Uploads;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Sending;

/// <summary>What is faxed, pel for pel, over HTTP: of a job, and of one that is not made yet. It comes from the code
/// that the line reads from; each answer is one disclosure, journaled before anything is opened.</summary>
internal sealed class JobPageEndpoints(
    JobEndpoints jobs, FaxStore store, FaxReader reader, Journal.Journal journal, UploadVault uploads,
    FaxComposer composer, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/jobs/{id:guid}/pages/{number:int}", PageAsync)
            .RequireScope(Scopes.FaxesRead).WithName("getJobPage").WithTags("Jobs")
            .WithSummary("A page exactly as it is faxed, header line and cover page included")
            .WithDescription("By `format`, else by `Accept`, else TIFF. A page that was confirmed is shown as it went "
                + "out, with the time of its call; another one as it would go out now, or when it is due. In the "
                + "raster of the document: a machine that takes a coarser one gets a coarser one. Written into the "
                + "ledger as one disclosure.")
            .ProducesFile(FileFormat.Tiff, FileFormat.Png, FileFormat.Pdf);
        api.MapPost("/jobs/preview", PreviewAsync)
            .RequireScope(Scopes.FaxesSend).WithName("previewJob").WithTags("Jobs")
            .WithSummary("Shows what `createJob` would fax if it were given the same body")
            .WithDescription("Nothing is queued. One page by `page`, as PNG (else TIFF or PDF), or all of them as PDF "
                + "(else TIFF). Written into the ledger under the upload's id, as one disclosure.")
            .ProducesFile(FileFormat.Png, FileFormat.Pdf, FileFormat.Tiff);
    }

    // From the journal entry on nothing asks whether the client is still there, as PageEndpoints says.
    private async Task<IResult> PageAsync(
        HttpContext http, Guid id, int number,
        [Description("Its form; goes before `Accept`.")]
        [Takes("string", Words = ["tiff", "png", "pdf"])] string? format,
        [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        QueryReader query = new(http);
        EntryReason why = Purposes.Of(query);
        FileFormat chosen = FileFormat.Of(http, query, FileFormat.Tiff, FileFormat.Png, FileFormat.Pdf);
        query.Finish();
        Caller caller = Caller.Of(http);
        FaxRecord fax = FaxDoor.Kept(
            await FaxEndpoints.RequireAsync(store, caller, id, http.RequestAborted).ConfigureAwait(false));
        SendingRecord sending = await store.Sendings.FindAsync(caller.OwnTenant, id, http.RequestAborted)
            .ConfigureAwait(false) ?? throw new ProblemException(ProblemCode.NotFound);
        DateTimeOffset at = await TimeOfAsync(sending, number, http.RequestAborted).ConfigureAwait(false);
        byte[] tiff = await reader.OpenPageAsync(
            caller.Actor, why, caller.OwnTenant, id, number, CancellationToken.None).ConfigureAwait(false);
        EncodedPage stored = PageTiff.Parse(tiff).Page;
        ComposedFax composed = Whole(await composer.ComposeAsync(
            fax, sending, [tiff], number, at, CancellationToken.None).ConfigureAwait(false));
        return new FileAnswer(
            Written([composed.Encode(number - 1, stored.Format)], chosen), chosen, $"job-{id}-page-{number}");
    }

    private async Task<IResult> PreviewAsync(
        HttpContext http, NewJobBody body,
        [Description("Which page, from 1, the cover page among them; all if it is left out.")]
        [Takes("integer", Least = 1)] string? page,
        [Description("Its form; goes before `Accept`.")]
        [Takes("string", Words = ["png", "pdf", "tiff"])] string? format,
        [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        QueryReader query = new(http);
        EntryReason why = Purposes.Of(query);
        int? wanted = query.Text("page") is null ? null : query.Number("page", 1, 1, int.MaxValue);
        FileFormat chosen = wanted is null ? FileFormat.Of(http, query, FileFormat.Pdf, FileFormat.Tiff)
            : FileFormat.Of(http, query, FileFormat.Png, FileFormat.Tiff, FileFormat.Pdf);
        query.Finish();
        Caller caller = Caller.Of(http);
        (JobDocuments documents, string number) =
            await jobs.RequireAsync(caller, body, http.RequestAborted).ConfigureAwait(false);
        CoverText? cover = body.Cover?.Text;
        int count = documents.Pages + (cover is null ? 0 : 1);
        if (wanted > count)
        {
            throw ProblemException.Field("page", "takes a page that there is");
        }

        await TellAsync(caller, why, body, wanted).ConfigureAwait(false);
        List<EncodedPage> pages = [];
        await foreach (EncodedPage one in documents.ReadAsync(
            uploads, caller.OwnTenant, CancellationToken.None).ConfigureAwait(false))
        {
            pages.Add(one);
        }

        ComposedFax composed = Whole(await composer.ComposeAsync(
            caller.OwnTenant, body.Line, number, cover,
            new OutboundPages(pages, 0, pages.Count), CancellationToken.None).ConfigureAwait(false));
        IEnumerable<int> shown = wanted is { } only ? [only - 1] : Enumerable.Range(0, count);
        return new FileAnswer(Written([.. shown.Select(index => composed.Encode(index))], chosen), chosen,
            wanted is null ? "preview" : string.Create(CultureInfo.InvariantCulture, $"preview-page-{wanted}"));
    }

    // When the page went out, by the try that got it through; else when it will, at the earliest.
    private async Task<DateTimeOffset> TimeOfAsync(SendingRecord sending, int page, CancellationToken cancellation)
    {
        AttemptRecord? through = (await store.Attempts
            .ListAsync(sending.TenantId, sending.FaxId, cancellation).ConfigureAwait(false))
            .Find(one => page > one.Begun.PagesBefore && page <= one.PagesConfirmed);
        DateTimeOffset now = time.GetUtcNow();
        return through?.Begun.StartedAt
            ?? (sending.State is SendingState.Held or SendingState.Waiting && sending.DueAt > now
                ? sending.DueAt : now);
    }

    private Task<long> TellAsync(Caller caller, EntryReason why, NewJobBody body, int? page) => journal.AppendAsync(
        caller.OwnTenant,
        new EntryBody
        {
            At = time.GetUtcNow(),
            Act = page is null ? LedgerAct.Export : LedgerAct.Page,
            Who = caller.Actor,
            What = new EntryObject(body.Upload.ToString(), page, "",
                [.. (body.MoreUploads ?? []).Select(more => more.ToString())]),
            Why = why,
            Result = LedgerResult.Allowed,
        },
        CancellationToken.None);

    private static ComposedFax Whole((ComposedFax? Fax, Refusal? Refusal) composed) => composed.Fax
        ?? throw new ProblemException(
            composed.Refusal is null ? ProblemCode.Tampered
                : composed.Refusal.Code == RefusalCode.NoFont ? ProblemCode.Unavailable : ProblemCode.DocumentRefused,
            composed.Refusal?.Reason);

    private static byte[] Written(IReadOnlyList<EncodedPage> pages, FileFormat format)
    {
        if (format == FileFormat.Png)
        {
            return FaxPngWriter.Write(pages[0]);
        }

        if (format == FileFormat.Tiff)
        {
            return PageTiff.Write([.. pages.Select(page => (page, default(PageQuality)))]);
        }

        using MemoryStream file = new();
        FaxPdfWriter.Write(pages, file);
        return file.ToArray();
    }
}
