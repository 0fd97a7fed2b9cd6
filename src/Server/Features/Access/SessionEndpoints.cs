// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Http;
using Hermetic.Store.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Access;

internal sealed record SignInBody(
    string Name, string Password, [property: Description("Six digits of the authenticator.")] string Code);

internal sealed record ConfirmBody(
    string Password, [property: Description("Six digits of the authenticator.")] string Code);

/// <summary>A session as its owner sees it.</summary>
internal sealed record SessionView(
    Guid Account,
    [property: Description("The practice; null for the installation's people.")] Guid? Tenant,
    [property: Description(RoleWords.Description)] string Role,
    IReadOnlyList<string> Scopes,
    [property: Description("Ids of lines; null for all of the practice.")] IReadOnlyList<Guid>? Inboxes,
    [property: Description("When the person last showed who it is.")] DateTimeOffset AuthenticatedAt);

/// <summary>People come, show again who they are, and go.</summary>
internal static class SessionEndpoints
{
    public const string Path = "/api/v1/session";
    public const string Tag = "Sessions";
    public const string Open = "somebody shows here who it is, or that it holds a one-time code";

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, SignInAsync).CountAttempts().OpenToAll(Open).WithName("signIn").WithTags(Tag)
            .WithSummary("Signs a person in")
            .WithDescription("The session comes as a cookie. Programs ask for a token instead.");
        routes.MapGet(Path, Show).RequireScope(Scopes.SessionOwn).WithName("getSession").WithTags(Tag)
            .WithSummary("One's own session");
        routes.MapDelete(Path, SignOutAsync).RequireScope(Scopes.SessionOwn).WithName("signOut").WithTags(Tag)
            .WithSummary("Ends one's own session");
        routes.MapPost($"{Path}/confirm", ConfirmAsync).CountAttempts().RequireScope(Scopes.SessionOwn)
            .WithName("confirmSession").WithTags(Tag).WithSummary("Shows again who one is")
            .WithDescription("Exports, approvals and changes of how one signs in ask for it after five minutes.");
    }

    /// <summary>Begins a session of whoever has shown who it is.</summary>
    /// <exception cref="ProblemException">Nobody has.</exception>
    public static async Task<NoContent> BeginAsync(HttpContext http, AccountRow? account, Sessions sessions)
    {
        if (account is null)
        {
            throw new ProblemException(ProblemCode.SignInRefused);
        }

        SessionCookie.Write(http.Response,
            await sessions.BeginAsync(account.AccountId, http.RequestAborted).ConfigureAwait(false));
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> SignInAsync(
        SignInBody body, HttpContext http, PasswordSignIn signIn, Sessions sessions)
    {
        AccountRow? account = SessionCookie.IsFromOurPages(http.Request)
            ? await signIn.TryAsync(body.Name, body.Password, body.Code, "password", Caller.AddressOf(http),
                http.RequestAborted).ConfigureAwait(false)
            : null;
        return await BeginAsync(http, account, sessions).ConfigureAwait(false);
    }

    private static Ok<SessionView> Show(HttpContext http)
    {
        Caller caller = Caller.Of(http);
        return TypedResults.Ok(new SessionView(
            caller.Account, caller.Tenant, caller.Role?.ToString() ?? "",
            [.. caller.Scopes.Order(StringComparer.Ordinal)], caller.Inboxes is { } inboxes ? [.. inboxes] : null,
            caller.AuthenticatedAt));
    }

    private static async Task<NoContent> SignOutAsync(HttpContext http, Sessions sessions)
    {
        await sessions.EndAsync(Guid.Parse(Caller.Of(http).Session), http.RequestAborted).ConfigureAwait(false);
        SessionCookie.Clear(http.Response);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ConfirmAsync(
        ConfirmBody body, HttpContext http, PasswordSignIn signIn, Accounts accounts, AccessKeys keys,
        Sessions sessions)
    {
        Caller caller = Caller.Of(http);
        if (await accounts.FindAsync(caller.Account).ConfigureAwait(false) is not { } account
            || await signIn.TryAsync(
                keys.Open(account.AccountId, Accounts.NameColumn, account.SealedName), body.Password, body.Code,
                "confirm", Caller.AddressOf(http), http.RequestAborted).ConfigureAwait(false) is null)
        {
            throw new ProblemException(ProblemCode.SignInRefused);
        }

        await sessions.ConfirmAsync(Guid.Parse(caller.Session), http.RequestAborted).ConfigureAwait(false);
        return TypedResults.NoContent();
    }
}
