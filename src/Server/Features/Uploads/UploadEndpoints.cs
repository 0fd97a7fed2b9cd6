// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.ComponentModel;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Hermetic.Documents;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
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
internal sealed class UploadEndpoints(UploadVault vault, DocumentOptions options, ConversionSlots slots)
{
    private const string Types = "application/pdf, image/tiff, image/png, image/jpeg, text/plain";

    // What is looked at before the rest is taken: a PDF says what it is within so many (ISO 32000-1 annex H, note 13).
    private const int HeadBytes = 1024;

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/uploads", (Delegate)TakeAsync).RequireScope(Scopes.FaxesSend).WithName("createUpload")
            .WithTags("Uploads").WithSummary("Uploads a document to be faxed")
            .WithDescription("The body is the file itself: PDF, TIFF, PNG, JPEG or UTF-8 text, of at most "
                + $"{options.Limits.InputBytesMax / 1_000_000} MB and {options.Limits.PagesMax} pages. It is sealed as "
                + "it comes, made into fax pages in a sandbox, and kept for a day.")
            .Accepts<byte[]>("application/octet-stream", [.. Types.Split(", ")]);
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
        ArrayBufferWriter<byte> sealedSource = new();
        (Guid upload, SealedWriter writer) = vault.Begin(caller.OwnTenant, sealedSource);
        using (writer)
        {
            await SealAsync(http.Request.BodyReader, writer, http.RequestAborted).ConfigureAwait(false);
        }

        await vault.PutSourceAsync(caller.OwnTenant, upload, sealedSource.WrittenMemory, http.RequestAborted)
            .ConfigureAwait(false);
        try
        {
            FaxDocument document = await ConvertAsync(
                caller.OwnTenant, upload, sealedSource.WrittenMemory, http.RequestAborted).ConfigureAwait(false);
            await vault.PutPagesAsync(caller.OwnTenant, upload, caller.Account, document, http.RequestAborted)
                .ConfigureAwait(false);
            return TypedResults.Created($"{ApiEndpoints.Prefix}/uploads/{upload}", new UploadView(
                upload, document.Count, document.Notes, UploadVault.OverAt(upload)));
        }
        catch
        {
            await vault.DeleteAsync(caller.OwnTenant, upload, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

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
            throw TooLarge();
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

    private ProblemException TooLarge() => new(ProblemCode.TooLarge,
        $"A file has at most {options.Limits.InputBytesMax / 1_000_000} MB.");

    private async Task SealAsync(PipeReader body, SealedWriter writer, CancellationToken cancellation)
    {
        bool looked = false;
        while (true)
        {
            ReadResult read = await body.ReadAsync(cancellation).ConfigureAwait(false);
            ReadOnlySequence<byte> come = read.Buffer;
            if (!looked && come.Length < HeadBytes && !read.IsCompleted)
            {
                body.AdvanceTo(come.Start, come.End);
                continue;
            }

            if (!looked && !FaxDocument.IsTaken(come.Slice(0, Math.Min(come.Length, HeadBytes)).ToArray()))
            {
                throw new ProblemException(ProblemCode.UnsupportedType, $"A file is one of: {Types}.");
            }

            looked = true;
            foreach (ReadOnlyMemory<byte> part in come)
            {
                writer.Write(part.Span);
            }

            body.AdvanceTo(come.End);
            if (writer.Length > options.Limits.InputBytesMax)
            {
                throw TooLarge();
            }

            if (read.IsCompleted)
            {
                writer.Complete();
                return;
            }
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
        RefusalCode.UnknownType => new(ProblemCode.UnsupportedType, $"A file is one of: {Types}."),
        _ => new(ProblemCode.DocumentRefused, refusal.Reason) { Page = refusal.Page },
    };
}
