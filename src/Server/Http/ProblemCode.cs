// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Http;

/// <summary>What can go wrong, as programs are told: the code never changes its meaning, the words may.</summary>
/// <param name="Code">The stable code, and the last part of the problem's type.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Remedy">What a program can do about it, for the list of codes.</param>
internal sealed record ProblemCode(string Code, int Status, string Title, string Remedy = "")
{
    public static readonly ProblemCode NotSignedIn = new(
        "not-signed-in", StatusCodes.Status401Unauthorized, "Sign in first",
        "Ask for a new token and try again.");

    public static readonly ProblemCode SignInRefused = new(
        "sign-in-refused", StatusCodes.Status401Unauthorized,
        "Name, password or code is not right, or there is a wait",
        "Wait a little, then try again with the next code of the authenticator. Each failure makes the wait longer.");

    public static readonly ProblemCode SignOnRefused = new(
        "sign-on-refused", StatusCodes.Status401Unauthorized, "The single sign-on was not completed",
        "Begin it anew, in one browser. The server's log says why.");

    public static readonly ProblemCode SignOnUnavailable = new(
        "sign-on-unavailable", StatusCodes.Status503ServiceUnavailable,
        "The practice's identity provider can't be asked, or does not keep to its word",
        "Tell the operator: the server's log says more. Sign in with a password or passkey, if there is one.");

    public static readonly ProblemCode NotAllowed = new(
        "not-allowed", StatusCodes.Status403Forbidden, "This account may not do that",
        "Have the scope given to the account. Trying again does not help.");

    public static readonly ProblemCode ConfirmFirst = new(
        "confirm-first", StatusCodes.Status403Forbidden, "Show again who you are, then repeat the request",
        "Send password and code to `/api/v1/session/confirm`, or sign in anew.");

    public static readonly ProblemCode OwnChange = new(
        "own-change", StatusCodes.Status403Forbidden, "Somebody else has to approve this change",
        "Have a second person who may approve changes do it.");

    /// <summary>The answer for "not yours" too.</summary>
    public static readonly ProblemCode NotFound = new(
        "not-found", StatusCodes.Status404NotFound, "There is nothing here",
        "Nothing: it is not there, or belongs to somebody else.");

    public static readonly ProblemCode InvalidRequest = new(
        "invalid-request", StatusCodes.Status400BadRequest, "Something in the request is not what it must be",
        "`errors` names each field and says what it takes.");

    public static readonly ProblemCode EnrolmentRefused = new(
        "enrolment-refused", StatusCodes.Status400BadRequest, "The enrolment can't be ended like this",
        "`detail` says why not. A code that has ended is replaced by whoever runs the accounts.");

    public static readonly ProblemCode ChangeRefused = new(
        "change-refused", StatusCodes.Status400BadRequest, "This change can't be made",
        "`detail` says why not, or what is needed.");

    public static readonly ProblemCode MethodNotAllowed = new(
        "method-not-allowed", StatusCodes.Status405MethodNotAllowed, "This can't be done here",
        "Use one of the methods in the header `Allow`.");

    public static readonly ProblemCode NotAcceptable = new(
        "not-acceptable", StatusCodes.Status406NotAcceptable, "There is no such form of it",
        "Ask for one of the types that the problem lists, or leave `Accept` out.");

    public static readonly ProblemCode KeyInUse = new(
        "idempotency-key-in-use", StatusCodes.Status409Conflict, "The first request with this key is still under way",
        "Wait for `Retry-After` and send the same request with the same key again.");

    public static readonly ProblemCode WrongState = new(
        "wrong-state", StatusCodes.Status409Conflict, "That can't be done to it as it is now",
        "Look at its state; `detail` says why not.");

    public static readonly ProblemCode Taken = new(
        "taken", StatusCodes.Status409Conflict, "Somebody has this name or number already",
        "Choose another; `detail` says more.");

    public static readonly ProblemCode SiteInUse = new(
        "site-in-use", StatusCodes.Status409Conflict, "Lines stand at this site",
        "Put each of them at another site, or at none, then remove it.");

    public static readonly ProblemCode Erased = new(
        "erased", StatusCodes.Status410Gone, "Its keys were destroyed",
        "Nothing: that is final.");

    public static readonly ProblemCode Stale = new(
        "stale", StatusCodes.Status412PreconditionFailed, "Somebody changed it since",
        "Read it again, and send its `ETag` in `If-Match`.");

    public static readonly ProblemCode MatchRequired = new(
        "match-required", StatusCodes.Status428PreconditionRequired, "Say which version is meant",
        "Send the `ETag` of what was read in `If-Match`.");

    public static readonly ProblemCode QuotaReached = new(
        "quota-reached", StatusCodes.Status403Forbidden, "The practice or the account has used what it may",
        "`quota` says of what, how much may be used and how much is; behind `Retry-After`, if it is there, there is "
        + "more again. The operator can raise it.");

    public static readonly ProblemCode TooLarge = new(
        "too-large", StatusCodes.Status413PayloadTooLarge, "The body is larger than what is taken here",
        "Send less; the problem says how much is taken.");

    public static readonly ProblemCode UnsupportedType = new(
        "unsupported-type", StatusCodes.Status415UnsupportedMediaType, "This kind of content is not taken here",
        "Send one of the types that the problem lists.");

    public static readonly ProblemCode KeyReused = new(
        "idempotency-key-reused", StatusCodes.Status422UnprocessableEntity,
        "This key was used for another request",
        "Use a new `Idempotency-Key` for each new request.");

    public static readonly ProblemCode DocumentRefused = new(
        "document-refused", StatusCodes.Status422UnprocessableEntity, "The document can't be faxed as it is",
        "`detail` says what is wrong with it, and `page` where.");

    public static readonly ProblemCode TooMany = new(
        "too-many-requests", StatusCodes.Status429TooManyRequests, "Too many requests, or too much at once",
        "Wait for `Retry-After`.");

    public static readonly ProblemCode TooManyAttempts = new(
        "too-many-attempts", StatusCodes.Status429TooManyRequests, "Too many attempts from this address",
        "Wait for `Retry-After`.");

    public static readonly ProblemCode Internal = new(
        "internal-error", StatusCodes.Status500InternalServerError, "A fault of this server's own",
        "Tell the operator the time of the request: the server's log says more.");

    public static readonly ProblemCode BytesMissing = new(
        "page-missing", StatusCodes.Status500InternalServerError, "The page's sealed bytes are missing",
        "Tell the operator: the blobs have to come back from their backup.");

    public static readonly ProblemCode Tampered = new(
        "page-tampered", StatusCodes.Status500InternalServerError, "What is stored is not what was stored",
        "Tell the operator and the privacy officer at once.");

    public static readonly ProblemCode LedgerUnavailable = new(
        "ledger-unavailable", StatusCodes.Status503ServiceUnavailable,
        "The ledger can't be written, so nothing may be shown",
        "Tell the operator. Nothing was disclosed.");

    public static readonly ProblemCode Unavailable = new(
        "unavailable", StatusCodes.Status503ServiceUnavailable, "Storage, keys or sandbox are not to be had now",
        "Wait for `Retry-After` and try again.");

    /// <summary>All that there are, by their codes.</summary>
    public static IReadOnlyList<ProblemCode> All { get; } =
    [
        .. typeof(ProblemCode).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => field.GetValue(null)).OfType<ProblemCode>()
            .OrderBy(problem => problem.Status).ThenBy(problem => problem.Code, StringComparer.Ordinal),
    ];
}
