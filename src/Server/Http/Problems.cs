// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Http;

/// <summary>Errors as problem+json (RFC 9457), with a stable `code` beside the type.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    public const string TypePrefix = "urn:hermetic:problem:";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Writes a problem as the whole answer.</summary>
    /// <param name="http">The request.</param>
    /// <param name="code">What went wrong.</param>
    /// <param name="detail">What to do about it; holds no PHI and no value of the request.</param>
    public static Task WriteAsync(HttpContext http, ProblemCode code, string? detail = null) =>
        WriteAsync(http, new ProblemException(code, detail));

    /// <summary>Writes a problem as the whole answer.</summary>
    public static async Task WriteAsync(HttpContext http, ProblemException problem)
    {
        ProblemCode code = problem.Problem;
        http.Response.StatusCode = code.Status;
        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (problem.RetryAfterSeconds is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (code.Status == StatusCodes.Status413PayloadTooLarge)
        {
            // Its rest is not read, and nothing can follow it (RFC 9112 §9.6).
            http.Response.Headers.Connection = "close";
        }

        byte[] body = JsonSerializer.SerializeToUtf8Bytes(
            new ProblemView(TypePrefix + code.Code, code.Title, code.Status, code.Code, problem.Detail, code.Remedy,
                problem.Errors, problem.Page, problem.Quota),
            Options);
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted).ConfigureAwait(false);
        }
    }
}

/// <summary>A problem as it is sent (RFC 9457).</summary>
/// <param name="Type">A URN that names the kind of problem.</param>
/// <param name="Title">The kind, in a few words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The stable code.</param>
/// <param name="Detail">What is wrong with this one.</param>
/// <param name="Remedy">What to do about this kind.</param>
/// <param name="Errors">By field, what each takes.</param>
/// <param name="Page">The page of the document that it is about.</param>
/// <param name="Quota">What was used up.</param>
internal sealed record ProblemView(
    string Type, string Title, int Status, string Code, string? Detail, string Remedy,
    IReadOnlyDictionary<string, string[]>? Errors, int? Page, ProblemQuota? Quota);

/// <summary>A quota that is reached.</summary>
/// <param name="Name">`outgoing-per-day`, `stored-pages`, `stored-octets` or `uploads-pending`.</param>
/// <param name="Limit">How much may be used.</param>
/// <param name="Used">How much is.</param>
internal sealed record ProblemQuota(string Name, long Limit, long Used);
