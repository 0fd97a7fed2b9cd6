// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Hermetic.Store.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Validation.AspNetCore;

namespace Hermetic.Server.Features.Access;

/// <summary>The one scheme that <see cref="AccessGate"/> asks: a program's bearer token (RFC 6750 §2.1, in the header
/// alone), or a person's session cookie. Each time the database says whether token or session still count, and what its
/// owner may do now: a change takes effect with the next request, on every node.</summary>
internal sealed class AccessScheme(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "hermetic";

    private const string BearerPrefix = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string header = Request.Headers.Authorization.ToString();
        return header.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) ? ProgramAsync()
            : header.Length == 0 ? PersonAsync()
            : Task.FromResult(AuthenticateResult.NoResult());
    }

    private async Task<AuthenticateResult> ProgramAsync()
    {
        // OpenIddict begins a request in its own middleware, which would stand in front of the gate.
        IAuthenticationHandler? validation = await Context.RequestServices
            .GetRequiredService<IAuthenticationHandlerProvider>()
            .GetHandlerAsync(Context, OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme)
            .ConfigureAwait(false);
        if (validation is not IAuthenticationRequestHandler begin
            || await begin.HandleRequestAsync().ConfigureAwait(false))
        {
            return AuthenticateResult.Fail("no tokens are taken");
        }

        AuthenticateResult token = await Context
            .AuthenticateAsync(OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme).ConfigureAwait(false);
        if (!token.Succeeded || token.Principal.GetCreationDate() is not { } issued)
        {
            return AuthenticateResult.Fail("no token that counts");
        }

        ProgramRow? program = await Context.RequestServices.GetRequiredService<Programs>()
            .FindAsync(token.Principal.GetClaim(OpenIddictConstants.Claims.Subject), Context.RequestAborted)
            .ConfigureAwait(false);
        string? session = token.Principal.GetClaim(Caller.SessionClaim);
        if (program is null || session is null || issued < program.TokensFrom)
        {
            return AuthenticateResult.Fail("the token was revoked");
        }

        string scopes = string.Join(' ', token.Principal.GetScopes().Intersect(program.Scopes.Split(' ')));
        return Success(
        [
            new Claim(Caller.SubjectClaim, program.ProgramId.ToString()),
            new Claim(Caller.TenantClaim, program.TenantId.ToString()),
            new Claim(Caller.ScopeClaim, scopes),
            new Claim(Caller.InboxClaim, program.Inboxes),
            new Claim(Caller.SessionClaim, session),
            AuthenticatedAt(issued),
        ]);
    }

    private async Task<AuthenticateResult> PersonAsync()
    {
        if (SessionCookie.Read(Request) is not { } secret)
        {
            return AuthenticateResult.NoResult();
        }

        if (!SessionCookie.IsFromOurPages(Request))
        {
            return AuthenticateResult.Fail("the request comes from another site's page");
        }

        if (await Context.RequestServices.GetRequiredService<Sessions>()
            .FindAsync(secret, Context.RequestAborted).ConfigureAwait(false) is not var (session, account))
        {
            return AuthenticateResult.Fail("the session has ended");
        }

        Role role = (Role)account.Role;
        List<Claim> claims =
        [
            new Claim(Caller.SubjectClaim, account.AccountId.ToString()),
            new Claim(Caller.RoleClaim, role.ToString()),
            new Claim(Caller.ScopeClaim, string.Join(' ', Scopes.OfRole[role])),
            new Claim(Caller.InboxClaim, account.Inboxes),
            new Claim(Caller.SessionClaim, session.SessionId.ToString()),
            AuthenticatedAt(session.AuthenticatedAt),
        ];
        if (account.TenantId is { } tenant)
        {
            claims.Add(new Claim(Caller.TenantClaim, tenant.ToString()));
        }

        return Success(claims);
    }

    private static Claim AuthenticatedAt(DateTimeOffset at) => new(
        Caller.AuthenticatedAtClaim, at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    private AuthenticateResult Success(IEnumerable<Claim> claims) => AuthenticateResult.Success(
        new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name)), Scheme.Name));
}
