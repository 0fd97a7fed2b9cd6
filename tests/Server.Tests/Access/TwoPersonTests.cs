// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Server.Features.Access;

namespace Hermetic.Server.Tests.Access;

/// <summary>P4: a change of who may sign in needs two people, and both are in the ledger.</summary>
public sealed class TwoPersonTests : IAsyncLifetime
{
    private Desk _desk = null!;

    public async ValueTask InitializeAsync() => _desk = await Desk.StartAsync();

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public async Task P4_SecondOperator_IsTheLastThatOneMakesAlone()
    {
        Person first = await _desk.EnrolAsync(_desk.Server.EnrolmentCode!);
        string asker = await _desk.SignInAsync(first);
        JsonElement made = await AskAsync(asker, "second", HttpStatusCode.OK);
        Person second = await _desk.EnrolAsync(made.GetProperty("enrolmentCode").GetString()!);

        JsonElement pending = await AskAsync(asker, "third", HttpStatusCode.Accepted);
        string path = $"/api/v1/approvals/{pending.GetProperty("approval").GetGuid()}/approve";
        Assert.Null(await _desk.Accounts.FindAsync("third"));
        using HttpResponseMessage own = await _desk.SendAsync(HttpMethod.Post, path, session: asker);
        Assert.Equal(HttpStatusCode.Forbidden, own.StatusCode);
        Assert.Null(await _desk.Accounts.FindAsync("third"));

        using HttpResponseMessage approved = await _desk.SendAsync(
            HttpMethod.Post, path, session: await _desk.SignInAsync(second));
        Assert.Equal(HttpStatusCode.OK, approved.StatusCode);
        Assert.NotNull(await _desk.Accounts.FindAsync("third"));
        string[] steps = [.. (await _desk.EntriesAsync(null)).Select(entry => entry.What.Query)
            .Where(words => words.StartsWith("account.create", StringComparison.Ordinal))];
        Assert.Equal(
        [
            "account.create InstallationOperator alone", "account.create InstallationOperator asked",
            "account.create InstallationOperator approved",
        ], steps);
    }

    [Fact]
    public async Task P4_SuspendingTheOther_DoesNotMakeOneAlone()
    {
        Person first = await _desk.EnrolAsync(_desk.Server.EnrolmentCode!);
        string asker = await _desk.SignInAsync(first);
        JsonElement made = await AskAsync(asker, "second", HttpStatusCode.OK);
        Person second = await _desk.EnrolAsync(made.GetProperty("enrolmentCode").GetString()!);
        string other = await _desk.SignInAsync(second);

        using HttpResponseMessage suspended = await _desk.SendAsync(
            HttpMethod.Post, $"/api/v1/accounts/{second.Id}/suspension", session: asker);
        Assert.Equal(HttpStatusCode.NoContent, suspended.StatusCode);

        using HttpResponseMessage gone = await _desk.SendAsync(HttpMethod.Get, "/api/v1/session", session: other);
        Assert.Equal(HttpStatusCode.Unauthorized, gone.StatusCode);
        await AskAsync(asker, "third", HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task P4_ApprovalByAStaleSession_IsAskedToConfirm()
    {
        (Guid pending, Person second) = await PendingAsync();
        string session = await _desk.SignInAsync(second);
        _desk.Time.Advance(AccessPolicy.FreshFor + TimeSpan.FromSeconds(1));
        string path = $"/api/v1/approvals/{pending}/approve";
        using HttpResponseMessage stale = await _desk.SendAsync(HttpMethod.Post, path, session: session);
        Assert.Equal(HttpStatusCode.Forbidden, stale.StatusCode);

        _desk.Time.Advance(TimeSpan.FromSeconds(TotpCode.StepSeconds));
        using HttpResponseMessage confirmed = await _desk.SendAsync(HttpMethod.Post, "/api/v1/session/confirm",
            new { password = second.Password, code = _desk.CodeOf(second.Secret) }, session: session);
        Assert.Equal(HttpStatusCode.NoContent, confirmed.StatusCode);

        using HttpResponseMessage fresh = await _desk.SendAsync(HttpMethod.Post, path, session: session);
        Assert.Equal(HttpStatusCode.OK, fresh.StatusCode);
    }

    [Fact]
    public async Task P4_TwoWhoApproveAtOnce_MakeTheChangeOnce()
    {
        (Guid pending, Person second) = await PendingAsync();
        string session = await _desk.SignInAsync(second);

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _desk.SendAsync(
            HttpMethod.Post, $"/api/v1/approvals/{pending}/approve", session: session)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task P4_OtherHouses_SeeNoChangeOfThisOne()
    {
        (Guid pending, _) = await PendingAsync();
        (_, string officer) = await _desk.PersonAsync(Role.PrivacyOfficer);

        using HttpResponseMessage answer = await _desk.SendAsync(
            HttpMethod.Post, $"/api/v1/approvals/{pending}/approve", session: officer);
        using HttpResponseMessage nothing = await _desk.SendAsync(
            HttpMethod.Post, $"/api/v1/approvals/{Guid.NewGuid()}/approve", session: officer);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(await nothing.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task P4_Operator_MakesATenantsFirstAdministratorAndNoSecond()
    {
        Person first = await _desk.EnrolAsync(_desk.Server.EnrolmentCode!);
        string session = await _desk.SignInAsync(first);
        string path = $"/api/v1/tenants/{_desk.Tenant}/administrators";
        using HttpResponseMessage made = await _desk.SendAsync(
            HttpMethod.Post, path, new { name = "admin@north.example" }, session: session);
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        await _desk.EnrolAsync((await Desk.JsonAsync(made)).GetProperty("enrolmentCode").GetString()!);

        using HttpResponseMessage second = await _desk.SendAsync(
            HttpMethod.Post, path, new { name = "friend@north.example" }, session: session);

        Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
        Assert.Contains(await _desk.EntriesAsync(_desk.Tenant),
            entry => entry.What.Query == "account.create TenantAdministrator alone");
    }

    [Fact]
    public async Task P4_TenantsAdministrator_MakesNoOperator()
    {
        (_, string session) = await _desk.PersonAsync(Role.TenantAdministrator);

        using HttpResponseMessage answer = await _desk.SendAsync(HttpMethod.Post, "/api/v1/accounts",
            new { name = "me too", role = nameof(Role.InstallationOperator), inboxes = Array.Empty<string>() },
            session: session);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(await _desk.Accounts.FindAsync("me too"));
    }

    [Theory]
    [InlineData(Scopes.AccountsManage)]
    [InlineData(Scopes.ChangesApprove)]
    [InlineData(Scopes.InstallationOperate)]
    [InlineData(Scopes.SessionOwn)]
    public async Task P4_Program_IsGivenNoScopeOfPeople(string scope)
    {
        (_, string session) = await _desk.PersonAsync(Role.TenantAdministrator);

        using HttpResponseMessage answer = await _desk.SendAsync(HttpMethod.Post, "/api/v1/programs",
            new { name = "EHR", scopes = new[] { Scopes.FaxesRead, scope }, inboxes = new[] { "all" } },
            session: session);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private async Task<(Guid Pending, Person Second)> PendingAsync()
    {
        Person first = await _desk.EnrolAsync(_desk.Server.EnrolmentCode!);
        string asker = await _desk.SignInAsync(first);
        JsonElement made = await AskAsync(asker, "second", HttpStatusCode.OK);
        Person second = await _desk.EnrolAsync(made.GetProperty("enrolmentCode").GetString()!);
        JsonElement pending = await AskAsync(asker, "third", HttpStatusCode.Accepted);
        return (pending.GetProperty("approval").GetGuid(), second);
    }

    private async Task<JsonElement> AskAsync(string session, string name, HttpStatusCode status)
    {
        using HttpResponseMessage answer = await _desk.SendAsync(HttpMethod.Post, "/api/v1/accounts",
            new { name, role = nameof(Role.InstallationOperator), inboxes = Array.Empty<string>() },
            session: session);
        Assert.Equal(status, answer.StatusCode);
        return await Desk.JsonAsync(answer);
    }
}
