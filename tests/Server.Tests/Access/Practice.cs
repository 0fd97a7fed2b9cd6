// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Hermetic.Telephony;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Tests.Access;

/// <summary>A practice of a running server: its people, its programs, and living things of every kind that has an id,
/// each made the way its owner makes it.</summary>
internal sealed class Practice
{
    /// <summary>How long something that the server does by itself may take on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Desk _desk;
    private readonly NumberRoute _route;
    private readonly Dictionary<Role, string> _sessions = [];
    private string _token = "";
    private long _sequence;
    private int _calls;

    private Practice(Desk desk, NumberRoute route) => (_desk, _route) = (desk, route);

    public Guid Tenant => _route.Tenant;

    public static async Task<Practice> OpenAsync(Desk desk, string number)
    {
        LineRoute line = (await desk.Installation.Store.Tenants.RoutesAsync(default))[Convert.ToHexString(
            desk.Installation.Keys.Routing.Tag(NumberRoutes.Purpose, number))];
        Practice practice = new(desk, new NumberRoute(line.TenantId, line.LineId, (ushort)line.RetentionClass));
        foreach (Role role in Enum.GetValues<Role>().Where(role => role != Role.InstallationOperator))
        {
            (Guid account, practice._sessions[role]) = await desk.PersonAsync(role, practice: practice.Tenant);
            await HasEnrolledAsync(desk.Installation, account);
        }

        practice._token = (await desk.ProgramAsync(practice.Tenant, [.. Scopes.OfPrograms])).Token;
        return practice;
    }

    /// <summary>Sends a request as somebody of this practice who has the scope.</summary>
    public Task<HttpResponseMessage> SendAsync(string scope, HttpMethod method, string path, object? body = null) =>
        Scopes.OfPrograms.Contains(scope) ? _desk.SendAsync(method, path, body, token: _token)
            : _desk.SendAsync(method, path, body, session: _sessions[Scopes.OfRole
                .First(role => _sessions.ContainsKey(role.Key) && role.Value.Contains(scope)).Key]);

    /// <summary>What a number in a path may be: the first page, the newest delivery.</summary>
    public long Number(string name) => name == "sequence" ? _sequence : 1;

    /// <summary>The id of a thing that is there; new where it can be used up.</summary>
    public async Task<Guid> MakeAsync(string kind) => kind switch
    {
        "lines" => _route.Line,
        "faxes" => await NotedAsync(),
        "undos" => await HandledAsync(),
        "uploads" => await UploadAsync(),
        "jobs" => await MadeAsync(Scopes.FaxesSend, "/api/v1/jobs",
            new { upload = await UploadAsync(), line = _route.Line, number = "+15550123" }, "id"),
        "webhooks" => await WebhookAsync(),
        "break-glass" => await GlassAsync(),
        "address-book" => await MadeAsync(Scopes.AddressBookManage, "/api/v1/address-book",
            new { name = "Pharmacy", number = "+15550125" }, "id"),
        "sites" => await MadeAsync(Scopes.LinesManage, "/api/v1/sites",
            new { name = $"site {Guid.NewGuid()}", timeZone = "America/New_York" }, "id"),
        "broadcasts" => await MadeAsync(Scopes.FaxesSend, "/api/v1/broadcasts",
            new { upload = await UploadAsync(), line = _route.Line, numbers = new[] { "+15550126" } }, "id"),
        "accounts" => (await _desk.PersonAsync(Role.Clinician, practice: Tenant)).Account,
        "programs" => (await _desk.ProgramAsync(Tenant, Scopes.FaxesRead)).Program,
        "approvals" => await MadeAsync(Scopes.AccountsManage, "/api/v1/accounts",
            new { name = $"somebody {Guid.NewGuid()}", role = nameof(Role.Clinician) }, "approval"),
        _ => throw new InvalidOperationException(
            $"an endpoint takes an id of {kind}: say in Practice.MakeAsync how one is made"),
    };

    /// <summary>Everything that its own people see of it.</summary>
    public async Task<string> StateAsync(IEnumerable<Guid> uploads)
    {
        StringBuilder state = new();
        (string Scope, string Path)[] lists =
        [
            (Scopes.FaxesRead, "faxes"), (Scopes.LinesRead, "lines"), (Scopes.LinesRead, "sites"),
            (Scopes.FaxesSend, "jobs"),
            (Scopes.WebhooksManage, "webhooks"), (Scopes.AccountsManage, "accounts"),
            (Scopes.AccountsManage, "programs"), (Scopes.ChangesApprove, "approvals"),
            (Scopes.GlassReview, "break-glass"), (Scopes.AddressBookRead, "address-book"),
            (Scopes.FaxesSend, "broadcasts"), (Scopes.FaxesRead, "inboxes/counts"), (Scopes.FaxesRead, "assignees"),
            .. uploads.Select(upload => (Scopes.FaxesSend, $"uploads/{upload}")),
        ];
        foreach ((string scope, string path) in lists)
        {
            using HttpResponseMessage answer = await SendAsync(scope, HttpMethod.Get, $"/api/v1/{path}");
            Assert.True(answer.IsSuccessStatusCode, path);
            state.AppendLine(await answer.Content.ReadAsStringAsync());
        }

        return state.ToString();
    }

    // Only who has a way to sign in counts as the second person of a change.
    private static Task<int> HasEnrolledAsync(Installation installation, Guid account)
    {
        byte[] password = installation.AccessKeys.Seal(account, Accounts.PasswordColumn, "no hash of any password");
        return installation.Access.WriteAsync(
            (context, cancel) => context.Accounts.Where(row => row.AccountId == account).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.SealedPassword, password), cancel),
            CancellationToken.None);
    }

    private async Task<Guid> ReceiveAsync()
    {
        HashSet<Guid> before = [.. (await FaxesAsync()).Select(fax => fax.FaxId)];
        Arrivals call = new(_desk.Installation.ForLine(null), _route, $"{Tenant}-{_calls++}");
        await call.ArriveAsync(0, Arrivals.Page(1));
        await call.EndAsync(CallOutcome.Completed, 1);
        return (await FaxesAsync()).Single(fax => !before.Contains(fax.FaxId)).FaxId;

        Task<List<FaxRecord>> FaxesAsync() => _desk.Installation.Store.Faxes.ListAsync(
            new FaxList(Tenant, FaxList.LimitMax, Direction: FaxDirection.Inbound), default);
    }

    // With a note, for what takes a note's number.
    private async Task<Guid> NotedAsync()
    {
        Guid fax = await ReceiveAsync();
        using HttpResponseMessage noted = await SendAsync(
            Scopes.FaxesHandle, HttpMethod.Post, $"/api/v1/faxes/{fax}/notes", new { text = "called back" });
        Assert.Equal(System.Net.HttpStatusCode.Created, noted.StatusCode);
        return fax;
    }

    private async Task<Guid> HandledAsync()
    {
        using HttpResponseMessage done = await SendAsync(Scopes.FaxesHandle, HttpMethod.Post,
            "/api/v1/faxes/handling", new { faxes = new[] { await ReceiveAsync() }, state = "done" });
        return (await Desk.JsonAsync(done)).GetProperty("undo").GetProperty("id").GetGuid();
    }

    // By somebody in whose inboxes the fax is not.
    private async Task<Guid> GlassAsync()
    {
        (_, string session) = await _desk.PersonAsync(Role.Clinician, Guid.NewGuid().ToString(), Tenant);
        using HttpResponseMessage broken = await _desk.SendAsync(HttpMethod.Post,
            $"/api/v1/faxes/{await ReceiveAsync()}/break-glass", new { reason = "an emergency" }, session: session);
        return (await Desk.JsonAsync(broken)).GetProperty("id").GetGuid();
    }

    private Task<Guid> UploadAsync()
    {
        ByteArrayContent document = new(Arrivals.TiffOf(Arrivals.Page(1)));
        document.Headers.ContentType = new MediaTypeHeaderValue("image/tiff");
        return MadeAsync(Scopes.FaxesSend, "/api/v1/uploads", document, "id");
    }

    // With an event on its way to it, or at least tried: nobody is at the address.
    private async Task<Guid> WebhookAsync()
    {
        using HttpResponseMessage made = await SendAsync(Scopes.WebhooksManage, HttpMethod.Post, "/api/v1/webhooks",
            new { url = "https://hooks.example.org/fax", events = new[] { "fax.received" }, line = _route.Line });
        Guid id = (await Desk.JsonAsync(made)).GetProperty("webhook").GetProperty("id").GetGuid();
        await ReceiveAsync();
        using CancellationTokenSource patience = new(Patience);
        while (true)
        {
            using HttpResponseMessage answer = await SendAsync(
                Scopes.WebhooksManage, HttpMethod.Get, $"/api/v1/webhooks/{id}/deliveries");
            if ((await Desk.JsonAsync(answer)).GetProperty("deliveries").EnumerateArray().FirstOrDefault() is
                { ValueKind: JsonValueKind.Object } delivery)
            {
                _sequence = delivery.GetProperty("sequence").GetInt64();
                return id;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }
    }

    private async Task<Guid> MadeAsync(string scope, string path, object body, string property)
    {
        using HttpResponseMessage answer = await SendAsync(scope, HttpMethod.Post, path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return (await Desk.JsonAsync(answer)).GetProperty(property).GetGuid();
    }
}
