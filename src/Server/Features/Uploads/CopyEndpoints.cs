// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Documents;
using Hermetic.Documents.Composing;
using Hermetic.Documents.Tiff;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Uploads;

/// <summary>Uploads made of pages that are here already: faxes that are forwarded, split, put together, written on, or
/// redacted. What they are made of stays sealed as it was.</summary>
internal sealed class CopyEndpoints(
    UploadVault vault, DocumentOptions options, FaxReader reader, FaxDoor door, Quotas.Quotas quotas,
    IdempotencyKeys keys)
{
    /// <summary>Our limit: what somebody puts on one page by hand is some tens.</summary>
    private const int MarksMax = 200;

    public void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/uploads/copies", MakeAsync).WithIdempotency(keys).RequireScope(Scopes.FaxesSend)
            .WithName("createUploadOfPages").WithTags("Uploads")
            .WithSummary("Makes an upload of pages of uploads and faxes")
            .WithDescription("To put documents together, or to send on a fax, a part of it, or a copy that was written "
                + $"on or redacted: marks are burned into the copy. At most {options.Limits.PagesMax} pages, each with "
                + $"at most {MarksMax} marks. Each page of a fax is written into the ledger as one disclosure.");

    private async Task<Created<UploadView>> MakeAsync(HttpContext http, CopyBody body)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        List<IReadOnlyList<PageMark>> marks = Require(caller, body);
        Dictionary<Guid, UploadManifest> uploads = await UploadsAsync(caller, body, http.RequestAborted)
            .ConfigureAwait(false);
        Dictionary<Guid, EntryReason> faxes = await FaxesAsync(caller, body, http.RequestAborted)
            .ConfigureAwait(false);
        await quotas.RequireRoomAsync(caller.OwnTenant, null, http.RequestAborted).ConfigureAwait(false);
        List<EncodedPage> pages = [];
        for (int i = 0; i < body.Pages.Count; i++)
        {
            CopiedPageBody one = body.Pages[i];
            EncodedPage page = one.Upload is { } upload
                ? await vault.PageAsync(caller.OwnTenant, upload, one.Page, http.RequestAborted).ConfigureAwait(false)
                : await OfFaxAsync(caller, one, faxes[one.Fax!.Value], i).ConfigureAwait(false);
            (EncodedPage? marked, Refusal? refusal) = MarkedPage.Make(page, marks[i]);
            pages.Add(marked ?? throw new ProblemException(
                refusal!.Code == RefusalCode.NoFont ? ProblemCode.Unavailable : ProblemCode.DocumentRefused,
                refusal.Reason)
            { Page = i + 1 });
        }

        return await KeepAsync(caller, FaxDocument.Of(pages), http.RequestAborted).ConfigureAwait(false);
    }

    private List<IReadOnlyList<PageMark>> Require(Caller caller, CopyBody body)
    {
        Dictionary<string, string[]> errors = [];
        if (body.Pages is not { Count: > 0 } || body.Pages.Count > options.Limits.PagesMax)
        {
            throw ProblemException.Field("pages", $"takes 1 to {options.Limits.PagesMax} pages");
        }

        List<IReadOnlyList<PageMark>> all = [];
        for (int i = 0; i < body.Pages.Count; i++)
        {
            CopiedPageBody page = body.Pages[i];
            if (page.Upload is null == page.Fax is null)
            {
                errors[$"pages[{i}]"] = ["takes either `upload` or `fax`"];
            }

            List<PageMark> marks = [];
            foreach (MarkBody mark in page.Marks ?? [])
            {
                (PageMark? read, string? fault) = mark.Read();
                if (read is null || marks.Count == MarksMax)
                {
                    errors[$"pages[{i}].marks"] = [fault ?? $"takes at most {MarksMax} marks"];
                    break;
                }

                marks.Add(read);
            }

            all.Add(marks);
        }

        ProblemException.ThrowIf(errors);
        return body.Pages.All(page => page.Fax is null) || caller.Scopes.Contains(Scopes.FaxesRead) ? all
            : throw new ProblemException(ProblemCode.NotAllowed, $"`fax` takes the scope {Scopes.FaxesRead} too.");
    }

    private async Task<Dictionary<Guid, UploadManifest>> UploadsAsync(
        Caller caller, CopyBody body, CancellationToken cancellation)
    {
        Dictionary<Guid, UploadManifest> known = [];
        for (int i = 0; i < body.Pages.Count; i++)
        {
            if (body.Pages[i].Upload is not { } upload)
            {
                continue;
            }

            UploadManifest? manifest = known.GetValueOrDefault(upload) ?? await vault
                .FindAsync(caller.OwnTenant, caller.Account, upload, cancellation).ConfigureAwait(false);
            if (manifest is null)
            {
                throw ProblemException.Field(
                    $"pages[{i}].upload", "takes the id of an upload of this account that is not over");
            }

            known[upload] = body.Pages[i].Page >= 1 && body.Pages[i].Page <= manifest.Pages ? manifest
                : throw ProblemException.Field($"pages[{i}].page", "takes a page that there is");
        }

        return known;
    }

    private async Task<Dictionary<Guid, EntryReason>> FaxesAsync(
        Caller caller, CopyBody body, CancellationToken cancellation)
    {
        Dictionary<Guid, EntryReason> known = [];
        foreach (Guid fax in body.Pages.Select(page => page.Fax).OfType<Guid>().Distinct())
        {
            (_, known[fax]) = await door
                .RequireAsync(caller, fax, new EntryReason(Purposes.Treatment), cancellation).ConfigureAwait(false);
        }

        return known;
    }

    private async Task<EncodedPage> OfFaxAsync(Caller caller, CopiedPageBody page, EntryReason why, int index)
    {
        try
        {
            return PageTiff.Parse(await reader.OpenPageAsync(
                caller.Actor, why, caller.OwnTenant, page.Fax!.Value, page.Page, CancellationToken.None)
                .ConfigureAwait(false)).Page;
        }
        catch (PageRefusedException refused) when (refused.Refusal == PageRefusal.NotThere)
        {
            throw ProblemException.Field($"pages[{index}].page", "takes a page that there is");
        }
    }

    private async Task<Created<UploadView>> KeepAsync(
        Caller caller, FaxDocument document, CancellationToken cancellation)
    {
        Guid upload = vault.NewId();
        BegunUpload begun = await vault.BeginAsync(caller.OwnTenant, upload, caller.Account, null,
            quotas.Of(caller.OwnTenant).UploadsPendingMax, cancellation).ConfigureAwait(false);
        if (begun.State != BegunUploadState.Begun)
        {
            throw quotas.TooManyUploads(caller.OwnTenant);
        }

        try
        {
            await vault.PutPagesAsync(caller.OwnTenant, upload, caller.Account, document, cancellation)
                .ConfigureAwait(false);
            await vault.FinishAsync(
                caller.OwnTenant, upload, SHA256.HashData(upload.ToByteArray()), cancellation).ConfigureAwait(false);
            return UploadEndpoints.Made(upload, document.Count, document.Notes);
        }
        catch
        {
            await vault.DeleteAsync(caller.OwnTenant, upload, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }
}
