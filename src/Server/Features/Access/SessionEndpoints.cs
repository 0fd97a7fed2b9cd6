// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Server.Http;
using Hermetic.Store.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Access;

/// <summary>People come, show again who they are, and go.</summary>
internal static class SessionEndpoints
{
    private const string Path = "/api/v1/session";
    private const string Reason = "somebody shows here who it is, or that it holds a one-time code";

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, SignInAsync).OpenToAll(Reason);
        routes.MapPost($"{Path}/passkey/options", PasskeyOptionsAsync).OpenToAll(Reason);
        routes.MapPost($"{Path}/passkey", PasskeySignInAsync).OpenToAll(Reason);
        routes.MapPost("/api/v1/enrolment/begin", BeginEnrolmentAsync).OpenToAll(Reason);
        routes.MapPost("/api/v1/enrolment/complete", CompleteEnrolmentAsync).OpenToAll(Reason);
        routes.MapGet(Path, Show).RequireScope(Scopes.SessionOwn);
        routes.MapDelete(Path, SignOutAsync).RequireScope(Scopes.SessionOwn);
        routes.MapPost($"{Path}/confirm", ConfirmAsync).RequireScope(Scopes.SessionOwn);
        routes.MapPost($"{Path}/passkeys/options", NewPasskeyOptionsAsync).RequireScope(Scopes.SessionOwn);
        routes.MapPost($"{Path}/passkeys", AddPasskeyAsync).RequireScope(Scopes.SessionOwn);
    }

    internal sealed record SignInBody(string Name, string Password, string Code);

    internal sealed record ConfirmBody(string Password, string Code);

    internal sealed record CodeBody(string Code);

    internal sealed record EnrolBody(string Code, string Password, string AuthenticatorCode);

    internal sealed record CredentialBody(string Ceremony, JsonElement Credential);

    private sealed record SessionView(
        Guid Account, Guid? Tenant, string Role, IEnumerable<string> Scopes, IEnumerable<string>? Inboxes,
        DateTimeOffset AuthenticatedAt);

    private static async Task<IResult> SignInAsync(
        SignInBody body, HttpContext http, AttemptLimit limit, PasswordSignIn signIn, Sessions sessions)
    {
        if (limit.Refuse(http) is { } refused)
        {
            return refused;
        }

        AccountRow? account = SessionCookie.IsFromOurPages(http.Request)
            ? await signIn.TryAsync(body.Name, body.Password, body.Code, "password", Caller.AddressOf(http),
                http.RequestAborted).ConfigureAwait(false)
            : null;
        return await BeginAsync(http, account, sessions).ConfigureAwait(false);
    }

    private static async Task<IResult> BeginAsync(HttpContext http, AccountRow? account, Sessions sessions)
    {
        if (account is null)
        {
            return new ProblemAnswer(AccessProblems.SignInRefused);
        }

        SessionCookie.Write(http.Response,
            await sessions.BeginAsync(account.AccountId, http.RequestAborted).ConfigureAwait(false));
        return Results.NoContent();
    }

    private static async Task<IResult> PasskeyOptionsAsync(HttpContext http, AttemptLimit limit, Passkeys passkeys) =>
        (IResult?)limit.Refuse(http) ?? Offer(await passkeys.BeginSigningInAsync(http).ConfigureAwait(false));

    private static async Task<IResult> PasskeySignInAsync(
        CredentialBody body, HttpContext http, AttemptLimit limit, Passkeys passkeys, Sessions sessions)
    {
        if (limit.Refuse(http) is { } refused)
        {
            return refused;
        }

        AccountRow? account = SessionCookie.IsFromOurPages(http.Request)
            ? await passkeys.SignInAsync(http, body.Ceremony, body.Credential.GetRawText()).ConfigureAwait(false)
            : null;
        return await BeginAsync(http, account, sessions).ConfigureAwait(false);
    }

    private static async Task<IResult> BeginEnrolmentAsync(
        CodeBody body, HttpContext http, AttemptLimit limit, Enrolments enrolments)
    {
        if (limit.Refuse(http) is { } refused)
        {
            return refused;
        }

        return await enrolments.BeginAsync(body.Code, http.RequestAborted).ConfigureAwait(false) is { } offer
            ? Answer(offer)
            : new ProblemAnswer(AccessProblems.EnrolmentRefused, "This code is none, was used, or has ended.");
    }

    private static async Task<IResult> CompleteEnrolmentAsync(
        EnrolBody body, HttpContext http, AttemptLimit limit, Enrolments enrolments)
    {
        if (limit.Refuse(http) is { } refused)
        {
            return refused;
        }

        return await enrolments.CompleteAsync(
            body.Code, body.Password, body.AuthenticatorCode, Caller.AddressOf(http), http.RequestAborted)
            .ConfigureAwait(false) is { } complaint
            ? new ProblemAnswer(AccessProblems.EnrolmentRefused, complaint)
            : Results.NoContent();
    }

    private static JsonHttpAnswer Show(HttpContext http)
    {
        Caller caller = Caller.Of(http);
        return Answer(new SessionView(
            caller.Account, caller.Tenant, caller.Role?.ToString() ?? "", caller.Scopes.Order(StringComparer.Ordinal),
            caller.Inboxes?.Select(id => id.ToString()), caller.AuthenticatedAt));
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, Sessions sessions)
    {
        await sessions.EndAsync(Guid.Parse(Caller.Of(http).Session), http.RequestAborted).ConfigureAwait(false);
        SessionCookie.Clear(http.Response);
        return Results.NoContent();
    }

    private static async Task<IResult> ConfirmAsync(
        ConfirmBody body, HttpContext http, AttemptLimit limit, PasswordSignIn signIn, Accounts accounts,
        AccessKeys keys, Sessions sessions)
    {
        if (limit.Refuse(http) is { } refused)
        {
            return refused;
        }

        Caller caller = Caller.Of(http);
        if (await accounts.FindAsync(caller.Account).ConfigureAwait(false) is not { } account
            || await signIn.TryAsync(
                keys.Open(account.AccountId, Accounts.NameColumn, account.SealedName), body.Password, body.Code,
                "confirm", Caller.AddressOf(http), http.RequestAborted).ConfigureAwait(false) is null)
        {
            return new ProblemAnswer(AccessProblems.SignInRefused);
        }

        await sessions.ConfirmAsync(Guid.Parse(caller.Session), http.RequestAborted).ConfigureAwait(false);
        return Results.NoContent();
    }

    private static async Task<IResult> NewPasskeyOptionsAsync(
        HttpContext http, Accounts accounts, Passkeys passkeys, TimeProvider time)
    {
        Caller caller = Caller.Of(http);
        return !AccessPolicy.IsFresh(caller, time.GetUtcNow()) ? new ProblemAnswer(AccessProblems.ConfirmFirst)
            : await accounts.FindAsync(caller.Account).ConfigureAwait(false) is { } account
                ? Offer(await passkeys.BeginAddingAsync(http, account).ConfigureAwait(false))
                : new ProblemAnswer(ProblemCode.NotFound);
    }

    private static async Task<IResult> AddPasskeyAsync(
        CredentialBody body, HttpContext http, Accounts accounts, Passkeys passkeys, TimeProvider time)
    {
        Caller caller = Caller.Of(http);
        if (!AccessPolicy.IsFresh(caller, time.GetUtcNow()))
        {
            return new ProblemAnswer(AccessProblems.ConfirmFirst);
        }

        return await accounts.FindAsync(caller.Account).ConfigureAwait(false) is { } account
            && await passkeys.AddAsync(http, account, caller.Actor, body.Ceremony, body.Credential.GetRawText())
                .ConfigureAwait(false)
            ? Results.NoContent()
            : new ProblemAnswer(AccessProblems.EnrolmentRefused, "This is no passkey that was asked for.");
    }

    private static JsonHttpAnswer Offer(PasskeyOffer offer) => Answer(
        new { ceremony = offer.Ceremony, options = JsonSerializer.Deserialize<JsonElement>(offer.OptionsJson) });

    private static JsonHttpAnswer Answer(object value) => new(value);
}
