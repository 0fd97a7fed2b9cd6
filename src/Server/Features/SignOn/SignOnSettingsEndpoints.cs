// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.SignOn;

internal sealed record SignOnBody(
    [property: Description("The identity provider's issuer identifier, an https address.")] string? Issuer,
    [property: Description("What this installation is called there.")] string? ClientId,
    [property: Description("Its secret there; nobody gets it out again.")] string? Secret,
    [property: Description("Domains of the mail addresses that count, if accounts are found by one.")]
    string[]? Domains,
    [property: Description("The claim by which accounts are found; empty for bound accounts alone.")] string? Claim)
{
    /// <inheritdoc/>
    public override string ToString() => "settings of single sign-on";
}

/// <summary>By whom a practice's people sign in; without the secret.</summary>
internal sealed record SignOnView(
    string Issuer, string ClientId, IReadOnlyList<string> Domains, string Claim,
    [property: Description("To be entered at the provider as redirect URI, exactly.")] string Redirect);

/// <summary>A practice's administrators say by whom its people sign in: two of them, because it lets people in. To end
/// it lets people out, and needs one.</summary>
internal sealed class SignOnSettingsEndpoints(
    SignOnProviders providers, SignOnReach reach, Approvals approvals, AccessJournal journal)
{
    private const string Path = "/api/v1/sign-on";
    private const string Tag = "Single sign-on";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (Delegate)ShowAsync).RequireScope(Scopes.AccountsManage)
            .WithName("getSignOn").WithTags(Tag).WithSummary("By whom the practice's people sign in");
        routes.MapPut(Path, AskAsync).RequireScope(Scopes.AccountsManage)
            .WithName("changeSignOn").WithTags(Tag).WithSummary("Lets the practice's people sign in by OpenID Connect")
            .WithDescription("202 if a second person has to approve it first.");
        routes.MapDelete(Path, (Delegate)EndAsync).RequireScope(Scopes.AccountsManage)
            .WithName("deleteSignOn").WithTags(Tag).WithSummary("Ends single sign-on at once");
    }

    // The secret goes in, and nobody gets it out again.
    private async Task<Ok<SignOnView>> ShowAsync(HttpContext http)
    {
        SignOnSettings settings = await providers.FindAsync(TenantOf(http), http.RequestAborted).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.NotFound);
        return TypedResults.Ok(new SignOnView(
            settings.Issuer, settings.ClientId, settings.Domains, settings.Claim,
            $"{http.Request.Scheme}://{http.Request.Host}{SignOnEndpoints.Callback}"));
    }

    private Task<Results<Ok<ChangeOutcome>, Accepted<WaitingChange>>> AskAsync(SignOnBody body, HttpContext http)
    {
        Guid tenant = TenantOf(http);
        SignOnSettings settings = new(
            body.Issuer ?? "", body.ClientId ?? "", body.Secret ?? "", body.Domains ?? [], body.Claim ?? "");
        ProblemException.ThrowIf(settings.Complaints(reach));
        return ChangeAnswers.AskAsync(
            http, approvals, SignOnChange.Word, new AccessChange(tenant) { SignOn = settings });
    }

    private async Task<NoContent> EndAsync(HttpContext http)
    {
        Guid tenant = TenantOf(http);
        await journal.ChangedAsync(tenant, Caller.Of(http).Actor, "sign-on.ended", [tenant], http.RequestAborted)
            .ConfigureAwait(false);
        return await providers.EndAsync(tenant, http.RequestAborted).ConfigureAwait(false)
            ? TypedResults.NoContent()
            : throw new ProblemException(ProblemCode.NotFound);
    }

    // An operator has no practice, and signs in by what he enrolled with.
    private static Guid TenantOf(HttpContext http) =>
        Caller.Of(http).Tenant ?? throw new ProblemException(ProblemCode.NotFound);
}
