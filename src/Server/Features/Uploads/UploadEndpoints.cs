// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.ComponentModel;
using System.Security.Cryptography;
using Hermetic.Documents;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Hermetic.Store;
using Hermetic.Vault.Sealing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Uploads;

/// <summary>An upload as programs see it.</summary>
internal sealed record UploadView(
    Guid Id, int Pages,
    [property: Description("What a person should know before it goes out.")] IReadOnlyList<DocumentNote> Notes,
    [property: Description("Until then it can be sent.")] DateTimeOffset ExpiresAt);

/// <summary>Uploads over HTTP: one file is the body, sealed as it comes and made into fax pages at once.</summary>
internal sealed class UploadEndpoints(
    UploadVault vault, DocumentOptions options, ConversionSlots slots, Quotas.Quotas quotas)
{
    private const int RetryAfterSeconds = 5; // our choice: about as long as a document takes

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/uploads", (Delegate)TakeAsync).RequireScope(Scopes.FaxesSend).WithName("createUpload")
            .WithTags("Uploads").WithSummary("Uploads a document to be faxed")
            .WithDescription("The body is the file itself: PDF, TIFF, PNG, JPEG or UTF-8 text, of at most "
                + $"{options.Limits.InputBytesMax / 1_000_000} MB and {options.Limits.PagesMax} pages. It is sealed as "
                + "it comes, made into fax pages in a sandbox, and kept for a day. With a key the same file again is "
                + "the same upload, and another file is refused.")
            .WithMetadata(new TakesIdempotencyKey())
            .Accepts<byte[]>("application/octet-stream", [.. UploadIntake.Types.Split(", ")]);
        api.MapGet("/uploads/{id:guid}", FindAsync).RequireScope(Scopes.FaxesSend).WithName("getUpload")
            .WithTags("Uploads").WithSummary("One upload of this account");
        api.MapDelete("/uploads/{id:guid}", DeleteAsync).RequireScope(Scopes.FaxesSend).WithName("deleteUpload")
            .WithTags("Uploads").WithSummary("Takes an upload away");
    }

    private async Task<Created<UploadView>> TakeAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        RefuseEarly(http);
        await quotas.RequireRoomAsync(caller.OwnTenant, http.Request.ContentLength, http.RequestAborted)
            .ConfigureAwait(false);
        Guid upload = vault.NewId();
        BegunUpload begun = await vault.BeginAsync(
            caller.OwnTenant, upload, caller.Account, IdempotencyKeys.ReadKey(http),
            quotas.Of(caller.OwnTenant).UploadsPendingMax, http.RequestAborted).ConfigureAwait(false);
        return begun.State switch
        {
            BegunUploadState.Begun => await TakeInAsync(http, caller, upload).ConfigureAwait(false),
            BegunUploadState.There => await AgainAsync(http, caller, begun.Known!).ConfigureAwait(false),
            BegunUploadState.TooMany => throw quotas.TooManyUploads(caller.OwnTenant),
            _ => throw InUse(),
        };
    }

    private async Task<Created<UploadView>> TakeInAsync(HttpContext http, Caller caller, Guid upload)
    {
        try
        {
            ArrayBufferWriter<byte> sealedSource = new();
            byte[] hash;
            using (SealedWriter writer = vault.Begin(caller.OwnTenant, upload, sealedSource))
            using (UploadIntake intake = new(http.Request.BodyReader, options))
            {
                hash = await intake.SealAsync(writer, http.RequestAborted).ConfigureAwait(false);
            }

            await vault.PutSourceAsync(caller.OwnTenant, upload, sealedSource.WrittenMemory, http.RequestAborted)
                .ConfigureAwait(false);
            FaxDocument document = await ConvertAsync(
                caller.OwnTenant, upload, sealedSource.WrittenMemory, http.RequestAborted).ConfigureAwait(false);
            await vault.PutPagesAsync(caller.OwnTenant, upload, caller.Account, document, http.RequestAborted)
                .ConfigureAwait(false);
            if (!await vault.FinishAsync(caller.OwnTenant, upload, hash, http.RequestAborted).ConfigureAwait(false))
            {
                // It took so long that another with its key began anew.
                throw InUse();
            }

            return Made(upload, document.Count, document.Notes);
        }
        catch
        {
            await vault.DeleteAsync(caller.OwnTenant, upload, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    // The same bytes are the same upload; nothing of them is kept.
    private async Task<Created<UploadView>> AgainAsync(HttpContext http, Caller caller, UploadRecord known)
    {
        using UploadIntake intake = new(http.Request.BodyReader, options);
        byte[] hash = await intake.HashAsync(http.RequestAborted).ConfigureAwait(false);
        if (!vault.Holds(known, hash))
        {
            throw new ProblemException(ProblemCode.KeyReused);
        }

        UploadManifest? manifest = await vault
            .FindAsync(caller.OwnTenant, caller.Account, known.UploadId, http.RequestAborted).ConfigureAwait(false);
        if (manifest is null)
        {
            // Its bytes are gone: with the same key it begins anew.
            await vault.DeleteAsync(caller.OwnTenant, known.UploadId, http.RequestAborted).ConfigureAwait(false);
            throw InUse();
        }

        http.Response.Headers[IdempotencyKeys.ReplayedHeader] = "true";
        return Made(known.UploadId, manifest.Pages, manifest.Notes);
    }

    internal static Created<UploadView> Made(Guid upload, int pages, IReadOnlyList<DocumentNote> notes) =>
        TypedResults.Created($"{ApiEndpoints.Prefix}/uploads/{upload}",
            new UploadView(upload, pages, notes, UploadVault.OverAt(upload)));

    private static ProblemException InUse() =>
        new(ProblemCode.KeyInUse) { RetryAfterSeconds = RetryAfterSeconds };

    private async Task<Ok<UploadView>> FindAsync(HttpContext http, Guid id)
    {
        new QueryReader(http).Finish();
        UploadManifest manifest = await RequireAsync(http, id).ConfigureAwait(false);
        return TypedResults.Ok(new UploadView(id, manifest.Pages, manifest.Notes, UploadVault.OverAt(id)));
    }

    private async Task<NoContent> DeleteAsync(HttpContext http, Guid id)
    {
        new QueryReader(http).Finish();
        await RequireAsync(http, id).ConfigureAwait(false);
        await vault.DeleteAsync(Caller.Of(http).OwnTenant, id, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private async Task<UploadManifest> RequireAsync(HttpContext http, Guid id)
    {
        Caller caller = Caller.Of(http);
        return await vault.FindAsync(caller.OwnTenant, caller.Account, id, http.RequestAborted).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.NotFound);
    }

    // Before a byte of the body is taken.
    private void RefuseEarly(HttpContext http)
    {
        long most = options.Limits.InputBytesMax;
        if (http.Request.ContentLength > most)
        {
            throw UploadIntake.TooLarge(options);
        }

        if (http.Request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
        {
            throw new ProblemException(ProblemCode.UnsupportedType, "The body is the file itself, not a form.");
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }
    }

    private async Task<FaxDocument> ConvertAsync(
        Guid tenant, Guid upload, ReadOnlyMemory<byte> sealedSource, CancellationToken cancellation)
    {
        await slots.TakeAsync(cancellation).ConfigureAwait(false);
        byte[]? plain = null;
        try
        {
            plain = vault.OpenSource(tenant, upload, sealedSource.Span);
            DocumentOutcome outcome = await FaxDocument
                .OpenAsync([new ReadOnlyMemory<byte>(plain)], options, cancellation).ConfigureAwait(false);
            return outcome.Document ?? throw Refused(outcome.Refusal!);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            slots.Return();
        }
    }

    private static ProblemException Refused(Refusal refusal) => refusal.Code switch
    {
        RefusalCode.NoSandbox or RefusalCode.NoFont => new(ProblemCode.Unavailable, refusal.Reason),
        RefusalCode.UnknownType => new(ProblemCode.UnsupportedType, $"A file is one of: {UploadIntake.Types}."),
        _ => new(ProblemCode.DocumentRefused, refusal.Reason) { Page = refusal.Page },
    };
}
