// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Tests.Access;

/// <summary>People come in over HTTP: the first one by the code that the start printed, and nobody in any other
/// way.</summary>
public sealed class PasswordSignInTests : IAsyncLifetime
{
    private Desk _desk = null!;

    public async ValueTask InitializeAsync() => _desk = await Desk.StartAsync();

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public async Task P4_FirstOperator_EnrolsOnceAndSignsIn()
    {
        Person person = await _desk.EnrolAsync(_desk.Server.EnrolmentCode!);
        string session = await _desk.SignInAsync(person);

        using HttpResponseMessage own = await _desk.SendAsync(HttpMethod.Get, "/api/v1/session", session: session);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(nameof(Role.InstallationOperator),
            (await Desk.JsonAsync(own)).GetProperty("role").GetString());
        Assert.DoesNotContain(Scopes.OfRole[Role.InstallationOperator],
            scope => scope.StartsWith("faxes.", StringComparison.Ordinal));
        using HttpResponseMessage again = await _desk.SendAsync(
            HttpMethod.Post, "/api/v1/enrolment/begin", new { code = _desk.Server.EnrolmentCode });
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        Assert.Null(await FirstOperator.InviteAsync(_desk.Installation, CancellationToken.None));
    }

    [Fact]
    public async Task P4_EnrolmentCode_AfterItsTime_IsNone()
    {
        _desk.Time.Advance(Accounts.EnrolmentLifetime + TimeSpan.FromSeconds(1));

        using HttpResponseMessage late = await _desk.SendAsync(
            HttpMethod.Post, "/api/v1/enrolment/begin", new { code = _desk.Server.EnrolmentCode });

        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
    }

    [Fact]
    public async Task P4_NextStart_VoidsTheOlderCode()
    {
        string newer = (await FirstOperator.InviteAsync(_desk.Installation, CancellationToken.None))!;

        using HttpResponseMessage old = await _desk.SendAsync(
            HttpMethod.Post, "/api/v1/enrolment/begin", new { code = _desk.Server.EnrolmentCode });

        Assert.Equal(HttpStatusCode.BadRequest, old.StatusCode);
        await _desk.EnrolAsync(newer);
    }

    [Fact]
    public async Task P4_SignIn_RefusesAllThatIsWrongAlike()
    {
        Person person = await _desk.EnrolAsync(_desk.Server.EnrolmentCode!);
        string used = _desk.CodeOf(person.Secret);
        _desk.Time.Advance(TimeSpan.FromSeconds(TotpCode.StepSeconds));
        string code = _desk.CodeOf(person.Secret);
        (string Name, string Password, string Code)[] wrong =
        [
            ("nobody", Desk.Password, code), (person.Name, "another sentence of words", code),
            (person.Name, Desk.Password, "000000"), (person.Name, Desk.Password, used),
        ];
        HashSet<string> answers = [];

        foreach ((string name, string password, string one) in wrong)
        {
            using HttpResponseMessage answer = await _desk.TrySignInAsync(name, password, one);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            answers.Add(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        Assert.Single(answers);
        List<EntryBody> denied = await SignInsAsync(LedgerResult.Denied);
        Assert.Equal(3, denied.Count(entry => entry.Who.Account == person.Id.ToString()));
        Assert.Equal(1, denied.Count(entry => entry.Who.Account == "unknown"));
    }

    [Fact]
    public async Task P4_SignIn_IsInTheLedger()
    {
        Person person = await _desk.EnrolAsync(_desk.Server.EnrolmentCode!);
        Assert.Contains(await _desk.EntriesAsync(null), entry => entry.Act == LedgerAct.AccessChanged
            && entry.What.Query == "account.enrolled" && entry.What.Shown.Contains(person.Id.ToString()));
        await _desk.SignInAsync(person);

        Assert.Equal(person.Id.ToString(), Assert.Single(await SignInsAsync(LedgerResult.Allowed)).Who.Account);
    }

    [Fact]
    public async Task P4_LedgerGone_NobodySignsIn()
    {
        Person person = await _desk.EnrolAsync(_desk.Server.EnrolmentCode!);
        Directory.Delete(_desk.Folder.Ledger, recursive: true);
        _desk.Time.Advance(TimeSpan.FromSeconds(TotpCode.StepSeconds));

        using HttpResponseMessage answer = await _desk.TrySignInAsync(
            person.Name, person.Password, _desk.CodeOf(person.Secret));

        Assert.False(answer.IsSuccessStatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(0, await _desk.Installation.Access.ReadAsync(context => context.Sessions.CountAsync()));
    }

    [Fact]
    public async Task P4_ManyFailures_MakeAWaitAndNotALock()
    {
        Person person = await _desk.EnrolAsync(_desk.Server.EnrolmentCode!);
        for (int i = 0; i <= PasswordSignIn.FreeFailures; i++)
        {
            using HttpResponseMessage wrong = await _desk.TrySignInAsync(person.Name, "not the sentence", "123456");
        }

        // The right answer within the wait is as wrong as any.
        using HttpResponseMessage soon = await _desk.TrySignInAsync(
            person.Name, person.Password, _desk.CodeOf(person.Secret));
        Assert.Equal(HttpStatusCode.Unauthorized, soon.StatusCode);
        _desk.Time.Advance(PasswordSignIn.WaitMax);
        await _desk.SignInAsync(person);
    }

    [Fact]
    public async Task P4_OneCodeSentTwiceAtOnce_LetsOneIn()
    {
        Person person = await _desk.EnrolAsync(_desk.Server.EnrolmentCode!);
        _desk.Time.Advance(TimeSpan.FromSeconds(TotpCode.StepSeconds));
        string code = _desk.CodeOf(person.Secret);

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 3)
            .Select(_ => _desk.TrySignInAsync(person.Name, person.Password, code)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task P4_OneAddress_MayNotGuessForEver()
    {
        using HttpResponseMessage first = await _desk.TokenAsync(Guid.NewGuid().ToString(), "guess");
        Assert.Equal(HttpStatusCode.Unauthorized, first.StatusCode);
        for (int i = 1; i < AttemptLimit.AttemptsMax; i++)
        {
            using HttpResponseMessage guess = await _desk.SendAsync(
                HttpMethod.Post, "/api/v1/enrolment/begin", new { code = SecretCode.Make() });
        }

        using HttpResponseMessage limited = await _desk.TokenAsync(Guid.NewGuid().ToString(), "guess");

        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.True(limited.Headers.Contains("Retry-After"));
        _desk.Time.Advance(AttemptLimit.Window);
        using HttpResponseMessage later = await _desk.TokenAsync(Guid.NewGuid().ToString(), "guess");
        Assert.Equal(HttpStatusCode.Unauthorized, later.StatusCode);
    }

    [Fact]
    public async Task P4_Session_EndsAfterAShiftWhateverIsDone()
    {
        (_, string session) = await _desk.PersonAsync(Role.Clinician);
        TimeSpan step = Sessions.IdleEnd - TimeSpan.FromMinutes(1);
        HttpStatusCode status = HttpStatusCode.OK;
        TimeSpan passed = TimeSpan.Zero;
        for (; status == HttpStatusCode.OK && passed < Sessions.AbsoluteEnd * 2; passed += step)
        {
            _desk.Time.Advance(step);
            using HttpResponseMessage answer = await _desk.SendAsync(
                HttpMethod.Get, "/api/v1/session", session: session);
            status = answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.InRange(passed, Sessions.AbsoluteEnd - step, Sessions.AbsoluteEnd + step);
    }

    [Fact]
    public async Task P4_Cookie_IsBoundToThisHostAndNoScript()
    {
        Person person = await _desk.EnrolAsync(_desk.Server.EnrolmentCode!);
        _desk.Time.Advance(TimeSpan.FromSeconds(TotpCode.StepSeconds));
        using HttpResponseMessage answer = await _desk.TrySignInAsync(
            person.Name, person.Password, _desk.CodeOf(person.Secret));

        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
        Assert.All(["secure", "httponly", "samesite=strict", "path=/"], word =>
            Assert.Contains(word, cookie, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>P1: no name, password, TOTP secret, code or token of people lies in any file.</summary>
    [Fact]
    public async Task P1_AccessDatabase_HoldsNoNameOrSecret()
    {
        Person person = await _desk.EnrolAsync(_desk.Server.EnrolmentCode!, "canary sentence 5150 of words");
        string session = await _desk.SignInAsync(person);
        string code = (await _desk.Accounts.CreateAsync(
            Guid.NewGuid(), _desk.Tenant, "canary-name@north.example", Role.Clinician, "", CancellationToken.None))!;
        byte[][] planted =
        [
            .. new[] { "canary-name", "canary sentence", session, code, _desk.Server.EnrolmentCode!,
                TotpCode.Base32(person.Secret) }.Select(System.Text.Encoding.UTF8.GetBytes),
            person.Secret,
        ];

        foreach (string file in Directory.EnumerateFiles(_desk.Folder.Data, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("lock", StringComparison.Ordinal)))
        {
            await using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[stream.Length];
            await stream.ReadAtLeastAsync(bytes, bytes.Length, false, TestContext.Current.CancellationToken);
            Assert.All(planted, one => Assert.True(bytes.AsSpan().IndexOf(one) < 0, $"{file} holds a secret"));
        }
    }

    private async Task<List<EntryBody>> SignInsAsync(LedgerResult result) =>
        (await _desk.EntriesAsync(null)).FindAll(entry => entry.Act == LedgerAct.SignIn && entry.Result == result);
}
