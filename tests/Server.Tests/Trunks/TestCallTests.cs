// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Features.Trunks;
using Hermetic.Server.Tests.Access;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.TestKit.Access;
using Hermetic.TestKit.Peers.Sip;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.Server.Tests.Trunks;

/// <summary>Test calls on a trunk, over the API and over real SIP and T.38.</summary>
public sealed class TestCallTests : IAsyncDisposable
{
    private const string Path = "/api/v1/trunks/carrier-a/test-call";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private Desk? _desk;
    private string _session = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _desk?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task TestCall_ToLibspandsp_HearsWhatItIs_AndSendsNothing()
    {
        string file = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"hermetic-test-call-{Guid.NewGuid()}.tif");
        await using SipFaxPeer peer = SipFaxPeer.Start(new SipFaxPeerSettings
        {
            T30 = new SpandspT30Settings { StationId = "222", ReceiveFile = file },
        });
        Desk desk = await OpenAsync(FarSide.Trunk(peer.Address));

        JsonElement begun = await BeginAsync("555-501-4200");
        Assert.Equal(
            ("calling", "5555014200", ""), (Text(begun, "state"), Text(begun, "number"), Text(begun, "words")));
        JsonElement ended = await EndedAsync();

        Assert.True(Text(ended, "state") == "identified", ended.ToString());
        Assert.Equal((Text(begun, "id"), "t38", null, 200), (Text(ended, "id"), Text(ended, "progress"),
            Text(ended, "cause"), ended.GetProperty("sipStatus").GetInt32()));
        Assert.Contains("this trunk carries faxes", Text(ended, "words"), StringComparison.Ordinal);
        JsonElement station = ended.GetProperty("station");
        Assert.Equal(("222", 14_400, true, true), (Text(station, "id"), station.GetProperty("rateMax").GetInt32(),
            station.GetProperty("ecm").GetBoolean(), station.GetProperty("canReceive").GetBoolean()));
        Assert.Contains("fine", station.GetProperty("resolutions").EnumerateArray().Select(one => one.GetString()));
        await peer.WaitForEndAsync(s_patience, Cancellation);
        Assert.Contains("DCN", peer.T30.Completion, StringComparison.Ordinal);
        Assert.Equal(0, peer.PagesConfirmed);
        Assert.False(File.Exists(file));

        EntryBody entry = Assert.Single(await desk.EntriesAsync(null), one => one.Act == LedgerAct.TestCall);
        Assert.Equal(("trunk.test-call carrier-a", "InstallationOperator", "5555014200"),
            (entry.What.Query, entry.Who.Role, Assert.Single(entry.What.Shown)));
        Assert.DoesNotContain(await desk.EntriesAsync(desk.Tenant), one => one.Act == LedgerAct.TestCall);
        Assert.Empty(await desk.Installation.Store.Faxes.ListAsync(new FaxList(desk.Tenant), Cancellation));
    }

    [Theory]
    [InlineData(FarSide.Busy, "busy", "The line is busy.", 486)]
    [InlineData("+15555550102", "no-answer", "Nobody answers.", 480)]
    [InlineData("+15555550106", "no-such-number", "There is no such number. Check it and correct it.", 404)]
    [InlineData("+15555550107", "congestion", "The telephone network can't take the call now.", 503)]
    [InlineData("+15555550109", "rejected",
        "The other side refuses calls from us. Call them to ask, or correct the number.", 603)]
    public async Task TestCall_ThatComesToNothing_SaysWhy(string number, string cause, string words, int status)
    {
        await using FaxEndpoint far = await FarSide.StartAsync();
        await OpenAsync(FarSide.Trunk(far.Listening[0].Address));
        await BeginAsync(number);
        JsonElement ended = await EndedAsync();
        Assert.Equal(("failed", cause, words, status, JsonValueKind.Null), (Text(ended, "state"), Text(ended, "cause"),
            Text(ended, "words"), ended.GetProperty("sipStatus").GetInt32(), ended.GetProperty("station").ValueKind));
    }

    [Fact]
    public async Task TestCall_WhereNoT38IsAgreed_SaysSo()
    {
        await using FaxEndpoint far = await FarSide.StartAsync(_ => IncomingDecision.Reject(488));
        await OpenAsync(FarSide.Trunk(far.Listening[0].Address));
        await BeginAsync(FarSide.FaxMachine);
        JsonElement ended = await EndedAsync();
        Assert.Equal(("no-t38", "The connection can't carry a fax."), (Text(ended, "cause"), Text(ended, "words")));
        Assert.Contains("none of the media", Text(ended, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TestCall_UnderWay_IsTheTrunksOnlyOne_AndIsEndedByHand()
    {
        await using FaxEndpoint far = await FarSide.StartAsync();
        Desk desk = await OpenAsync(FarSide.Trunk(far.Listening[0].Address, callsMax: 1));
        await BeginAsync(FarSide.Silent);
        await UntilAsync(call => Text(call, "progress") == "t38");

        using HttpResponseMessage second = await AskAsync(HttpMethod.Post, Path, new { number = FarSide.FaxMachine });
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        using HttpResponseMessage trunks = await AskAsync(HttpMethod.Get, "/api/v1/trunks");
        Assert.Equal(1, (await Desk.JsonAsync(trunks)).GetProperty("trunks")[0].GetProperty("calls").GetInt32());
        Assert.Equal(RetryCause.LinesTaken, await SendAsync(desk));

        using HttpResponseMessage gone = await AskAsync(HttpMethod.Delete, Path);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        JsonElement ended = await EndedAsync();
        Assert.Equal(("cancelled", "cancelled"), (Text(ended, "state"), Text(ended, "cause")));
    }

    [Theory]
    [InlineData("911")]
    [InlineData("9-911")]
    [InlineData("112")]
    [InlineData("+1 411")]
    [InlineData("555014")]
    [InlineData("")]
    [InlineData("sip:5555014200@example.org")]
    public async Task TestCall_ToANumberThatIsNone_IsNotPlaced(string number)
    {
        int calls = 0;
        await using FaxEndpoint far = await FarSide.StartAsync(_ =>
        {
            Interlocked.Increment(ref calls);
            return IncomingDecision.Reject(486);
        });
        Desk desk = await OpenAsync(FarSide.Trunk(far.Listening[0].Address));
        using HttpResponseMessage answer = await AskAsync(HttpMethod.Post, Path, new { number });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await Desk.JsonAsync(answer)).GetProperty("errors").TryGetProperty("number", out _));
        using HttpResponseMessage none = await AskAsync(HttpMethod.Get, Path);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.DoesNotContain(await desk.EntriesAsync(null), one => one.Act == LedgerAct.TestCall);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task TestCalls_AreSoManyInAnHour_AndTrunksAreThoseThatThereAre()
    {
        await using FaxEndpoint far = await FarSide.StartAsync();
        Desk desk = await OpenAsync(FarSide.Trunk(far.Listening[0].Address));
        using HttpResponseMessage other = await AskAsync(
            HttpMethod.Post, "/api/v1/trunks/carrier-b/test-call", new { number = FarSide.Busy });
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        for (int i = 0; i < TestCalls.PerHourMax; i++)
        {
            await BeginAsync(FarSide.Busy);
            await EndedAsync();
        }

        using HttpResponseMessage more = await AskAsync(HttpMethod.Post, Path, new { number = FarSide.Busy });
        Assert.Equal(HttpStatusCode.TooManyRequests, more.StatusCode);
        Assert.Equal(TimeSpan.FromHours(1), more.Headers.RetryAfter!.Delta);
        desk.Time.Advance(TimeSpan.FromHours(1));
        (_, _session) = await desk.PersonAsync(Role.InstallationOperator);
        await BeginAsync(FarSide.Busy);
    }

    [Fact]
    public void Findings_OfAllCauses_PromiseNoFurtherTry()
    {
        foreach (RetryRule rule in RetryRules.All)
        {
            string words = RetryRules.Finding(rule.Cause);
            Assert.EndsWith(".", words, StringComparison.Ordinal);
            Assert.DoesNotContain("We will", words, StringComparison.Ordinal);
        }
    }

    private async Task<Desk> OpenAsync(string trunk)
    {
        _desk = await Desk.StartAsync(trunk);
        await OperatorEnrolment.EnrolAsync(new Uri(_desk.Server.HttpAddresses[0]), _desk.Server.EnrolmentCode!,
            _desk.Time, Cancellation);
        (_, _session) = await _desk.PersonAsync(Role.InstallationOperator);
        return _desk;
    }

    private Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, object? body = null) =>
        _desk!.SendAsync(method, path, body, session: _session);

    private async Task<JsonElement> BeginAsync(string number)
    {
        using HttpResponseMessage answer = await AskAsync(HttpMethod.Post, Path, new { number });
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Cancellation));
        return await Desk.JsonAsync(answer);
    }

    private Task<JsonElement> EndedAsync() => UntilAsync(call => Text(call, "state") != "calling");

    private async Task<JsonElement> UntilAsync(Func<JsonElement, bool> isSo)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(s_patience);
        while (true)
        {
            using HttpResponseMessage answer = await AskAsync(HttpMethod.Get, Path);
            JsonElement call = await Desk.JsonAsync(answer);
            if (isSo(call))
            {
                return call;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    // A fax of the practice, by the same trunk: why its first try did not go out.
    private static async Task<RetryCause> SendAsync(Desk desk)
    {
        NumberRoute route = await Arrivals.RouteAsync(desk.Installation);
        SubmittedSending fax = await desk.Server.Outbox.SubmitAsync(new SubmitFax
        {
            TenantId = route.Tenant,
            LineId = route.Line,
            Number = FarSide.FaxMachine,
            Pages = Sandbox.SandboxDesk.PagesOf(1).ToAsyncEnumerable(),
            IdempotencyKey = "beside a test call",
            Terms = new SendingTerms { NumberGivenTwice = true },
        }, Cancellation);
        while (true)
        {
            OutboxFax now = (await desk.Server.Outbox.FindAsync(route.Tenant, fax.FaxId, Cancellation))!;
            if (now.Attempts is [{ End: { } end }])
            {
                return (RetryCause)end.Cause;
            }

            await Task.Delay(50, Cancellation);
        }
    }

    private static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();
}
