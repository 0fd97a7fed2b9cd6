// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Tenants;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Access;
using Hermetic.Telephony;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermetic.Server.Tests.Tenants;

/// <summary>Practices and their numbers over the API of a running server.</summary>
public sealed class TenantTests : IAsyncLifetime
{
    private const string Number = "+1 555 777-0001";

    private Desk _desk = null!;
    private string _operator = "";

    public async ValueTask InitializeAsync()
    {
        _desk = await Desk.StartAsync();
        // Who enrols as operator is not asked here, and before that no call is taken.
        _desk.Server.Reception.Release();
        (_, _operator) = await _desk.PersonAsync(Role.InstallationOperator);
    }

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public async Task Practice_MadeOverTheApi_TakesFaxesAtOnce()
    {
        Guid tenant = await CreateAsync("South Clinic");
        Assert.Null(RouteOf(Number));

        JsonElement line = await SendAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant}/lines", HttpStatusCode.Created,
            new { number = Number });

        Assert.Equal("+15557770001", line.GetProperty("number").GetString());
        NumberRoute route = RouteOf(Number)!;
        Assert.Equal((tenant, line.GetProperty("id").GetGuid()), (route.Tenant, route.Line));
        // The line role seals to it with the public key that was made.
        Assert.NotNull(_desk.Installation.LineKeys.At(tenant, route.RetentionClass, _desk.Time.GetUtcNow()));
        Assert.Equal(["tenant.created", "line.added"],
            from entry in await _desk.EntriesAsync(tenant)
            where entry.Act == LedgerAct.LineChanged
            select entry.What.Query);
        Assert.Equal(["North Clinic", "South Clinic"], (await SendAsync(HttpMethod.Get, "/api/v1/tenants"))
            .GetProperty("tenants").EnumerateArray().Select(one => one.GetProperty("name").GetString()).Order());
    }

    [Fact]
    public async Task Number_GivenAway_IsRefusedAlikeWhoeverHasIt()
    {
        Guid tenant = await CreateAsync("South Clinic");
        await SendAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant}/lines", HttpStatusCode.Created,
            new { number = Number });

        JsonElement own = await SendAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant}/lines", HttpStatusCode.Conflict,
            new { number = Number });
        JsonElement others = await SendAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant}/lines",
            HttpStatusCode.Conflict, new { number = TestFolder.Number });

        Assert.Equal("taken", own.GetProperty("code").GetString());
        Assert.Equal(own.GetRawText(), others.GetRawText());
        await SendAsync(HttpMethod.Post, "/api/v1/tenants", HttpStatusCode.Conflict, new { name = "South Clinic" });
        await SendAsync(HttpMethod.Post, $"/api/v1/tenants/{Guid.NewGuid()}/lines", HttpStatusCode.NotFound,
            new { number = Number });
    }

    [Fact]
    public async Task ClosedLine_IsRefusedBeforeTheAnswer_AndMayBeGivenAway()
    {
        NumberRoute old = RouteOf(TestFolder.Number)!;
        await SendAsync(HttpMethod.Patch, $"/api/v1/tenants/{_desk.Tenant}/lines/{old.Line}",
            body: new { state = "closed" });

        Assert.Null(RouteOf(TestFolder.Number));
        Assert.Equal(404, _desk.Server.Reception.Decide(Call(TestFolder.Number)).RejectStatus);
        Guid tenant = await CreateAsync("South Clinic");
        await SendAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant}/lines", HttpStatusCode.Created,
            new { number = TestFolder.Number });
        Assert.Equal(tenant, RouteOf(TestFolder.Number)!.Tenant);
        await SendAsync(HttpMethod.Patch, $"/api/v1/tenants/{_desk.Tenant}/lines/{old.Line}", HttpStatusCode.Conflict,
            new { state = "active" });

        // The settings still give it to the first one: what the API made of it stays.
        IReadOnlyList<(byte[] Tag, NumberRoute Route)> sown =
            await new Provisioning(_desk.Installation).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(tenant, Assert.Single(sown).Route.Tenant);
    }

    [Fact]
    public async Task Practice_RenamedAndClosed_StaysSoAtTheNextStart()
    {
        string path = $"/api/v1/tenants/{_desk.Tenant}";
        await SendAsync(HttpMethod.Patch, path, body: new { name = "Northern Clinic" });
        JsonElement closed = await SendAsync(HttpMethod.Patch, path, body: new { state = "closed" });
        Assert.Equal(("Northern Clinic", "closed"),
            (closed.GetProperty("name").GetString(), closed.GetProperty("state").GetString()));
        Assert.Null(RouteOf(TestFolder.Number));
        await SendAsync(HttpMethod.Post, $"{path}/lines", HttpStatusCode.Conflict, new { number = Number });

        Assert.Empty(await new Provisioning(_desk.Installation).RunAsync(TestContext.Current.CancellationToken));

        JsonElement kept = await SendAsync(HttpMethod.Get, path);
        Assert.Equal(closed.GetRawText(), kept.GetRawText());
        await SendAsync(HttpMethod.Patch, path, body: new { state = "active" });
        Assert.NotNull(RouteOf(TestFolder.Number));
    }

    [Fact]
    public async Task Administrator_NamesOwnLines_AndSeesNoOthers()
    {
        (_, string session) = await _desk.PersonAsync(Role.TenantAdministrator, "");
        Guid line = RouteOf(TestFolder.Number)!.Line;
        Guid other = await CreateAsync("South Clinic");
        Guid theirs = (await SendAsync(HttpMethod.Post, $"/api/v1/tenants/{other}/lines", HttpStatusCode.Created,
            new { number = Number })).GetProperty("id").GetGuid();

        await SendAsync(HttpMethod.Patch, $"/api/v1/lines/{line}", body: new { name = "Radiology" }, session: session);
        await SendAsync(HttpMethod.Patch, $"/api/v1/lines/{theirs}", HttpStatusCode.NotFound, new { name = "Mine" },
            session);
        await SendAsync(HttpMethod.Patch, $"/api/v1/lines/{line}", HttpStatusCode.BadRequest, new { state = "closed" },
            session);

        JsonElement seen = Assert.Single((await SendAsync(HttpMethod.Get, "/api/v1/lines", session: session))
            .GetProperty("lines").EnumerateArray());
        Assert.Equal(("Radiology", TestFolder.Number),
            (seen.GetProperty("name").GetString(), seen.GetProperty("number").GetString()));
        // What a practice calls its lines is not the operator's.
        Assert.DoesNotContain("Radiology",
            (await SendAsync(HttpMethod.Get, $"/api/v1/tenants/{_desk.Tenant}/lines")).GetRawText(),
            StringComparison.Ordinal);
        await SendAsync(HttpMethod.Patch, $"/api/v1/lines/{line}", body: new { state = "suspended" },
            session: session);
        Assert.Null(RouteOf(TestFolder.Number));
    }

    [Fact]
    public async Task Line_RoutedToAnInbox_SharesItUntilEitherRests()
    {
        (_, string session) = await _desk.PersonAsync(Role.TenantAdministrator, "");
        Guid first = RouteOf(TestFolder.Number)!.Line;
        Guid second = (await SendAsync(HttpMethod.Post, $"/api/v1/tenants/{_desk.Tenant}/lines",
            HttpStatusCode.Created, new { number = Number })).GetProperty("id").GetGuid();
        Guid other = await CreateAsync("South Clinic");
        Guid theirs = (await SendAsync(HttpMethod.Post, $"/api/v1/tenants/{other}/lines", HttpStatusCode.Created,
            new { number = "+15557770002" })).GetProperty("id").GetGuid();
        string path = $"/api/v1/lines/{second}";

        await SendAsync(HttpMethod.Patch, path, HttpStatusCode.BadRequest, new { inbox = theirs }, session);
        JsonElement shared = await SendAsync(HttpMethod.Patch, path, body: new { inbox = first }, session: session);
        Assert.Equal(first, shared.GetProperty("inbox").GetGuid());
        Assert.Equal(first, RouteOf(Number)!.Line);

        // The inbox rests: its own number with it, and the other goes back to its own.
        await SendAsync(HttpMethod.Patch, $"/api/v1/lines/{first}", body: new { state = "suspended" },
            session: session);
        Assert.Equal((null, second), (RouteOf(TestFolder.Number)?.Line, RouteOf(Number)!.Line));
        await SendAsync(HttpMethod.Patch, $"/api/v1/lines/{first}", body: new { state = "active" }, session: session);
        await SendAsync(HttpMethod.Patch, path, body: new { inbox = first }, session: session);
        // A closed number is closed, wherever its faxes went.
        await SendAsync(HttpMethod.Patch, $"/api/v1/tenants/{_desk.Tenant}/lines/{second}",
            body: new { state = "closed" });
        Assert.Equal((first, null), (RouteOf(TestFolder.Number)!.Line, RouteOf(Number)?.Line));
    }

    /// <summary>P4: the operator runs practices and opens no fax.</summary>
    [Fact]
    public async Task P4_Operator_OpensNoFaxOfAPracticeThatHeMade()
    {
        await CreateAsync("South Clinic");

        foreach (string path in new[] { "/api/v1/faxes", "/api/v1/lines", "/api/v1/jobs", "/api/v1/webhooks" })
        {
            await SendAsync(HttpMethod.Get, path, HttpStatusCode.Forbidden);
        }
    }

    /// <summary>Another process hears of it from the store, within the interval.</summary>
    [Fact]
    public async Task Routes_ChangedElsewhere_AreInForceAfterALook()
    {
        NumberRoutes elsewhere = new(_desk.Installation.LineKeys.Routing);
        using RouteKeeper keeper = new(
            _desk.Installation.Store, elsewhere, _desk.Installation.SandboxLines, _desk.Time,
            NullLogger<RouteKeeper>.Instance);
        using CancellationTokenSource stopping = new();
        Task running = keeper.RunAsync(stopping.Token);
        Guid tenant = await CreateAsync("South Clinic");
        await SendAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant}/lines", HttpStatusCode.Created,
            new { number = Number });

        while (elsewhere.Find(Number) is null)
        {
            _desk.Time.Advance(RouteKeeper.LookInterval);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal(tenant, elsewhere.Find(Number)!.Tenant);
        await stopping.CancelAsync();
        await running;
    }

    private static IncomingCall Call(string number) => new()
    {
        DialledNumber = number,
        CallerNumber = "",
        CallerName = "",
        RemoteAddress = new IPEndPoint(IPAddress.Loopback, 5060),
        Transport = Telephony.Sip.SipTransportKind.Udp,
        Trunk = "direct",
        CallId = "call",
        Handle = null!,
    };

    private NumberRoute? RouteOf(string number) => _desk.Server.Reception.Routes.Find(number);

    private async Task<Guid> CreateAsync(string name) =>
        (await SendAsync(HttpMethod.Post, "/api/v1/tenants", HttpStatusCode.Created, new { name }))
            .GetProperty("id").GetGuid();

    private async Task<JsonElement> SendAsync(
        HttpMethod method, string path, HttpStatusCode status = HttpStatusCode.OK, object? body = null,
        string? session = null)
    {
        using HttpResponseMessage answer = await _desk.SendAsync(method, path, body, session: session ?? _operator);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, $"{method} {path}: {answer.StatusCode}, not {status}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
