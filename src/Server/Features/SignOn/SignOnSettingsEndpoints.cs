// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.SignOn;

/// <summary>A practice's administrators say by whom its people sign in: two of them, because it lets people in. To end
/// it lets people out, and needs one.</summary>
internal sealed class SignOnSettingsEndpoints(
    SignOnProviders providers, SignOnReach reach, Approvals approvals, AccessJournal journal)
{
    private const string Path = "/api/v1/sign-on";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (Delegate)ShowAsync).RequireScope(Scopes.AccountsManage);
        routes.MapPut(Path, AskAsync).RequireScope(Scopes.AccountsManage);
        routes.MapDelete(Path, (Delegate)EndAsync).RequireScope(Scopes.AccountsManage);
    }

    internal sealed record SignOnBody(
        string? Issuer, string? ClientId, string? Secret, string[]? Domains, string? Claim);

    // The secret goes in, and nobody gets it out again.
    private async Task<IResult> ShowAsync(HttpContext http)
    {
        SignOnSettings settings = await providers.FindAsync(TenantOf(http), http.RequestAborted).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.NotFound);
        return new JsonHttpAnswer(new
        {
            issuer = settings.Issuer,
            clientId = settings.ClientId,
            domains = settings.Domains,
            claim = settings.Claim,
            redirect = $"{http.Request.Scheme}://{http.Request.Host}{SignOnEndpoints.Callback}",
        });
    }

    private Task<IResult> AskAsync(SignOnBody body, HttpContext http)
    {
        Guid tenant = TenantOf(http);
        SignOnSettings settings = new(
            body.Issuer ?? "", body.ClientId ?? "", body.Secret ?? "", body.Domains ?? [], body.Claim ?? "");
        ProblemException.ThrowIf(settings.Complaints(reach));
        return ChangeAnswers.AskAsync(
            http, approvals, SignOnChange.Word, new AccessChange(tenant) { SignOn = settings });
    }

    private async Task<IResult> EndAsync(HttpContext http)
    {
        Guid tenant = TenantOf(http);
        await journal.ChangedAsync(tenant, Caller.Of(http).Actor, "sign-on.ended", [tenant], http.RequestAborted)
            .ConfigureAwait(false);
        return await providers.EndAsync(tenant, http.RequestAborted).ConfigureAwait(false)
            ? Results.NoContent()
            : new ProblemAnswer(ProblemCode.NotFound);
    }

    // An operator has no practice, and signs in by what he enrolled with.
    private static Guid TenantOf(HttpContext http) =>
        Caller.Of(http).Tenant ?? throw new ProblemException(ProblemCode.NotFound);
}
