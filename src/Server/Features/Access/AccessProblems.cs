// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Features.Access;

/// <summary>What can go wrong at the door.</summary>
internal static class AccessProblems
{
    public static readonly ProblemCode SignInRefused = new(
        "sign-in-refused", StatusCodes.Status401Unauthorized,
        "Name, password or code is not right, or there is a wait");

    public static readonly ProblemCode TooManyAttempts = new(
        "too-many-attempts", StatusCodes.Status429TooManyRequests, "Too many attempts from this address");

    public static readonly ProblemCode EnrolmentRefused = new(
        "enrolment-refused", StatusCodes.Status400BadRequest, "The enrolment can't be ended like this");

    public static readonly ProblemCode ConfirmFirst = new(
        "confirm-first", StatusCodes.Status403Forbidden, "Show again who you are, then repeat the request");

    public static readonly ProblemCode ChangeRefused = new(
        "change-refused", StatusCodes.Status400BadRequest, "This change can't be made");

    public static readonly ProblemCode OwnChange = new(
        "own-change", StatusCodes.Status403Forbidden, "Somebody else has to approve this change");
}

/// <summary>An endpoint's answer that is a problem.</summary>
internal sealed class ProblemAnswer(ProblemCode code, string? detail = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => Problems.WriteAsync(httpContext, code, detail);
}
