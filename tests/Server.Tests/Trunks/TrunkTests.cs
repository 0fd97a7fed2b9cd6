// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Features.Trunks;
using Hermetic.Server.Tests.Access;
using Hermetic.Server.Tests.Sending;
using Hermetic.Telephony;

namespace Hermetic.Server.Tests.Trunks;

/// <summary>How the trunks stand, as the operator sees it.</summary>
public sealed class TrunkTests
{
    private const string Name = "carrier-a";

    private readonly MovableTime _time = new();
    private readonly TrunkBoard _board;

    public TrunkTests() => _board = new TrunkBoard([new TrunkSettings { Name = Name, Host = "sip.example" }], _time);

    [Theory]
    [InlineData(true, true, 200, null)]
    [InlineData(false, true, 403, "it refused the registration (403)")]
    [InlineData(false, false, 408, "it does not answer")]
    [InlineData(null, false, 0, "its name is not found")]
    public void Trunk_ToldOf_SaysWhatFailedInPlainWords(
        bool? registered, bool? reachable, int status, string? failure)
    {
        _board.Told(new TrunkStatus(Name, registered, reachable, status));

        TrunkStanding standing = _board.StandingOf(Name);
        Assert.Equal((registered, reachable, failure),
            (standing.IsRegistered, standing.IsReachable, standing.Failure));
        Assert.Equal(failure is null ? null : _time.GetUtcNow(), standing.FailedAt);
    }

    [Theory]
    [InlineData(CallOutcome.Unreachable, true)]
    [InlineData(CallOutcome.NoT38, true)]
    [InlineData(CallOutcome.Busy, false)]
    [InlineData(CallOutcome.Completed, false)]
    public async Task Calls_AreCountedWhileTheyLast(CallOutcome outcome, bool isTheTrunks)
    {
        HeldLine held = new(Reports.Of(outcome) with { Reason = "the proxy says no" });
        ISendingLine line = _board.Count(held);
        OutgoingFax fax = new() { To = "5551234", Trunk = Name };

        Task<CallReport> call = line.SendAsync(fax, TestContext.Current.CancellationToken);
        Assert.Equal(1, _board.StandingOf(Name).Calls);
        held.End.SetResult();
        CallReport report = await call;

        TrunkStanding standing = _board.StandingOf(Name);
        Assert.Equal((0, isTheTrunks ? report.Reason : null), (standing.Calls, standing.Failure));
    }

    [Fact]
    public async Task Trunks_Listed_HoldNoSecret()
    {
        string secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, "a-secret-word", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using Desk desk = await Desk.StartAsync($$"""
            , "trunks": [ { "name": "{{Name}}", "host": "127.0.0.1", "port": 9, "authUser": "clinic",
              "passwordFile": "{{secret}}", "callsMax": 7 } ]
            """);
        (_, string session) = await desk.PersonAsync(Role.InstallationOperator);

        using HttpResponseMessage answer = await desk.SendAsync(HttpMethod.Get, "/api/v1/trunks", session: session);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        JsonElement trunk = Assert.Single(JsonDocument.Parse(text).RootElement.GetProperty("trunks").EnumerateArray());
        Assert.Equal((Name, "127.0.0.1", 9, "udp", 7), (trunk.GetProperty("name").GetString(),
            trunk.GetProperty("host").GetString(), trunk.GetProperty("port").GetInt32(),
            trunk.GetProperty("transport").GetString(), trunk.GetProperty("callsMax").GetInt32()));
        Assert.DoesNotContain("a-secret-word", text, StringComparison.Ordinal);
        Assert.DoesNotContain("clinic", text, StringComparison.Ordinal);
        File.Delete(secret);
    }

    private sealed class HeldLine(CallReport report) : ISendingLine
    {
        public TaskCompletionSource End { get; } = new();

        public async Task<CallReport> SendAsync(OutgoingFax fax, CancellationToken cancellation)
        {
            await End.Task.WaitAsync(cancellation);
            return report;
        }
    }
}
