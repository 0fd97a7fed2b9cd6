// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Http;

/// <summary>What can go wrong, as programs are told: the code never changes its meaning, the words may.</summary>
/// <param name="Code">The stable code, and the last part of the problem's type.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What it is, in a few words.</param>
internal sealed record ProblemCode(string Code, int Status, string Title)
{
    public static readonly ProblemCode NotSignedIn = new(
        "not-signed-in", StatusCodes.Status401Unauthorized, "Sign in first");

    public static readonly ProblemCode NotAllowed = new(
        "not-allowed", StatusCodes.Status403Forbidden, "This account may not do that");

    /// <summary>The answer for "not yours" too.</summary>
    public static readonly ProblemCode NotFound = new(
        "not-found", StatusCodes.Status404NotFound, "There is nothing here");
}
