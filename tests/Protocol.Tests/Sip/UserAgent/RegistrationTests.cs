// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>RFC 3261 §10 towards a registrar that is scripted.</summary>
public class RegistrationTests
{
    private readonly FarEnd _far = new();
    private readonly Ear _ear = new();

    private SipRegistration Register(int seconds = 3_600) => _far.Us.Agent.Register(
        _far.Us.Now,
        new SipRegistrationRequest(
            SipUri.Parse("sip:trunk.example"), new SipAddress(SipUri.Parse("sip:fax@trunk.example")), _far.Us.Peer)
        {
            Credentials = new SipCredentials("fax", "secret"),
            Expires = TimeSpan.FromSeconds(seconds),
        },
        _ear);

    private SipRequest Expect(double seconds = 40) => _far.ExpectRequest("REGISTER", seconds);

    private int SentAt(Index index) => _far.Us.SentAt("REGISTER")[index];

    [Theory]
    [InlineData("MD5")]
    [InlineData("SHA-256")]
    public void Registration_ChallengedAndGranted_IsRefreshedInTime(string algorithm)
    {
        SipRegistration registration = Register();
        SipRequest first = Expect();
        Assert.Equal(("sip:trunk.example", "3600"), (first.RequestUri.ToString(), first.Headers["Expires"]));
        Assert.Equal("sip:fax@192.0.2.1:5060", first.Contact!.Uri.ToString());
        Assert.Null(first.To!.Tag);
        string challenge = $"Digest realm=\"r\", nonce=\"n\", algorithm={algorithm}, qop=\"auth\"";
        _far.Respond(first, 401, more: $"WWW-Authenticate:{challenge}");
        SipRequest second = Expect();
        Assert.True(DigestServer.Accepts(second, "Authorization", "fax", "secret", "r"));
        _far.Respond(second, 200, more: ["Contact:<sip:fax@192.0.2.1:5060>;expires=3600"]);
        SipRequest third = Expect(3_700);
        Assert.Equal(80 + 3_540_000, SentAt(^1)); // A minute before the end.
        Assert.Equal([1u, 2u, 3u], ((SipRequest[])[first, second, third]).Select(one => one.CSeq.Number));
        Assert.Equal(first.CallId, third.CallId);
        Assert.True(DigestServer.Accepts(third, "Authorization", "fax", "secret", "r"));
        _far.Respond(third, 200, more: "Expires:3600");
        _far.Run(1);
        Assert.Equal(["200 until 3600080", "200 until 7140120"], _ear.Heard);
        Assert.Equal(TimeSpan.FromMilliseconds(7_140_120), registration.RegisteredUntil);
    }

    [Fact]
    public void IntervalTooBrief_IsAskedForAgainAsTold()
    {
        Register(60);
        _far.Respond(Expect(), 423, more: "Min-Expires:1800");
        SipRequest again = Expect();
        Assert.Equal(("1800", 2u), (again.Headers["Expires"], again.CSeq.Number));
        _far.Respond(again, 200, more: "Expires:1800");
        Assert.Equal("1800", Expect(1_800).Headers["Expires"]);
        Assert.Equal(["200 until 1800080"], _ear.Heard);
    }

    [Theory]
    [InlineData("Min-Expires:30")]
    [InlineData("Min-Expires:60")]
    [InlineData("Min-Expires:4000000000")]
    [InlineData("X-None:1")]
    public void IntervalTooBrief_ThatSaysNothingOfUse_IsAFailure(string header)
    {
        Register(60);
        _far.Respond(Expect(), 423, more: header);
        _far.Run(1);
        Assert.Equal(["423 until -"], _ear.Heard);
        Expect(31);
    }

    [Fact]
    public void ShortGrant_IsRefreshedAtItsHalf()
    {
        Register();
        string contacts = "<sip:other@192.0.2.1>;expires=7, <sip:fax@192.0.2.1:5060>;expires=60";
        _far.Respond(Expect(), 200, more: $"Contact:{contacts}");
        Expect();
        Assert.Equal(40 + 30_000, SentAt(^1));
        Assert.Equal(["200 until 60040"], _ear.Heard);
    }

    [Fact]
    public void Failures_AreRetriedLaterAndLater_UntilTheNextSuccess()
    {
        Register();
        _far.OnMessage = message => _far.Respond((SipRequest)message, 503);
        _far.Run(20_000);
        int[] at = _far.Us.SentAt("REGISTER");
        Assert.Equal([30, 60, 120, 240, 480, 960, 1_800, 1_800, 1_800],
            at.Zip(at.Skip(1), (one, next) => (next - one) / 1_000).Take(9));
        _far.OnMessage = message => _far.Respond((SipRequest)message, 200, more: "Expires:3600");
        _far.Run(1_800);
        Assert.StartsWith("200 until", _ear.Heard[^1], StringComparison.Ordinal);
        int before = _far.Us.SentAt("REGISTER").Length;
        _far.OnMessage = message => _far.Respond((SipRequest)message, 500);
        _far.Run(3_600);
        at = _far.Us.SentAt("REGISTER")[before..];
        Assert.Equal(30_040, at[1] - at[0]);
    }

    [Fact]
    public void RetryAfter_IsHeededWithinReason()
    {
        Register();
        _far.Respond(Expect(), 503, more: "Retry-After:300");
        SipRequest second = Expect(400);
        Assert.Equal(40 + 300_000, SentAt(^1));
        _far.Respond(second, 503, more: "Retry-After:4000000000");
        Expect(1_900);
        Assert.Equal(80 + 300_000 + 1_800_000, SentAt(^1));
    }

    [Fact]
    public void SilentRegistrar_IsATimeoutAndTriedAgain()
    {
        Register();
        _far.Run(33);
        Assert.Equal(["408 until -"], _ear.Heard);
        _far.Received.Clear();
        Expect(31);
        Assert.Equal(62_000, _far.Us.SentAt("REGISTER")[11]);
    }

    [Fact]
    public void FailedRefresh_KeepsWhatIsStillGranted()
    {
        SipRegistration registration = Register();
        _far.Respond(Expect(), 200, more: "Expires:3600");
        _far.Respond(Expect(3_600), 503);
        _far.Run(0.1);
        Assert.Equal("503 until 3600040", _ear.Heard[^1]);
        _far.Respond(Expect(31), 200, more: "Expires:3600");
        _far.Run(0.1);
        Assert.True(registration.RegisteredUntil > _far.Us.Now + TimeSpan.FromSeconds(3_500));
    }

    [Fact]
    public void End_TakesTheContactBack_AndRefreshesNoMore()
    {
        SipRegistration registration = Register();
        _far.Respond(Expect(), 200, more: "Expires:3600");
        _far.Run(10);
        registration.End(_far.Us.Now);
        SipRequest last = Expect();
        Assert.Equal("0", last.Headers["Expires"]);
        _far.Respond(last, 401, more: "WWW-Authenticate:Digest realm=\"r\", nonce=\"n\"");
        last = Expect();
        Assert.Equal("0", last.Headers["Expires"]);
        _far.Respond(last, 200);
        _far.Run(10_000);
        Assert.Empty(_far.Titles);
        Assert.Equal("200 until -", _ear.Heard[^1]);
        Assert.Null(registration.RegisteredUntil);
    }

    [Fact]
    public void End_WhileARefreshIsOnItsWay_FollowsIt()
    {
        SipRegistration registration = Register();
        SipRequest first = Expect();
        registration.End(_far.Us.Now);
        _far.Respond(first, 200, more: "Expires:3600");
        SipRequest last = Expect();
        Assert.Equal("0", last.Headers["Expires"]);
        _far.Respond(last, 200);
        _far.Run(10_000);
        Assert.Empty(_far.Titles);
        Assert.Equal(["200 until -"], _ear.Heard);
    }

    private sealed class Ear : ISipRegistrationEvents
    {
        public List<string> Heard { get; } = [];

        public void OnRegistration(TimeSpan now, SipRegistration registration, TimeSpan? until, int status) =>
            Heard.Add($"{status} until {(until is { } end ? $"{end.TotalMilliseconds}" : "-")}");
    }
}
