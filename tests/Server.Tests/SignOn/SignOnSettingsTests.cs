// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text;
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.SignOn;
using Hermetic.Server.Tests.Access;

namespace Hermetic.Server.Tests.SignOn;

/// <summary>P4: by whom a practice signs in is changed by two people.</summary>
public sealed class SignOnSettingsTests
{
    [Fact]
    public async Task P4_SingleSignOn_IsChangedByTwoAndEndedByOne()
    {
        await using Desk desk = await Desk.StartAsync();
        string code = (await desk.Accounts.CreateAsync(Guid.NewGuid(), desk.Tenant, "second",
            Role.TenantAdministrator, "", CancellationToken.None))!;
        Person second = await desk.EnrolAsync(code);
        (_, string asker) = await desk.PersonAsync(Role.TenantAdministrator);

        JsonElement pending = await SendAsync(desk, HttpMethod.Put, "/api/v1/sign-on", asker,
            HttpStatusCode.Accepted, SignOnDesk.Settings("https://idp.clinic.example"));
        await SendAsync(desk, HttpMethod.Get, "/api/v1/sign-on", asker, HttpStatusCode.NotFound);
        string other = await desk.SignInAsync(second);
        JsonElement waiting = Assert.Single((await SendAsync(
            desk, HttpMethod.Get, "/api/v1/approvals", other, HttpStatusCode.OK)).GetProperty("items")
            .EnumerateArray());
        Assert.Equal("single sign-on by https://idp.clinic.example as hermetic at the clinic; accounts by the claim "
            + "email of clinic.example", waiting.GetProperty("words").GetString());
        Assert.DoesNotContain(OpenIddictProvider.Secret[..8], waiting.ToString(), StringComparison.Ordinal);
        string path = $"/api/v1/approvals/{pending.GetProperty("approval").GetGuid()}/approve";
        await SendAsync(desk, HttpMethod.Post, path, asker, HttpStatusCode.Forbidden);
        await SendAsync(desk, HttpMethod.Post, path, other, HttpStatusCode.OK);

        JsonElement settings = await SendAsync(desk, HttpMethod.Get, "/api/v1/sign-on", other, HttpStatusCode.OK);
        Assert.Equal("https://idp.clinic.example", settings.GetProperty("issuer").GetString());
        Assert.False(settings.TryGetProperty("secret", out _));
        await SendAsync(desk, HttpMethod.Delete, "/api/v1/sign-on", asker, HttpStatusCode.NoContent);
        await SendAsync(desk, HttpMethod.Get, "/api/v1/sign-on", other, HttpStatusCode.NotFound);
        Assert.Equal(["sign-on.change asked", "sign-on.change approved", "sign-on.ended"],
            (await desk.EntriesAsync(desk.Tenant)).Select(entry => entry.What.Query)
                .Where(words => words.StartsWith("sign-on", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task P1_Secret_IsSealed()
    {
        await using Desk desk = await Desk.StartAsync();
        (_, string administrator) = await desk.PersonAsync(Role.TenantAdministrator);
        await SendAsync(desk, HttpMethod.Put, "/api/v1/sign-on", administrator, HttpStatusCode.OK,
            SignOnDesk.Settings("https://idp.clinic.example"));

        byte[] secret = Encoding.UTF8.GetBytes(OpenIddictProvider.Secret);
        foreach (string file in Directory.GetFiles(desk.Folder.Path, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("lock", StringComparison.Ordinal)))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using MemoryStream bytes = new();
            await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            Assert.True(bytes.ToArray().AsSpan().IndexOf(secret) < 0, file);
        }
    }

    [Fact]
    public async Task P4_PersonOfSingleSignOn_IsASecondPersonToo()
    {
        MovableTime time = new();
        await using OpenIddictProvider provider = await OpenIddictProvider.StartAsync(time);
        await using SignOnDesk desk = await SignOnDesk.StartAsync(time, provider.Issuer);
        provider.Redirect = desk.Address + SignOnEndpoints.Callback;
        Guid id = Guid.NewGuid();
        await desk.Desk.Accounts.CreateAsync(id, desk.Desk.Tenant, "ann@clinic.example", Role.TenantAdministrator, "",
            CancellationToken.None);
        Assert.NotNull((await desk.SignInAsync()).Session);
        (_, string asker) = await desk.Desk.PersonAsync(Role.TenantAdministrator);

        await SendAsync(desk.Desk, HttpMethod.Put, "/api/v1/sign-on", asker, HttpStatusCode.Accepted,
            SignOnDesk.Settings("https://idp.elsewhere.example"));
    }

    [Theory]
    [InlineData("sub")]
    [InlineData("preferred_username")]
    [InlineData("Name")]
    public async Task Claim_ThatNamesNobody_IsRefused(string claim)
    {
        await using Desk desk = await Desk.StartAsync();
        (_, string administrator) = await desk.PersonAsync(Role.TenantAdministrator);

        JsonElement problem = await SendAsync(desk, HttpMethod.Put, "/api/v1/sign-on", administrator,
            HttpStatusCode.BadRequest, SignOnDesk.Settings("https://idp.clinic.example", claim));

        Assert.True(problem.GetProperty("errors").TryGetProperty("claim", out _));
    }

    private static async Task<JsonElement> SendAsync(
        Desk desk, HttpMethod method, string path, string session, HttpStatusCode status, object? body = null)
    {
        using HttpResponseMessage answer = await desk.SendAsync(method, path, body, session: session);
        Assert.Equal(status, answer.StatusCode);
        return status == HttpStatusCode.NoContent ? default : await Desk.JsonAsync(answer);
    }
}
