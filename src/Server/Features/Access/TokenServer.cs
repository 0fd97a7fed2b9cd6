// SPDX-License-Identifier: Apache-2.0
using System.Security.Claims;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Http;
using Hermetic.Store.Access;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Hermetic.Server.Features.Access;

/// <summary>Tokens for programs: OAuth 2.0 client credentials (RFC 6749 §4.4) by OpenIddict, over our own table of
/// programs. A token is signed and encrypted, lives for minutes, and is worth nothing on the day its program
/// ends.</summary>
internal static class TokenServer
{
    public const string Path = "/connect/token";

    /// <summary>Whom the tokens are for (RFC 9068 §3).</summary>
    public const string Audience = "hermetic";

    /// <summary>Our choice, short as RFC 6750 §5.3 asks (an hour at most): what was copied out of a program is soon
    /// worthless even where nobody noticed.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(10);

    public static void AddTokenServer(this IServiceCollection services, AccessKeys keys, string origin)
    {
        services.AddOpenIddict()
            .AddServer(server =>
            {
                // Degraded: without OpenIddict's own tables. Who the programs are is asked below.
                server.EnableDegradedMode()
                    .SetIssuer(new Uri($"https://{origin}/"))
                    .SetTokenEndpointUris(Path)
                    .AllowClientCredentialsFlow()
                    .RegisterScopes([.. Scopes.OfPrograms])
                    .SetAccessTokenLifetime(TokenLifetime)
                    .AddSigningKey(new ECDsaSecurityKey(keys.SigningKey()))
                    .AddEncryptionKey(new SymmetricSecurityKey(keys.EncryptionKey()));
                server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(ValidateAsync));
                server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(IssueAsync));
                // The listeners' settings see to it that nothing but loopback is in the clear.
                server.UseAspNetCore().DisableTransportSecurityRequirement();
            })
            .AddValidation(validation =>
            {
                validation.UseLocalServer();
                validation.AddAudiences(Audience);
                validation.UseAspNetCore()
                    .DisableAccessTokenExtractionFromBodyForm()
                    .DisableAccessTokenExtractionFromQueryString();
            });
    }

    public static void MapTokens(this IEndpointRouteBuilder routes) => routes.MapPost(Path, async (HttpContext http) =>
    {
        http.RequestServices.GetRequiredService<AttemptLimit>().Take(http);
        IAuthenticationHandler? handler = await http.RequestServices
            .GetRequiredService<IAuthenticationHandlerProvider>()
            .GetHandlerAsync(http, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme).ConfigureAwait(false);
        if (handler is not IAuthenticationRequestHandler server
            || !await server.HandleRequestAsync().ConfigureAwait(false))
        {
            await Problems.WriteAsync(http, ProblemCode.NotFound).ConfigureAwait(false);
        }
    }).OpenToAll("a program shows here who it is; without its secret it gets nothing");

    private static HttpContext HttpOf(OpenIddictServerTransaction transaction) =>
        transaction.GetHttpRequest()?.HttpContext
            ?? throw new InvalidOperationException("a token was asked for outside of a request");

    private static async ValueTask ValidateAsync(ValidateTokenRequestContext context)
    {
        HttpContext http = HttpOf(context.Transaction);
        ProgramRow? program = await http.RequestServices.GetRequiredService<Programs>()
            .FindAsync(context.ClientId, http.RequestAborted).ConfigureAwait(false);
        bool knows = Programs.Knows(program, context.ClientSecret);
        string address = Caller.AddressOf(http);
        AccessJournal journal = http.RequestServices.GetRequiredService<AccessJournal>();
        EntryActor who = program is null ? AccessJournal.Stranger(address)
            : new EntryActor(program.ProgramId.ToString(), "Program", address, "");
        await journal.SignInAsync(
            program?.TenantId, who, "client-credentials", knows ? LedgerResult.Allowed : LedgerResult.Denied,
            http.RequestAborted).ConfigureAwait(false);
        if (!knows)
        {
            // RFC 6749 §5.2: one word for "no such client" and "wrong secret".
            context.Reject(Errors.InvalidClient, "This client is not known, or its secret is not right.");
            return;
        }

        http.Features.Set(program);
    }

    private static ValueTask IssueAsync(HandleTokenRequestContext context)
    {
        ProgramRow program = HttpOf(context.Transaction).Features.Get<ProgramRow>()
            ?? throw new InvalidOperationException("a token is issued for nobody");
        string[] given = program.Scopes.Split(' ');
        string[] asked = [.. context.Request.GetScopes()];
        if (asked.Except(given).Any())
        {
            context.Reject(Errors.InvalidScope, "This client was not given one of these scopes.");
            return ValueTask.CompletedTask;
        }

        ClaimsIdentity identity = new("hermetic", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, program.ProgramId.ToString())
            .SetClaim(Caller.SessionClaim, Guid.NewGuid().ToString())
            .SetScopes(asked.Length > 0 ? asked : given)
            .SetAudiences(Audience)
            .SetDestinations(static _ => [Destinations.AccessToken]);
        context.SignIn(new ClaimsPrincipal(identity));
        return ValueTask.CompletedTask;
    }
}
