// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Access;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Tests.Settings;

/// <summary>P4: a listener or a trunk that is changed in the file is not in force before people agree.</summary>
public sealed class TwoPersonSettingsTests : IDisposable
{
    private const string Approvals = "/api/v1/approvals";
    private const string Old = "sip.carrier.example";
    private const string Other = "sip.elsewhere.example";

    private readonly TestFolder _folder = new($$"""
        , "trunks": [ { "name": "carrier", "host": "{{Old}}" } ]
        """);

    private readonly MovableTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FirstRun_TakesTheFileAsItIs()
    {
        await using (Desk desk = await StartAsync())
        {
            Assert.Equal([Old], TrunksOf(desk));
            Assert.Empty(desk.Server.SettingsWaiting);
            Assert.Contains(await desk.EntriesAsync(null), entry => entry.What.Query == "settings.first");
        }

        await using Desk again = await StartAsync();
        Assert.Empty(again.Server.SettingsWaiting);
    }

    [Theory]
    [InlineData($"\"{Old}\"", $"\"{Other}\"", $"trunks[0].host becomes {Other} in the place of {Old}")]
    [InlineData("\"trunks\": [", "\"trunks\": [ { \"name\": \"b\", \"host\": \"b.example\" },",
        "trunks[0].host becomes b.example in the place of sip.carrier.example")]
    [InlineData("\"http\": { \"listen\": [ ", "\"http\": { \"listen\": [ \"127.0.0.2:0\", ",
        "http.listen[0] becomes 127.0.0.2:0 in the place of 127.0.0.1:0")]
    [InlineData("\"sip\": {", "\"sip\": { \"allow\": [ \"198.51.0.0/16\" ],", "sip.allow[0] is new: 198.51.0.0/16")]
    [InlineData("\"tenants\"", "\"signOn\": { \"privateOrigins\": [ \"https://10.0.0.1\" ] }, \"tenants\"",
        "signOn.privateOrigins[0] is new: https://10.0.0.1")]
    public async Task P4_ChangeInTheFile_IsNotInForceAndIsSaid(string from, string to, string words)
    {
        await using (await StartAsync())
        {
            // The first run.
        }

        Replace(from, to);
        await using Desk desk = await StartAsync();

        Assert.Contains(words, desk.Server.SettingsWaiting);
        Assert.Equal([Old], TrunksOf(desk));
        Assert.Equal("127.0.0.1", new Uri(Assert.Single(desk.Server.HttpAddresses)).Host);
        Assert.Empty(desk.Installation.Settings.Line.Allow);
        Assert.Empty(desk.Installation.Settings.SignOnOrigins);
        (_, string session) = await desk.PersonAsync(Role.InstallationOperator);
        JsonElement waiting = Assert.Single((await SendAsync(
            desk, HttpMethod.Get, Approvals, session, HttpStatusCode.OK)).GetProperty("items").EnumerateArray());
        Assert.Equal("settings.change", waiting.GetProperty("kind").GetString());
        Assert.Contains(words, waiting.GetProperty("words").GetString(), StringComparison.Ordinal);
        Assert.Contains((await SendAsync(desk, HttpMethod.Get, "/api/v1/settings", session, HttpStatusCode.OK))
            .GetProperty("waiting").EnumerateArray(), one => one.GetString() == words);
    }

    [Fact]
    public async Task Change_OfWhatOpensNoDoor_IsInForceAtOnce()
    {
        await using (await StartAsync())
        {
            // The first run.
        }

        Replace("\"sip\": {", "\"sip\": { \"callsMax\": 7,");
        await using Desk desk = await StartAsync();

        Assert.Equal(7, desk.Installation.Settings.Line.CallsMax);
        Assert.Empty(desk.Server.SettingsWaiting);
    }

    [Fact]
    public async Task P4_Change_IsInForceOnceTwoOperatorsAgreed()
    {
        (Person first, Person second) = await TwoOperatorsAsync();
        Replace($"\"{Old}\"", $"\"{Other}\"");
        await using (Desk desk = await StartAsync())
        {
            string one = await desk.SignInAsync(first);
            string two = await desk.SignInAsync(second);
            string path = await PathAsync(desk, one);

            await SendAsync(desk, HttpMethod.Post, path, one, HttpStatusCode.Accepted);
            await SendAsync(desk, HttpMethod.Post, path, one, HttpStatusCode.Forbidden);
            Assert.NotEmpty(await WaitingAsync(desk, one));
            await SendAsync(desk, HttpMethod.Post, path, two, HttpStatusCode.OK);

            // Calls that go on are not cut: it is in force at the next start.
            Assert.Equal([Old], TrunksOf(desk));
            Assert.Equal(
                ["settings.first", "settings.change found", "settings.change asked", "settings.change approved"],
                await StepsAsync(desk));
        }

        await using Desk again = await StartAsync();
        Assert.Equal([Other], TrunksOf(again));
        Assert.Empty(again.Server.SettingsWaiting);
    }

    [Fact]
    public async Task Change_OfAnInstallationWithOneOperator_IsHisAlone()
    {
        Person only;
        await using (Desk desk = await StartAsync())
        {
            only = await desk.EnrolAsync(desk.Server.EnrolmentCode!);
        }

        Replace($"\"{Old}\"", $"\"{Other}\"");
        await using (Desk desk = await StartAsync())
        {
            string session = await desk.SignInAsync(only);
            await SendAsync(desk, HttpMethod.Post, await PathAsync(desk, session), session, HttpStatusCode.OK);
            Assert.Equal("settings.change alone", (await StepsAsync(desk))[^1]);
        }

        await using Desk again = await StartAsync();
        Assert.Equal([Other], TrunksOf(again));
    }

    [Fact]
    public async Task P4_RejectedChange_IsAskedForAgainAndNeverInForce()
    {
        (Person first, _) = await TwoOperatorsAsync();
        Replace($"\"{Old}\"", $"\"{Other}\"");
        await using (Desk desk = await StartAsync())
        {
            string session = await desk.SignInAsync(first);
            string path = await PathAsync(desk, session);
            await SendAsync(desk, HttpMethod.Delete, path.Replace("/approve", "", StringComparison.Ordinal), session,
                HttpStatusCode.NoContent);
            Assert.Empty(await WaitingAsync(desk, session));
        }

        await using Desk again = await StartAsync();
        Assert.Equal([Old], TrunksOf(again));
        Assert.Single(await WaitingAsync(again, await again.SignInAsync(first)));
    }

    [Fact]
    public async Task P4_AgreementToOneChange_IsNotToAnother()
    {
        (Person first, Person second) = await TwoOperatorsAsync();
        Replace($"\"{Old}\"", "\"sip.good.example\"");
        await using (Desk desk = await StartAsync())
        {
            string session = await desk.SignInAsync(first);
            await SendAsync(desk, HttpMethod.Post, await PathAsync(desk, session), session, HttpStatusCode.Accepted);
        }

        Replace("\"sip.good.example\"", $"\"{Other}\"");
        await using (Desk desk = await StartAsync())
        {
            string session = await desk.SignInAsync(second);
            // It is another one, and the first yes to it.
            await SendAsync(desk, HttpMethod.Post, await PathAsync(desk, session), session, HttpStatusCode.Accepted);
        }

        await using Desk again = await StartAsync();
        Assert.Equal([Old], TrunksOf(again));
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("gone")]
    [InlineData("of another place")]
    public async Task P4_ApprovedSettingsThatWereTamperedWith_KeepTheServerFromStarting(string how)
    {
        await using (Desk desk = await StartAsync())
        {
            await desk.Installation.Access.WriteAsync(
                async (context, cancel) =>
                {
                    ApprovedSettingsRow row = await context.ApprovedSettings.SingleAsync(cancel);
                    switch (how)
                    {
                        case "changed":
                            row.SealedPart[^1] ^= 1;
                            context.Entry(row).Property(one => one.SealedPart).IsModified = true;
                            break;
                        case "gone":
                            context.ApprovedSettings.Remove(row);
                            break;
                        default:
                            row.ApprovalId = Guid.NewGuid();
                            break;
                    }

                    return true;
                },
                CancellationToken.None);
        }

        Replace($"\"{Old}\"", $"\"{Other}\"");
        InstallationException refused = await Assert.ThrowsAsync<InstallationException>(StartAsync);
        Assert.Contains("approved settings", refused.Message, StringComparison.Ordinal);
    }

    private Task<Desk> StartAsync() => Desk.StartAsync(_folder, _time);

    private void Replace(string from, string to)
    {
        string text = File.ReadAllText(_folder.SettingsFile);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(_folder.SettingsFile, text.Replace(from, to, StringComparison.Ordinal));
    }

    private async Task<(Person First, Person Second)> TwoOperatorsAsync()
    {
        await using Desk desk = await StartAsync();
        Person first = await desk.EnrolAsync(desk.Server.EnrolmentCode!);
        using HttpResponseMessage made = await desk.SendAsync(HttpMethod.Post, "/api/v1/accounts",
            new { name = "second", role = nameof(Role.InstallationOperator) }, session: await desk.SignInAsync(first));
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        string code = (await Desk.JsonAsync(made)).GetProperty("enrolmentCode").GetString()!;
        return (first, await desk.EnrolAsync(code));
    }

    private static string[] TrunksOf(Desk desk) =>
        [.. desk.Installation.Settings.Line.Trunks.Select(trunk => trunk.Host)];

    private static async Task<List<JsonElement>> WaitingAsync(Desk desk, string session) =>
        [.. (await SendAsync(desk, HttpMethod.Get, Approvals, session, HttpStatusCode.OK))
            .GetProperty("items").EnumerateArray()];

    private static async Task<string> PathAsync(Desk desk, string session) =>
        $"{Approvals}/{Assert.Single(await WaitingAsync(desk, session)).GetProperty("id").GetGuid()}/approve";

    private static async Task<string[]> StepsAsync(Desk desk) =>
        [.. (await desk.EntriesAsync(null)).Select(entry => entry.What.Query)
            .Where(words => words.StartsWith("settings", StringComparison.Ordinal))];

    private static async Task<JsonElement> SendAsync(
        Desk desk, HttpMethod method, string path, string session, HttpStatusCode status)
    {
        using HttpResponseMessage answer = await desk.SendAsync(method, path, session: session);
        Assert.Equal(status, answer.StatusCode);
        return status == HttpStatusCode.NoContent ? default : await Desk.JsonAsync(answer);
    }
}
