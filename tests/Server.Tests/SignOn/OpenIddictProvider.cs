// SPDX-License-Identifier: Apache-2.0
using System.Security.Claims;
using Hermetic.Server.Tests.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Hermetic.Server.Tests.SignOn;

/// <summary>An identity provider that we did not write: OpenIddict's server, with one client and one person who is
/// signed in there.</summary>
internal sealed class OpenIddictProvider : IAsyncDisposable
{
    public const string ClientId = "hermetic at the clinic";
    public const string Secret = "a secret: with/odd+signs%";

    private WebApplication _app = null!;

    public string Subject { get; set; } = "person-1";

    public string Email { get; set; } = "ann@clinic.example";

    public bool IsVerified { get; set; } = true;

    public DateTimeOffset AuthenticatedAt { get; set; }

    /// <summary>Where it sends people back to, and nowhere else.</summary>
    public string? Redirect { get; set; }

    public string Issuer => _app.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/";

    public static async Task<OpenIddictProvider> StartAsync(MovableTime time)
    {
        OpenIddictProvider provider = new() { AuthenticatedAt = time.GetUtcNow() };
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddLogging();
        builder.Services.AddRouting();
        builder.Services.AddAuthentication();
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode()
                .SetAuthorizationEndpointUris("authorize")
                .SetTokenEndpointUris("token")
                .AllowAuthorizationCodeFlow()
                .RequireProofKeyForCodeExchange()
                .RegisterScopes(Scopes.Email)
                .AddEphemeralEncryptionKey()
                .AddEphemeralSigningKey();
            server.Configure(options => options.TimeProvider = time);
            server.UseAspNetCore().DisableTransportSecurityRequirement();
            server.AddEventHandler<ValidateAuthorizationRequestContext>(
                handler => handler.UseInlineHandler(provider.ValidateAsync));
            server.AddEventHandler<ValidateTokenRequestContext>(
                handler => handler.UseInlineHandler(ValidateAsync));
            server.AddEventHandler<HandleAuthorizationRequestContext>(
                handler => handler.UseInlineHandler(provider.SignInAsync));
        });
        provider._app = builder.Build();
        provider._app.UseDeveloperExceptionPage();
        provider._app.UseAuthentication();
        await provider._app.StartAsync();
        using HttpClient http = new();
        using HttpResponseMessage found = await http.GetAsync(
            new Uri(provider.Issuer + ".well-known/openid-configuration"));
        Assert.True(found.IsSuccessStatusCode, await found.Content.ReadAsStringAsync());
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private ValueTask ValidateAsync(ValidateAuthorizationRequestContext context)
    {
        if (context.ClientId != ClientId || context.RedirectUri != Redirect)
        {
            context.Reject(Errors.InvalidClient, "no such client, or not its address");
        }

        return ValueTask.CompletedTask;
    }

    private static ValueTask ValidateAsync(ValidateTokenRequestContext context)
    {
        if (context.ClientId != ClientId || context.ClientSecret != Secret)
        {
            context.Reject(Errors.InvalidClient, "no such client, or not its secret");
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask SignInAsync(HandleAuthorizationRequestContext context)
    {
        ClaimsIdentity identity = new("test", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, Subject)
            .SetClaim(Claims.Email, Email)
            .SetClaim(Claims.EmailVerified, IsVerified)
            .SetClaim(Claims.AuthenticationTime, AuthenticatedAt.ToUnixTimeSeconds())
            .SetScopes(context.Request.GetScopes())
            .SetDestinations(static _ => [Destinations.IdentityToken]);
        context.SignIn(new ClaimsPrincipal(identity));
        return ValueTask.CompletedTask;
    }
}
