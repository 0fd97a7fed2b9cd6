// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Hermetic.Server.Portal;

/// <summary>The two doors of the portal. Its pages hold nothing of anybody: what people see comes over the API, through
/// the same gate and into the same ledger as what programs see (ADR 17).</summary>
internal static class PortalFeature
{
    // W3C CSP Level 3: scripts, styles and calls to this server alone, nothing inline; pictures of pages are made in
    // the browser out of what the API gave (blob:).
    private const string ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; "
        + "img-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    public static void AddPortal(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddSingleton(_ => Languages.Ours());
        services.AddSingleton<PortalAssets>();
    }

    public static void MapPortal(this IEndpointRouteBuilder routes)
    {
        PortalAssets assets = routes.ServiceProvider.GetRequiredService<PortalAssets>();
        Languages languages = routes.ServiceProvider.GetRequiredService<Languages>();
        foreach (PortalPage page in PortalPage.All)
        {
            IEndpointConventionBuilder endpoint = routes
                .MapGet(page.Path, (HttpContext http) =>
                    Show(http, page, assets, languages.Of(http.Request)))
                .ExcludeFromDescription().WithMetadata(new LeadsToSignIn());
            _ = page.Scope is { } scope ? endpoint.RequireScope(scope)
                : endpoint.OpenToAll("whoever comes to sign in is not signed in yet; the page holds nothing");
        }

        routes.MapGet("/", (HttpContext http) => TypedResults.Redirect(PortalPage.HomeOf(Caller.Of(http))))
            .ExcludeFromDescription().WithMetadata(new LeadsToSignIn()).RequireScope(Scopes.SessionOwn);
        assets.Map(routes);
    }

    private static RazorComponentResult Show(
        HttpContext http, PortalPage page, PortalAssets assets, Language language)
    {
        http.Response.Headers.ContentSecurityPolicy = ContentPolicy;
        http.Response.Headers.ContentLanguage = language.Tag;
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage);
        return new RazorComponentResult(typeof(Shell), new Dictionary<string, object?>
        {
            [nameof(Shell.Frame)] = ShellFrame.Of(
                page, assets, language, http.Request, http.Features.Get<Caller>()),
        });
    }
}
