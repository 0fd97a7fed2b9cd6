// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hermetic.Server.Tests.Api;

/// <summary>Who asks, in a test: the header says it, and nothing checks it. It is in no program but this one.</summary>
internal sealed record TestSignIn(Guid Tenant, string Scopes, string Inboxes = "all", Guid? Account = null)
{
    public const string SchemeName = "Test";

    public Guid Caller { get; } = Account ?? Guid.NewGuid();

    /// <summary>The person's role; null for a program.</summary>
    public string? Role { get; init; }

    public AuthenticationHeaderValue Header => new(
        SchemeName, $"{Caller}|{Tenant}|{Scopes}|{Inboxes}|session-{Caller}|{Role}");

    public static void Add(IServiceCollection services)
    {
        services.AddLogging();
        services.AddAuthentication(SchemeName).AddScheme<AuthenticationSchemeOptions, Handler>(SchemeName, null);
    }

    private sealed class Handler(
        IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            string header = Request.Headers.Authorization.ToString();
            // Under either name, so that the commands of docs/api.md do as they are.
            string[] words = header.Split(' ', 2);
            if (words is not [SchemeName or "Bearer", var claims])
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            string[] parts = claims.Split('|');
            ClaimsIdentity identity = new(
                [
                    new Claim(Features.Access.Caller.SubjectClaim, parts[0]),
                    new Claim(Features.Access.Caller.TenantClaim, parts[1]),
                    new Claim(Features.Access.Caller.ScopeClaim, parts[2]),
                    new Claim(Features.Access.Caller.InboxClaim, parts[3]),
                    new Claim(Features.Access.Caller.SessionClaim, parts[4]),
                    new Claim(Features.Access.Caller.AuthenticatedAtClaim,
                        TimeProvider.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
                ],
                SchemeName);
            if (parts[5].Length > 0)
            {
                identity.AddClaim(new Claim(Features.Access.Caller.RoleClaim, parts[5]));
            }

            return Task.FromResult(AuthenticateResult.Success(
                new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
        }
    }
}
