// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Security.Cryptography;
using Hermetic.Documents;
using Hermetic.Documents.Pdf;
using Hermetic.Documents.Png;
using Hermetic.Documents.Tiff;
using Hermetic.Ledger.Entries;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Handling;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Reading;

/// <summary>What is on a fax's pages, over HTTP.</summary>
/// <remarks>From the journal entry on nothing asks any more whether the client is still there: who cut the connection
/// may have seen some of it, so that a request that was let in is one disclosure, whole, and never two.</remarks>
internal sealed class PageEndpoints(
    FaxReader reader, FaxDoor door, FaxHandlings handlings, TimeProvider time)
{
    private const int ThumbnailWidthDefault = 240; // our default: a column of them beside a page

    /// <summary>Our limit: wider is a page.</summary>
    private const int ThumbnailWidthMax = 640;

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/faxes/{id:guid}/pages/{number:int}", PageAsync)
            .RequireScope(Scopes.FaxesRead).WithName("getPage").WithTags("Faxes")
            .WithSummary("A page as TIFF, PNG or PDF")
            .WithDescription("By `format`, else by `Accept`, else TIFF as it is stored. The page is written into the "
                + "ledger as one disclosure before it is opened, whether the client reads all of it or not.")
            .ProducesFile(FileFormat.Tiff, FileFormat.Png, FileFormat.Pdf);
        api.MapGet("/faxes/{id:guid}/pages/{number:int}/thumbnail", ThumbnailAsync)
            .RequireScope(Scopes.FaxesRead).WithName("getThumbnail").WithTags("Faxes")
            .WithSummary("A small picture of a page, as PNG")
            .WithDescription("It can be read, so it is a disclosure of its own in the ledger.")
            .ProducesFile(FileFormat.Png);
        api.MapGet("/faxes/{id:guid}/document", DocumentAsync)
            .RequireScope(Scopes.FaxesRead).WithName("getDocument").WithTags("Faxes")
            .WithSummary("All pages of a fax as one TIFF or PDF file")
            .WithDescription("By `format`, else by `Accept`, else PDF. Written into the ledger as the export of the "
                + "whole fax.")
            .ProducesFile(FileFormat.Pdf, FileFormat.Tiff);
    }

    private async Task<IResult> PageAsync(
        HttpContext http, Guid id, int number,
        [Description("Its form; goes before `Accept`.")]
        [Takes("string", Words = ["tiff", "png", "pdf"])] string? format,
        [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        QueryReader query = new(http);
        EntryReason asked = Purposes.Of(query);
        FileFormat chosen = FileFormat.Of(http, query, FileFormat.Tiff, FileFormat.Png, FileFormat.Pdf);
        query.Finish();
        Caller caller = Caller.Of(http);
        (FaxRecord fax, EntryReason why) =
            await door.RequireAsync(caller, id, asked, http.RequestAborted).ConfigureAwait(false);
        byte[] tiff = await reader.OpenPageAsync(
            caller.Actor, why, caller.OwnTenant, id, number, CancellationToken.None).ConfigureAwait(false);
        // Noted while the page is made into what was asked for.
        Task noted = handlings.OpenedAsync(caller, fax);
        FileAnswer answer = new(chosen == FileFormat.Tiff ? tiff : Convert(tiff, page => chosen == FileFormat.Png
            ? FaxPngWriter.Write(page) : Pdf([page])), chosen, $"fax-{id}-page-{number}");
        await noted.ConfigureAwait(false);
        return answer;
    }

    private async Task<IResult> ThumbnailAsync(
        HttpContext http, Guid id, int number,
        [Description("Pels across; 240 if it is left out.")]
        [Takes("integer", Least = 16, Most = ThumbnailWidthMax)] string? width,
        [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        QueryReader query = new(http);
        int pels = query.Number("width", ThumbnailWidthDefault, 16, ThumbnailWidthMax);
        EntryReason asked = Purposes.Of(query);
        query.Finish();
        Caller caller = Caller.Of(http);
        (_, EntryReason why) = await door.RequireAsync(caller, id, asked, http.RequestAborted).ConfigureAwait(false);
        byte[] tiff = await reader.OpenForThumbnailAsync(
            caller.Actor, why, caller.OwnTenant, id, number, CancellationToken.None).ConfigureAwait(false);
        return new FileAnswer(Convert(tiff, page => FaxPngWriter.WriteThumbnail(page, pels)), FileFormat.Png,
            $"fax-{id}-page-{number}-small");
    }

    private async Task<IResult> DocumentAsync(
        HttpContext http, Guid id,
        [Description("Its form; goes before `Accept`.")]
        [Takes("string", Words = ["pdf", "tiff"])] string? format,
        [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        QueryReader query = new(http);
        EntryReason asked = Purposes.Of(query);
        FileFormat chosen = FileFormat.Of(http, query, FileFormat.Pdf, FileFormat.Tiff);
        query.Finish();
        Caller caller = Caller.Of(http);
        if (!AccessPolicy.IsFresh(caller, time.GetUtcNow()))
        {
            throw new ProblemException(ProblemCode.ConfirmFirst, "A whole fax as a file leaves with you.");
        }

        (FaxRecord fax, EntryReason why) =
            await door.RequireAsync(caller, id, asked, http.RequestAborted).ConfigureAwait(false);
        IReadOnlyList<byte[]> tiffs = await reader.OpenFaxAsync(
            caller.Actor, why, caller.OwnTenant, id, CancellationToken.None).ConfigureAwait(false);
        await handlings.OpenedAsync(caller, fax).ConfigureAwait(false);
        List<(EncodedPage Page, PageQuality Quality)> pages = [.. tiffs.Select(tiff => PageTiff.Parse(tiff))];
        foreach (byte[] tiff in tiffs)
        {
            CryptographicOperations.ZeroMemory(tiff);
        }

        return new FileAnswer(
            chosen == FileFormat.Pdf ? Pdf([.. pages.Select(page => page.Page)]) : PageTiff.Write(pages), chosen,
            $"fax-{id}");
    }

    private static byte[] Convert(byte[] tiff, Func<EncodedPage, byte[]> convert)
    {
        byte[] converted = convert(PageTiff.Parse(tiff).Page);
        CryptographicOperations.ZeroMemory(tiff);
        return converted;
    }

    private static byte[] Pdf(IReadOnlyList<EncodedPage> pages)
    {
        using MemoryStream file = new();
        FaxPdfWriter.Write(pages, file);
        return file.ToArray();
    }
}
