// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.SignOn;
using Hermetic.Server.Tests.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Tests.SignOn;

/// <summary>Single sign-on with a provider that we did not write.</summary>
public sealed class SignOnTests : IAsyncLifetime
{
    private readonly MovableTime _time = new();
    private OpenIddictProvider _provider = null!;

    public async ValueTask InitializeAsync() => _provider = await OpenIddictProvider.StartAsync(_time);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public async Task SignOn_OfAnAccountByItsClaim_BeginsASession()
    {
        await using SignOnDesk desk = await StartAsync();
        (Guid account, _) = await desk.InviteAsync("Ann@Clinic.example");
        _provider.AuthenticatedAt = _time.GetUtcNow() - TimeSpan.FromHours(1);

        (HttpStatusCode status, string? session) = await desk.SignInAsync();

        Assert.Equal(HttpStatusCode.OK, status);
        JsonElement who = await desk.WhoAsync(Assert.IsType<string>(session));
        Assert.Equal((account, "Clinician"),
            (who.GetProperty("account").GetGuid(), who.GetProperty("role").GetString()));
        // What the provider says of it counts, and not that somebody came back from there just now.
        Assert.Equal(_provider.AuthenticatedAt.ToUnixTimeSeconds(),
            who.GetProperty("authenticatedAt").GetDateTimeOffset().ToUnixTimeSeconds());
        EntryBody[] told = [.. (await desk.Desk.EntriesAsync(desk.Desk.Tenant))
            .Where(entry => entry.Who.Account == account.ToString())];
        Assert.Equal(["account.sign-on-bound", "single-sign-on"], told.Select(entry => entry.What.Query));
        Assert.Equal(LedgerResult.Allowed, told[1].Result);
    }

    [Fact]
    public async Task P4_BoundAccount_IsItsSubjectsAlone()
    {
        await using SignOnDesk desk = await StartAsync();
        await desk.InviteAsync("ann@clinic.example");
        Assert.NotNull((await desk.SignInAsync()).Session);

        // The address was given to somebody else at the provider.
        _provider.Subject = "person-2";
        Assert.Equal((HttpStatusCode.Unauthorized, null), await desk.SignInAsync());

        // And whoever was bound may be called otherwise there.
        (_provider.Subject, _provider.Email) = ("person-1", "ann.married@elsewhere.example");
        Assert.NotNull((await desk.SignInAsync()).Session);
    }

    [Theory]
    [InlineData("bob@clinic.example", true)]
    [InlineData("ann@clinic.example", false)]
    [InlineData("ann@elsewhere.example", true)]
    [InlineData("ann@clinic.example.elsewhere.example", true)]
    public async Task P4_PersonWithoutAnAccountOfHis_IsRefusedAndNoneIsMade(string email, bool isVerified)
    {
        await using SignOnDesk desk = await StartAsync();
        await desk.InviteAsync("ann@clinic.example");
        await desk.InviteAsync("ann@elsewhere.example");
        await desk.InviteAsync("ann@clinic.example.elsewhere.example");
        int accounts = await CountAsync(desk);
        (_provider.Email, _provider.IsVerified) = (email, isVerified);

        Assert.Equal((HttpStatusCode.Unauthorized, null), await desk.SignInAsync());

        Assert.Equal(accounts, await CountAsync(desk));
        Assert.Equal(LedgerResult.Denied, Assert.Single(await desk.Desk.EntriesAsync(desk.Desk.Tenant),
            entry => entry.Act == LedgerAct.SignIn).Result);
    }

    [Fact]
    public async Task P4_AccountOfAnotherPractice_IsNotOpened()
    {
        await using SignOnDesk desk = await StartAsync();
        await desk.InviteAsync("ann@clinic.example", Guid.NewGuid());

        Assert.Equal((HttpStatusCode.Unauthorized, null), await desk.SignInAsync());
    }

    [Fact]
    public async Task P4_SuspendedAccount_IsNotOpened()
    {
        await using SignOnDesk desk = await StartAsync();
        (Guid account, _) = await desk.InviteAsync("ann@clinic.example");
        Assert.NotNull((await desk.SignInAsync()).Session);
        await desk.Desk.Accounts.SuspendAsync(account, CancellationToken.None);

        Assert.Equal((HttpStatusCode.Unauthorized, null), await desk.SignInAsync());

        await desk.Desk.Accounts.ResumeAsync(account, CancellationToken.None);
        Assert.NotNull((await desk.SignInAsync()).Session);
    }

    [Fact]
    public async Task EnrolmentLink_BindsThePersonOnce()
    {
        await using SignOnDesk desk = await StartAsync(claim: "");
        (Guid account, string code) = await desk.InviteAsync("ann");
        Assert.Equal((HttpStatusCode.Unauthorized, null), await desk.SignInAsync());

        (_, string? session) = await desk.SignInAsync("/api/v1/enrolment/sign-on", new { code });

        Assert.Equal(account, (await desk.WhoAsync(Assert.IsType<string>(session))).GetProperty("account").GetGuid());
        Assert.NotNull((await desk.SignInAsync()).Session);
        using HttpResponseMessage again = await desk.Desk.SendAsync(
            HttpMethod.Post, "/api/v1/enrolment/sign-on", new { code });
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        // A person who is one account is not another one too.
        (_, string other) = await desk.InviteAsync("ann-too");
        Assert.Equal((HttpStatusCode.Unauthorized, null),
            await desk.SignInAsync("/api/v1/enrolment/sign-on", new { code = other }));
    }

    [Fact]
    public async Task P4_State_CountsOnceAndInItsBrowser()
    {
        await using SignOnDesk desk = await StartAsync();
        await desk.InviteAsync("ann@clinic.example");
        (Uri address, string cookie) = await desk.BeginAsync();
        Uri back = await desk.VisitAsync(address);
        (_, string strange) = await desk.BeginAsync();

        Assert.Equal((HttpStatusCode.Unauthorized, null), await desk.ReturnAsync(back, strange));
        // It was shown once, and by a stranger.
        Assert.Equal((HttpStatusCode.Unauthorized, null), await desk.ReturnAsync(back, cookie));

        (address, cookie) = await desk.BeginAsync();
        back = await desk.VisitAsync(address);
        Assert.NotNull((await desk.ReturnAsync(back, cookie)).Session);
        Assert.Equal((HttpStatusCode.Unauthorized, null), await desk.ReturnAsync(back, cookie));

        (address, cookie) = await desk.BeginAsync();
        back = await desk.VisitAsync(address);
        Assert.Equal((HttpStatusCode.Unauthorized, null), await desk.ReturnAsync(back, null));

        (address, cookie) = await desk.BeginAsync();
        back = await desk.VisitAsync(address);
        _time.Advance(SignOns.Lifetime);
        Assert.Equal((HttpStatusCode.Unauthorized, null), await desk.ReturnAsync(back, cookie));
    }

    [Fact]
    public async Task P4_Confirmation_AsksTheProviderToAskAgain()
    {
        await using SignOnDesk desk = await StartAsync();
        await desk.InviteAsync("ann@clinic.example");
        (_, string? session) = await desk.SignInAsync();
        _time.Advance(AccessPolicy.FreshFor + TimeSpan.FromSeconds(1));
        string export = $"/api/v1/faxes/{Guid.NewGuid()}/document";
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(desk, export, session!));

        const string Confirm = "/api/v1/session/sign-on/confirm";
        (Uri address, _) = await desk.BeginAsync(Confirm, session: session);
        Assert.Equal(("login", "0"),
            (SignOnDesk.QueryOf(address)["prompt"].ToString(), SignOnDesk.QueryOf(address)["max_age"].ToString()));
        // A provider that did not ask again says so itself.
        Assert.Equal(HttpStatusCode.Unauthorized, (await desk.SignInAsync(Confirm, session: session)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(desk, export, session!));

        _provider.AuthenticatedAt = _time.GetUtcNow();
        Assert.Equal((HttpStatusCode.OK, null), await desk.SignInAsync(Confirm, session: session));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(desk, export, session!));
    }

    [Fact]
    public async Task P4_ConfirmationBySomebodyElse_IsRefused()
    {
        await using SignOnDesk desk = await StartAsync();
        await desk.InviteAsync("ann@clinic.example");
        await desk.InviteAsync("bob@clinic.example");
        (_, string? session) = await desk.SignInAsync();
        _time.Advance(AccessPolicy.FreshFor + TimeSpan.FromSeconds(1));
        (_provider.Subject, _provider.Email, _provider.AuthenticatedAt) =
            ("person-2", "bob@clinic.example", _time.GetUtcNow());

        Assert.Equal((HttpStatusCode.Unauthorized, null),
            await desk.SignInAsync("/api/v1/session/sign-on/confirm", session: session));
        Assert.Equal(HttpStatusCode.Forbidden,
            await StatusAsync(desk, $"/api/v1/faxes/{Guid.NewGuid()}/document", session!));
    }

    [Fact]
    public async Task P4_ProviderThatSignedInTooLongAgo_IsRefused()
    {
        await using SignOnDesk desk = await StartAsync();
        await desk.InviteAsync("ann@clinic.example");
        _provider.AuthenticatedAt = _time.GetUtcNow() - Sessions.AbsoluteEnd - TimeSpan.FromMinutes(2);

        Assert.Equal((HttpStatusCode.Unauthorized, null), await desk.SignInAsync());
    }

    [Fact]
    public async Task P4_Session_EndsAsAnyOther()
    {
        await using SignOnDesk desk = await StartAsync();
        await desk.InviteAsync("ann@clinic.example");
        (_, string? session) = await desk.SignInAsync();
        _time.Advance(Sessions.IdleEnd + TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(desk, "/api/v1/session", session!));
    }

    private async Task<SignOnDesk> StartAsync(string claim = SignOnSettings.EmailClaim)
    {
        SignOnDesk desk = await SignOnDesk.StartAsync(_time, _provider.Issuer, claim);
        _provider.Redirect = desk.Address + SignOnEndpoints.Callback;
        return desk;
    }

    private static async Task<HttpStatusCode> StatusAsync(SignOnDesk desk, string path, string session)
    {
        using HttpResponseMessage answer = await desk.Desk.SendAsync(HttpMethod.Get, path, session: session);
        return answer.StatusCode;
    }

    private static Task<int> CountAsync(SignOnDesk desk) =>
        desk.Desk.Installation.Access.ReadAsync(context => context.Accounts.CountAsync());
}
