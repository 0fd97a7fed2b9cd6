// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Text.Json;
using Hermetic.Server.Http;
using Hermetic.Store.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Access;

internal sealed record CredentialBody(
    [property: Description("As the options gave it; it counts once.")] string Ceremony,
    [property: Description("What the browser's credential answers.")] JsonElement Credential);

/// <summary>What a browser needs for a ceremony of WebAuthn.</summary>
internal sealed record PasskeyOptionsView(
    [property: Description("To be sent back with the credential.")] string Ceremony,
    [property: Description("For `navigator.credentials`.")] JsonElement Options);

/// <summary>Signing in with a passkey, and adding one.</summary>
internal static class PasskeyEndpoints
{
    private const string Path = SessionEndpoints.Path;
    private const string Tag = SessionEndpoints.Tag;

    public static void MapPasskeys(this IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{Path}/passkey/options", OptionsAsync).CountAttempts().OpenToAll(SessionEndpoints.Open)
            .WithName("beginPasskeySignIn").WithTags(Tag).WithSummary("Begins to sign in with a passkey");
        routes.MapPost($"{Path}/passkey", SignInAsync).CountAttempts().OpenToAll(SessionEndpoints.Open)
            .WithName("signInWithPasskey").WithTags(Tag).WithSummary("Signs a person in with a passkey")
            .WithDescription("The session comes as a cookie.");
        routes.MapPost($"{Path}/passkeys/options", NewOptionsAsync).RequireScope(Scopes.SessionOwn)
            .WithName("beginPasskey").WithTags(Tag).WithSummary("Begins to add a passkey to one's own account");
        routes.MapPost($"{Path}/passkeys", AddAsync).RequireScope(Scopes.SessionOwn)
            .WithName("addPasskey").WithTags(Tag).WithSummary("Adds a passkey to one's own account");
    }

    private static async Task<Ok<PasskeyOptionsView>> OptionsAsync(HttpContext http, Passkeys passkeys) =>
        Offer(await passkeys.BeginSigningInAsync(http).ConfigureAwait(false));

    private static async Task<NoContent> SignInAsync(
        CredentialBody body, HttpContext http, Passkeys passkeys, Sessions sessions)
    {
        AccountRow? account = SessionCookie.IsFromOurPages(http.Request)
            ? await passkeys.SignInAsync(http, body.Ceremony, body.Credential.GetRawText()).ConfigureAwait(false)
            : null;
        return await SessionEndpoints.BeginAsync(http, account, sessions).ConfigureAwait(false);
    }

    private static async Task<Ok<PasskeyOptionsView>> NewOptionsAsync(
        HttpContext http, Accounts accounts, Passkeys passkeys, TimeProvider time) =>
        Offer(await passkeys.BeginAddingAsync(http, await FreshAsync(http, accounts, time).ConfigureAwait(false))
            .ConfigureAwait(false));

    private static async Task<NoContent> AddAsync(
        CredentialBody body, HttpContext http, Accounts accounts, Passkeys passkeys, TimeProvider time)
    {
        AccountRow account = await FreshAsync(http, accounts, time).ConfigureAwait(false);
        return await passkeys.AddAsync(
            http, account, Caller.Of(http).Actor, body.Ceremony, body.Credential.GetRawText()).ConfigureAwait(false)
            ? TypedResults.NoContent()
            : throw new ProblemException(ProblemCode.EnrolmentRefused, "This is no passkey that was asked for.");
    }

    private static async Task<AccountRow> FreshAsync(HttpContext http, Accounts accounts, TimeProvider time)
    {
        Caller caller = Caller.Of(http);
        AccessPolicy.RequireFresh(caller, time.GetUtcNow());
        return await accounts.FindAsync(caller.Account).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.NotFound);
    }

    private static Ok<PasskeyOptionsView> Offer(PasskeyOffer offer) => TypedResults.Ok(
        new PasskeyOptionsView(offer.Ceremony, JsonSerializer.Deserialize<JsonElement>(offer.OptionsJson)));
}
