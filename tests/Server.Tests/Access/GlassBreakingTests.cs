// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Hermetic.Telephony;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Tests.Access;

/// <summary>Breaking the glass over HTTP: a fax outside of one's inboxes, with a reason, for a while.</summary>
public sealed class GlassBreakingTests : IAsyncLifetime
{
    private const string Reason = "the patient is here and unconscious";

    private static readonly string s_elsewhere = Guid.NewGuid().ToString();

    private Desk _desk = null!;
    private Guid _fax;

    public async ValueTask InitializeAsync()
    {
        _desk = await Desk.StartAsync();
        Arrivals call = new(_desk.Installation.ForLine(null), await Arrivals.RouteAsync(_desk.Installation));
        await call.ArriveAsync(0, Arrivals.Page(1));
        await call.EndAsync(CallOutcome.Completed, 1);
        _fax = Assert.Single(await _desk.Installation.Store.Faxes.ListAsync(
            new FaxList(_desk.Tenant), TestContext.Current.CancellationToken)).FaxId;
    }

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    private string[] Ways =>
    [
        $"/api/v1/faxes/{_fax}", $"/api/v1/faxes/{_fax}/pages/1", $"/api/v1/faxes/{_fax}/pages/1/thumbnail",
        $"/api/v1/faxes/{_fax}/document",
    ];

    [Theory]
    [InlineData(nameof(Role.FrontDesk))]
    [InlineData(nameof(Role.Clinician))]
    public async Task P3_BrokenGlass_IsInTheLedgerBeforeAnythingIsShown(string role)
    {
        (Guid account, string session) = await _desk.PersonAsync(Enum.Parse<Role>(role), s_elsewhere);
        foreach (string way in Ways)
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(way, session));
        }

        JsonElement broken = await BreakAsync(session, HttpStatusCode.Created);

        Assert.Equal(_desk.Time.GetUtcNow() + GlassBreaking.OpenFor, broken.GetProperty("until").GetDateTimeOffset(),
            TimeSpan.FromMilliseconds(1));
        foreach (string way in Ways)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(way, session));
        }

        List<EntryBody> entries = [.. (await _desk.EntriesAsync(_desk.Tenant))
            .Where(entry => entry.Who.Account == account.ToString())];
        Assert.Equal(
            [LedgerAct.AccessChanged, LedgerAct.List, LedgerAct.Page, LedgerAct.Thumbnail, LedgerAct.Export],
            entries.Select(entry => entry.Act));
        Assert.All(entries, entry =>
        {
            Assert.True(entry.Why.BreakGlass);
            Assert.Equal(("treatment", Reason), (entry.Why.Purpose, entry.Why.Reason));
            Assert.Contains(_fax.ToString(), entry.What.Shown.Append(entry.What.Fax));
        });
        EventRecord told = Assert.Single(await EventsAsync(), told => told.Kind == GlassBreaking.EventKind);
        Assert.Equal((_fax, null), (told.FaxId, told.SealedBody));
    }

    [Fact]
    public async Task P4_BrokenGlass_OpensToOneSessionForAWhile()
    {
        (Guid account, string session) = await _desk.PersonAsync(Role.Clinician, s_elsewhere);
        string second = await _desk.Sessions.BeginAsync(account, CancellationToken.None);
        (_, string another) = await _desk.PersonAsync(Role.Clinician, s_elsewhere);
        await BreakAsync(session, HttpStatusCode.Created);

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(Ways[0], second));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(Ways[0], another));
        _desk.Time.Advance(GlassBreaking.OpenFor - TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Ways[1], session));
        _desk.Time.Advance(TimeSpan.FromMinutes(1));
        foreach (string way in Ways)
        {
            // An export asks first who one is, whoever's fax it is.
            bool isExport = way.EndsWith("/document", StringComparison.Ordinal);
            Assert.Equal(
                isExport ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound, await StatusAsync(way, session));
        }
    }

    [Fact]
    public async Task P3_LedgerThatCanNotWrite_LeavesTheGlassWhole()
    {
        (_, string session) = await _desk.PersonAsync(Role.Clinician, s_elsewhere);
        Directory.Delete(_desk.Folder.Ledger, recursive: true);

        await BreakAsync(session, HttpStatusCode.ServiceUnavailable);

        Assert.Equal(0, await _desk.Installation.Access.ReadAsync(context => context.GlassBreaks.CountAsync()));
        Assert.DoesNotContain(await EventsAsync(), told => told.Kind == GlassBreaking.EventKind);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(Ways[0], session));
    }

    [Theory]
    [InlineData("")]
    [InlineData("urgent")]
    [InlineData("                                ")]
    [InlineData(null)]
    public async Task Break_WithoutAReason_IsRefused(string? reason)
    {
        (_, string session) = await _desk.PersonAsync(Role.Clinician, s_elsewhere);
        await BreakAsync(session, HttpStatusCode.BadRequest, reason);
        await BreakAsync(session, HttpStatusCode.BadRequest, new string('x', GlassBreaking.ReasonCharsMax + 1));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(Ways[0], session));
    }

    [Fact]
    public async Task P4_RolesThatTreatNobody_MayNotBreakIt()
    {
        foreach (Role role in new[] { Role.PrivacyOfficer, Role.TenantAdministrator, Role.InstallationOperator })
        {
            await BreakAsync((await _desk.PersonAsync(role, s_elsewhere)).Session, HttpStatusCode.Forbidden);
        }

        (_, string token) = await _desk.ProgramAsync([.. Scopes.OfPrograms]);
        using HttpResponseMessage program = await _desk.SendAsync(
            HttpMethod.Post, $"/api/v1/faxes/{_fax}/break-glass", new { reason = Reason }, token);
        Assert.Equal(HttpStatusCode.Forbidden, program.StatusCode);
        Assert.DoesNotContain(await EventsAsync(), told => told.Kind == GlassBreaking.EventKind);
    }

    [Fact]
    public async Task P4_NotThereAndNotYours_AreAlike()
    {
        (Guid stranger, string strange) = await _desk.PersonAsync(Role.Clinician);
        await _desk.Installation.Access.WriteAsync(
            (context, cancel) => context.Accounts.Where(row => row.AccountId == stranger).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.TenantId, Guid.NewGuid()), cancel),
            CancellationToken.None);
        (_, string own) = await _desk.PersonAsync(Role.Clinician, s_elsewhere);

        JsonElement notYours = await BreakAsync(strange, HttpStatusCode.NotFound);
        JsonElement notThere = await BreakAsync(own, HttpStatusCode.NotFound, Reason, Guid.NewGuid());

        Assert.Equal(notThere.ToString(), notYours.ToString());
        await BreakAsync((await _desk.PersonAsync(Role.Clinician)).Session, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Review_OfAUse_IsAnOfficersAndOnceAndInTheLedger()
    {
        (Guid account, string session) = await _desk.PersonAsync(Role.FrontDesk, s_elsewhere);
        Guid use = (await BreakAsync(session, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        (Guid officer, string review) = await _desk.PersonAsync(Role.PrivacyOfficer, "");
        string path = $"/api/v1/break-glass/{use}/review";

        JsonElement waiting = Assert.Single(await UsesAsync(review, "waiting"));
        Assert.Equal((use, _fax, account, Reason),
            (waiting.GetProperty("id").GetGuid(), waiting.GetProperty("fax").GetGuid(),
                waiting.GetProperty("account").GetGuid(), waiting.GetProperty("reason").GetString()));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(path, new { note = "mine" }, session));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(path, new { note = " " }, review));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(
            $"/api/v1/break-glass/{Guid.NewGuid()}/review", new { note = "none" }, review));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(path, new { note = "asked the clinician" }, review));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(path, new { note = "again" }, review));

        Assert.Empty(await UsesAsync(review, "waiting"));
        JsonElement reviewed = Assert.Single(await UsesAsync(review, "reviewed"));
        Assert.Equal((officer, "asked the clinician"),
            (reviewed.GetProperty("reviewedBy").GetGuid(), reviewed.GetProperty("note").GetString()));
        EntryBody entry = Assert.Single(
            await _desk.EntriesAsync(_desk.Tenant), entry => entry.What.Query == "glass break reviewed");
        Assert.Equal((officer.ToString(), "asked the clinician"), (entry.Who.Account, entry.Why.Reason));
    }

    [Fact]
    public async Task Review_OfOnesOwnUseOrAnotherTenants_IsRefused()
    {
        (Guid account, string session) = await _desk.PersonAsync(Role.Clinician, s_elsewhere);
        Guid use = (await BreakAsync(session, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        await _desk.Accounts.ChangeRoleAsync(account, Role.PrivacyOfficer, "", CancellationToken.None);
        string own = await _desk.Sessions.BeginAsync(account, CancellationToken.None);
        (Guid stranger, string strange) = await _desk.PersonAsync(Role.PrivacyOfficer);
        await _desk.Installation.Access.WriteAsync(
            (context, cancel) => context.Accounts.Where(row => row.AccountId == stranger).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.TenantId, Guid.NewGuid()), cancel),
            CancellationToken.None);
        string path = $"/api/v1/break-glass/{use}/review";

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(path, new { note = "all well" }, own));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(path, new { note = "all well" }, strange));
        Assert.Empty(await UsesAsync(strange, "waiting"));
    }

    private async Task<JsonElement> BreakAsync(
        string session, HttpStatusCode status, string? reason = Reason, Guid? fax = null)
    {
        using HttpResponseMessage answer = await _desk.SendAsync(
            HttpMethod.Post, $"/api/v1/faxes/{fax ?? _fax}/break-glass", new { reason }, session: session);
        Assert.Equal(status, answer.StatusCode);
        return await Desk.JsonAsync(answer);
    }

    private async Task<HttpStatusCode> StatusAsync(string path, string session)
    {
        using HttpResponseMessage answer = await _desk.SendAsync(HttpMethod.Get, path, session: session);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> PostAsync(string path, object body, string session)
    {
        using HttpResponseMessage answer = await _desk.SendAsync(HttpMethod.Post, path, body, session: session);
        return answer.StatusCode;
    }

    private async Task<List<JsonElement>> UsesAsync(string session, string state)
    {
        using HttpResponseMessage answer = await _desk.SendAsync(
            HttpMethod.Get, $"/api/v1/break-glass?state={state}", session: session);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return [.. (await Desk.JsonAsync(answer)).GetProperty("uses").EnumerateArray()];
    }

    private Task<List<EventRecord>> EventsAsync() => _desk.Installation.Store.Events.ListAsync(
        _desk.Tenant, 0, 100, TestContext.Current.CancellationToken);
}
