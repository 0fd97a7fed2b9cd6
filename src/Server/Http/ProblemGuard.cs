// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Server.Features.Quotas;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Receiving;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Http;

/// <summary>Stands before everything: whatever fails behind it becomes a problem with a code, and nothing of an
/// exception's words goes out, nor a value of the request into the log.</summary>
internal static partial class ProblemGuard
{
    // Our choice: about as long as a storage probe takes to see that storage is back.
    private const int RetryAfterSeconds = 5;

    public static void UseProblems(this IApplicationBuilder app, ILogger log) => app.Use(async (http, next) =>
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException
            && http.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
            return;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            ProblemException problem = ProblemOf(failure);
            if (problem.Problem.Status >= StatusCodes.Status500InternalServerError)
            {
                LogFailure(log, http.GetEndpoint()?.DisplayName ?? "no endpoint", problem.Problem.Code,
                    Reception.Words(failure));
            }

            if (http.Response.HasStarted)
            {
                // Half an answer must not look like a whole one.
                http.Abort();
                return;
            }

            http.Response.Clear();
            await Problems.WriteAsync(http, problem).ConfigureAwait(false);
            return;
        }

        await CompleteAsync(http).ConfigureAwait(false);
    });

    private static ProblemException ProblemOf(Exception failure) => failure switch
    {
        ProblemException problem => problem,
        StoreUsageException refused => Quotas.Of(refused),
        PageRefusedException page => new(page.Refusal switch
        {
            PageRefusal.NotThere => ProblemCode.NotFound,
            PageRefusal.BytesMissing => ProblemCode.BytesMissing,
            PageRefusal.Tampered => ProblemCode.Tampered,
            _ => ProblemCode.Erased,
        }),
        VaultKeyException { Fault: KeyFault.EpochDestroyed } => new(ProblemCode.Erased),
        LedgerRefusedException => new(ProblemCode.LedgerUnavailable) { RetryAfterSeconds = RetryAfterSeconds },
        StoreUnavailableException or DurableException or BlobException or VaultKeyException =>
            new(ProblemCode.Unavailable) { RetryAfterSeconds = RetryAfterSeconds },
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(ProblemCode.TooLarge),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } =>
            new(ProblemCode.UnsupportedType, "The body is application/json."),
        BadHttpRequestException => new(ProblemCode.InvalidRequest,
            "A parameter or the body can't be read: compare it with /openapi/v1.json."),
        _ => new(ProblemCode.Internal),
    };

    // What the framework itself refuses has a status and no body.
    private static Task CompleteAsync(HttpContext http) =>
        http.Response is { HasStarted: false, ContentLength: null, ContentType: null } answer
            ? answer.StatusCode switch
            {
                StatusCodes.Status404NotFound => Problems.WriteAsync(http, ProblemCode.NotFound),
                StatusCodes.Status405MethodNotAllowed => Problems.WriteAsync(http, ProblemCode.MethodNotAllowed),
                StatusCodes.Status415UnsupportedMediaType => Problems.WriteAsync(http, ProblemCode.UnsupportedType),
                StatusCodes.Status413PayloadTooLarge => Problems.WriteAsync(http, ProblemCode.TooLarge),
                StatusCodes.Status400BadRequest => Problems.WriteAsync(http, ProblemCode.InvalidRequest),
                _ => Task.CompletedTask,
            }
            : Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Error, Message = "{Endpoint}: {Code} ({Failure})")]
    private static partial void LogFailure(ILogger log, string endpoint, string code, string failure);
}
