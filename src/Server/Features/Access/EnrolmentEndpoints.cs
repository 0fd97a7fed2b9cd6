// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Access;

internal sealed record CodeBody([property: Description("The one-time code.")] string Code);

internal sealed record EnrolBody(
    [property: Description("The one-time code; it counts once.")] string Code,
    string Password,
    [property: Description("Six digits of the authenticator that was given the secret.")] string AuthenticatorCode);

/// <summary>A person who holds a one-time code sets how it will sign in.</summary>
internal static class EnrolmentEndpoints
{
    private const string Path = "/api/v1/enrolment";
    private const string Tag = "Enrolment";

    public static void MapEnrolment(this IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{Path}/begin", BeginAsync).CountAttempts().OpenToAll(SessionEndpoints.Open)
            .WithName("beginEnrolment").WithTags(Tag).WithSummary("Gives the secret for an authenticator")
            .WithDescription("A new one each time; it is the account's once the enrolment is completed.");
        routes.MapPost($"{Path}/complete", CompleteAsync).CountAttempts().OpenToAll(SessionEndpoints.Open)
            .WithName("completeEnrolment").WithTags(Tag).WithSummary("Sets password and authenticator");
    }

    private static async Task<Ok<TotpOffer>> BeginAsync(CodeBody body, HttpContext http, Enrolments enrolments) =>
        TypedResults.Ok(await enrolments.BeginAsync(body.Code, http.RequestAborted).ConfigureAwait(false)
            ?? throw new ProblemException(
                ProblemCode.EnrolmentRefused, "This code is none, was used, or has ended."));

    private static async Task<NoContent> CompleteAsync(EnrolBody body, HttpContext http, Enrolments enrolments) =>
        await enrolments.CompleteAsync(
            body.Code, body.Password, body.AuthenticatorCode, Caller.AddressOf(http), http.RequestAborted)
            .ConfigureAwait(false) is { } complaint
            ? throw new ProblemException(ProblemCode.EnrolmentRefused, complaint)
            : TypedResults.NoContent();
}
