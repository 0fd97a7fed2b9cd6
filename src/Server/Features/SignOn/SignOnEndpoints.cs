// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Hermetic.Store.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Features.SignOn;

internal sealed record SignOnTenantBody([property: Description("The practice's id.")] Guid Tenant);

/// <summary>Where to send the browser.</summary>
internal sealed record SignOnAddressView(
    [property: Description("The identity provider's page; it leads back here.")] Uri Address);

/// <summary>People go to their practice's identity provider and come back. What was wrong is for the log: the answer is
/// one, whatever it was.</summary>
internal sealed partial class SignOnEndpoints(
    SignOns signOns, SignOnBindings bindings, Sessions sessions, AccessJournal journal, ILogger<SignOnEndpoints> log)
{
    public const string Callback = "/api/v1/session/sign-on/callback";

    private const string Reason = "somebody comes from, or goes to, the identity provider of its practice";

    // The session's cookie is Strict, and this page was come to from elsewhere: the next one is asked for by ours.
    private const string Page = "<!doctype html><meta http-equiv=\"refresh\" content=\"0;url=/\">"
        + "<title>Hermetic</title><p>You are signed in. <a href=\"/\">Go on</a></p>";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/session/sign-on", BeginAsync).CountAttempts().OpenToAll(Reason)
            .WithName("beginSignOn").WithTags(SessionEndpoints.Tag)
            .WithSummary("Begins a sign-in by a practice's identity provider");
        routes.MapPost("/api/v1/enrolment/sign-on", EnrolAsync).CountAttempts().OpenToAll(Reason)
            .WithName("beginSignOnEnrolment").WithTags(SessionEndpoints.Tag)
            .WithSummary("Binds an invited account to who signs in at the practice's identity provider");
        routes.MapPost("/api/v1/session/sign-on/confirm", (Delegate)ConfirmAsync).CountAttempts()
            .RequireScope(Scopes.SessionOwn).WithName("beginSignOnConfirmation").WithTags(SessionEndpoints.Tag)
            .WithSummary("Shows again who one is, by the practice's identity provider");
        routes.MapGet(Callback, (Delegate)ReturnAsync).CountAttempts().OpenToAll(Reason)
            .WithName("endSignOn").WithTags(SessionEndpoints.Tag)
            .WithSummary("Where the identity provider sends the browser back to")
            .WithDescription("OpenID Connect Core 1.0 §3.1.2.5. For browsers alone: the answer is a page.")
            .Produces<string>(StatusCodes.Status200OK, "text/html");
    }

    private Task<Ok<SignOnAddressView>> BeginAsync(SignOnTenantBody body, HttpContext http) =>
        StartAsync(http, FlowOf(http, SignOnPurpose.SignIn, body.Tenant));

    private async Task<Ok<SignOnAddressView>> EnrolAsync(CodeBody body, HttpContext http)
    {
        byte[] hash = SecretCode.Hash(body.Code ?? "");
        AccountRow? account = await bindings.OfCodeAsync(hash, http.RequestAborted).ConfigureAwait(false);
        return await StartAsync(http, account is null ? null
            : FlowOf(http, SignOnPurpose.Enrol, account.TenantId!.Value) with
            {
                Enrolment = Convert.ToBase64String(hash),
            }).ConfigureAwait(false);
    }

    private Task<Ok<SignOnAddressView>> ConfirmAsync(HttpContext http)
    {
        Caller caller = Caller.Of(http);
        return StartAsync(http, caller.Tenant is not { } tenant ? null
            : FlowOf(http, SignOnPurpose.Confirm, tenant) with
            {
                Account = caller.Account,
                Session = Guid.Parse(caller.Session),
            });
    }

    private static SignOnFlow FlowOf(HttpContext http, SignOnPurpose purpose, Guid tenant) => new(
        purpose, tenant, "", "", new Uri($"{http.Request.Scheme}://{http.Request.Host}{Callback}"), "", default);

    private async Task<Ok<SignOnAddressView>> StartAsync(HttpContext http, SignOnFlow? flow)
    {
        try
        {
            SignOnStart? start = flow is null || !SessionCookie.IsFromOurPages(http.Request) ? null
                : await signOns.BeginAsync(flow, http.RequestAborted).ConfigureAwait(false);
            if (start is null)
            {
                throw new ProblemException(ProblemCode.SignOnRefused);
            }

            SignOnCookie.Write(http.Response, start.Browser);
            return TypedResults.Ok(new SignOnAddressView(start.Address));
        }
        catch (SignOnException failure)
        {
            LogRefused(failure.Message);
            throw new ProblemException(ProblemCode.SignOnUnavailable);
        }
    }

    private async Task<IResult> ReturnAsync(HttpContext http)
    {
        IQueryCollection query = http.Request.Query;
        SignOnFlow? flow = await signOns.TakeAsync(
            query["state"], SignOnCookie.Read(http.Request), http.RequestAborted).ConfigureAwait(false);
        SignOnCookie.Clear(http.Response);
        if (flow is null)
        {
            throw new ProblemException(ProblemCode.SignOnRefused);
        }

        AccountRow? account = null;
        try
        {
            (SignOnSettings settings, IdTokenClaims claims) = await signOns.EndAsync(
                flow, query["code"], query["iss"], http.RequestAborted).ConfigureAwait(false);
            account = await AccountOfAsync(http, flow, settings, claims).ConfigureAwait(false);
            await JournalAsync(http, flow, account).ConfigureAwait(false);
            return account is null ? throw new ProblemException(ProblemCode.SignOnRefused)
                : await LetInAsync(http, flow, account, claims).ConfigureAwait(false);
        }
        catch (SignOnException failure)
        {
            LogRefused(failure.Message);
            await JournalAsync(http, flow, null).ConfigureAwait(false);
            throw new ProblemException(
                failure.IsProvider ? ProblemCode.SignOnUnavailable : ProblemCode.SignOnRefused);
        }
    }

    private async Task<AccountRow?> AccountOfAsync(
        HttpContext http, SignOnFlow flow, SignOnSettings settings, IdTokenClaims claims)
    {
        string address = Caller.AddressOf(http);
        AccountRow? account = flow.Enrolment is { } code
            ? await bindings.EnrolAsync(flow.Tenant, Convert.FromBase64String(code), settings, claims, address,
                http.RequestAborted).ConfigureAwait(false)
            : await bindings.FindAsync(flow.Tenant, settings, claims, address, http.RequestAborted)
                .ConfigureAwait(false);
        // Who confirms is who is signed in, and not whoever else has a session with the provider.
        return flow.Account is { } asked && account?.AccountId != asked ? null : account;
    }

    private async Task<IResult> LetInAsync(
        HttpContext http, SignOnFlow flow, AccountRow account, IdTokenClaims claims)
    {
        if (flow.Session is { } session)
        {
            await sessions.ConfirmAsync(session, http.RequestAborted).ConfigureAwait(false);
        }
        else
        {
            SessionCookie.Write(http.Response, await sessions
                .BeginAsync(account.AccountId, claims.AuthenticatedAt, http.RequestAborted).ConfigureAwait(false));
        }

        return Results.Content(Page, "text/html; charset=utf-8");
    }

    private Task JournalAsync(HttpContext http, SignOnFlow flow, AccountRow? account)
    {
        string address = Caller.AddressOf(http);
        EntryActor who = account is null ? AccessJournal.Stranger(address)
            : new EntryActor(account.AccountId.ToString(), ((Role)account.Role).ToString(), address, "");
        string how = flow.Purpose == SignOnPurpose.Confirm ? "single-sign-on confirm" : "single-sign-on";
        return journal.SignInAsync(flow.Tenant, who, how,
            account is null ? LedgerResult.Denied : LedgerResult.Allowed, http.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "single sign-on: {Reason}")]
    private partial void LogRefused(string reason);
}
