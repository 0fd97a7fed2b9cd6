// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Tests.Access;

namespace Hermetic.Server.Tests.Retention;

/// <summary>P4: a rule that erases what was kept takes two people; one that keeps longer takes one, and holds at once.
/// </summary>
public sealed class RetentionChangeTests : IAsyncLifetime
{
    private Desk _desk = null!;

    public async ValueTask InitializeAsync() => _desk = await Desk.StartAsync();

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public async Task P4_FirstRule_IsInForceOnceAnotherPersonAgreed()
    {
        await _desk.ReceiveAsync("one");
        await _desk.MonthsLaterAsync(3);
        (Guid asker, string session) = await _desk.PersonAsync(Role.TenantAdministrator);
        (_, string officer) = await ApproverAsync();
        JsonElement wish = await PutAsync(session, 2, "\"0\"", HttpStatusCode.Accepted);
        string path = $"/approvals/{wish.GetProperty("approval").GetGuid()}/approve";

        JsonElement waiting = Assert.Single(
            (await _desk.AskAsync(HttpMethod.Get, "/approvals", officer)).GetProperty("items").EnumerateArray());
        Assert.Equal("retention.change", waiting.GetProperty("kind").GetString());
        Assert.Contains("1 month with 1 fax will be erased now", waiting.GetProperty("words").GetString(),
            StringComparison.Ordinal);
        Assert.Null(await RuleAsync());
        await _desk.AskAsync(HttpMethod.Post, path, session, HttpStatusCode.Forbidden);
        Assert.Null(await RuleAsync());

        await _desk.AskAsync(HttpMethod.Post, path, officer);
        Assert.Equal(2, await RuleAsync());
        JsonElement seen = await _desk.AskAsync(HttpMethod.Get, "/retention", session);
        Assert.Equal((2, 1, asker, 1, 1L),
            (seen.GetProperty("months").GetInt32(), seen.GetProperty("version").GetInt32(),
                seen.GetProperty("setBy").GetGuid(), seen.GetProperty("monthsDue").GetInt32(),
                seen.GetProperty("faxesDue").GetInt64()));
        Assert.Equal(["retention.change 2 asked", "retention.change 2 approved"],
            (await _desk.OwnEntriesAsync()).Where(entry => entry.Act == LedgerAct.AccessChanged
                && entry.What.Query.StartsWith("retention", StringComparison.Ordinal))
                .Select(entry => entry.What.Query));
    }

    [Fact]
    public async Task P4_ALongerRuleOrAHold_TakesOnePerson_AndIsJournaled()
    {
        (_, string session) = await _desk.PersonAsync(Role.TenantAdministrator);
        await ApproverAsync();
        await _desk.KeepAsync(12);

        await PutAsync(session, 24, "\"1\"", HttpStatusCode.OK);
        Assert.Equal(24, await RuleAsync());
        await PutAsync(session, null, "\"2\"", HttpStatusCode.OK);
        Assert.Null(await RuleAsync());
        await PutAsync(session, 24, "\"3\"", HttpStatusCode.Accepted);
        Assert.Null(await RuleAsync());
        Assert.Equal(["retention.kept 24", "retention.held", "retention.change 24 asked"],
            (await _desk.OwnEntriesAsync()).Where(entry => entry.Act == LedgerAct.AccessChanged
                && entry.What.Query.StartsWith("retention", StringComparison.Ordinal))
                .Select(entry => entry.What.Query));
    }

    [Fact]
    public async Task P4_AHoldMeanwhile_IsNotUndoneByAnOlderApproval()
    {
        (_, string session) = await _desk.PersonAsync(Role.TenantAdministrator);
        (_, string officer) = await ApproverAsync();
        await _desk.KeepAsync(24);
        JsonElement wish = await PutAsync(session, 12, "\"1\"", HttpStatusCode.Accepted);
        await PutAsync(session, null, "\"1\"", HttpStatusCode.OK);

        await _desk.AskAsync(HttpMethod.Post, $"/approvals/{wish.GetProperty("approval").GetGuid()}/approve", officer,
            HttpStatusCode.BadRequest);
        Assert.Null(await RuleAsync());
    }

    [Theory]
    [InlineData("\"7\"", HttpStatusCode.PreconditionFailed)]
    [InlineData(null, HttpStatusCode.PreconditionRequired)]
    public async Task Rule_OfAnotherVersion_IsNotChanged(string? match, HttpStatusCode status)
    {
        (_, string session) = await _desk.PersonAsync(Role.TenantAdministrator);
        await PutAsync(session, 12, match, status);
        Assert.Null(await RuleAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1201)]
    [InlineData(-1)]
    public async Task Rule_ThatIsNone_IsRefused(int months)
    {
        (_, string session) = await _desk.PersonAsync(Role.TenantAdministrator);
        await PutAsync(session, months, "\"0\"", HttpStatusCode.BadRequest);
        await _desk.AskAsync(HttpMethod.Get, $"/retention?months={months}", session, HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(nameof(Role.FrontDesk))]
    [InlineData(nameof(Role.Clinician))]
    [InlineData(nameof(Role.PrivacyOfficer))]
    [InlineData(nameof(Role.InstallationOperator))]
    public async Task P4_Others_ChangeNoRule(string role)
    {
        (_, string session) = await _desk.PersonAsync(Enum.Parse<Role>(role));
        await PutAsync(session, 12, "\"0\"", HttpStatusCode.Forbidden);
        Assert.Null(await RuleAsync());
    }

    private Task<JsonElement> PutAsync(string session, int? months, string? match, HttpStatusCode status) =>
        _desk.AskAsync(HttpMethod.Put, "/retention", session, status, new { months }, match);

    private async Task<int?> RuleAsync() =>
        (await _desk.Installation.Store.Tenants.FindAsync(_desk.Tenant, default))!.RetentionMonths;

    // One who came over enrolment: only such a one could ever have approved.
    private async Task<(Person Person, string Session)> ApproverAsync()
    {
        string? code = await _desk.Accounts.CreateAsync(Guid.NewGuid(), _desk.Tenant, "officer@north.example",
            Role.PrivacyOfficer, InboxList.All, CancellationToken.None);
        Person person = await _desk.EnrolAsync(code!);
        return (person, await _desk.SignInAsync(person));
    }
}
