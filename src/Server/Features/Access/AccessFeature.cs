// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Hosting;
using Hermetic.Server.Http;
using Hermetic.Store.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Features.Access;

/// <summary>The two doors of the feature: who is let in (P4).</summary>
internal static class AccessFeature
{
    public static void AddAccess(this IServiceCollection services, Installation installation)
    {
        services.AddSingleton(installation.Access);
        services.AddSingleton(installation.AccessKeys);
        services.AddSingleton(installation.Store);
        services.AddSingleton(installation.Journal);
        services.AddSingleton<AccessJournal>();
        services.AddSingleton<AttemptLimit>();
        services.AddSingleton<PasswordHash>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<Enrolments>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<PasswordSignIn>();
        services.AddSingleton<Programs>();
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<SessionCheck>(provider => provider.GetRequiredService<LiveSessions>().IsLiveAsync);
        services.AddSingleton<Approvals>();
        services.AddSingleton<GlassBreaking>();
        services.AddSingleton<GlassReviews>();
        AddPasskeys(services);
        services.AddTokenServer(installation.AccessKeys, installation.Settings.Ledger.Origin);
        services.AddAuthentication(AccessScheme.Name)
            .AddScheme<AuthenticationSchemeOptions, AccessScheme>(AccessScheme.Name, null);
    }

    public static void MapAccess(this IEndpointRouteBuilder routes)
    {
        routes.MapTokens();
        RouteGroupBuilder people = routes.MapGroup("").NeverKept();
        people.MapSessions();
        people.MapPasskeys();
        people.MapEnrolment();
        people.MapAccounts();
        people.MapPrograms();
        people.MapChanges();
    }

    private static void AddPasskeys(IServiceCollection services)
    {
        services.Configure<IdentityPasskeyOptions>(passkeys =>
        {
            // A passkey stands for both factors, so the authenticator has to know its owner.
            passkeys.UserVerificationRequirement = "required";
            passkeys.ResidentKeyRequirement = "required";
        });
        services.AddScoped<IUserStore<AccountRow>, PasskeyStore>();
        services.AddScoped<UserManager<AccountRow>>();
        services.AddScoped<IPasswordHasher<AccountRow>, PasswordHasher<AccountRow>>();
        services.AddScoped<ILookupNormalizer, UpperInvariantLookupNormalizer>();
        services.AddScoped<IdentityErrorDescriber>();
        services.AddScoped<IPasskeyHandler<AccountRow>, PasskeyHandler<AccountRow>>();
        services.AddScoped<Passkeys>();
    }
}
