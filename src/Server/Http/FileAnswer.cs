// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Http;

/// <summary>Bytes that are somebody's: whole, once, kept by nobody on the way, and zeroed behind it. There are no
/// ranges: each would be a disclosure of its own.</summary>
/// <param name="bytes">The file; its owner from here on.</param>
/// <param name="format">What it is.</param>
/// <param name="name">Its name without the extension: ids and words of ours alone.</param>
internal sealed class FileAnswer(byte[] bytes, FileFormat format, string name) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse answer = httpContext.Response;
        answer.ContentType = format.ContentType;
        answer.ContentLength = bytes.Length;
        answer.Headers.CacheControl = "no-store";
        answer.Headers.XContentTypeOptions = "nosniff";
        answer.Headers.AcceptRanges = "none";
        answer.Headers.ContentDisposition = $"inline; filename=\"{name}.{format.Word}\"";
        // RFC 9110 §12.5.5: the answer depends on what was asked for.
        answer.Headers.Vary = "Accept";
        try
        {
            await answer.Body.WriteAsync(bytes, httpContext.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
