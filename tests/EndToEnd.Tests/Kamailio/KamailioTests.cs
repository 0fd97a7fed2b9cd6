// SPDX-License-Identifier: Apache-2.0
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;

namespace Hermetic.EndToEnd.Tests.Kamailio;

/// <summary>Issue 3, to be shown 3: kamailio as registrar and proxy with digest.</summary>
public sealed class KamailioProxyTests
{
    [Theory]
    [InlineData(SipTransportKind.Udp, "MD5", FirstOffer.Audio)]
    [InlineData(SipTransportKind.Tcp, "MD5", FirstOffer.T38)]
    [InlineData(SipTransportKind.Tls, "SHA-256", FirstOffer.Audio)]
    public async Task Proxy_PutsARegisteredFaxThrough_PageArrives(SipTransportKind transport, string algorithm,
        FirstOffer first)
    {
        await using KamailioLine line = await KamailioLine.StartAsync(transport, speed: 3,
            settings => settings with { Algorithm = algorithm });
        await line.StartCalledAsync();
        Assert.Equal(new TrunkStatus("trunk", true, true, 200), await line.StandingAsync());
        FaxEndpoint caller = await line.StartCallerAsync(first);
        CallReport sent = await line.FaxAsync(caller);
        Assert.Equal(first == FirstOffer.Audio, sent.AudioPacketsSent > 0);

        string over = transport.ToString().ToLowerInvariant();
        string[] expected = ["challenged REGISTER of 5551234", "registered 5551234 for 60",
            "challenged INVITE of 5550000", "put 5551234 through", "routed ACK within the call",
            "routed BYE within the call"];
        foreach (string each in expected)
        {
            await line.Proxy.WaitForLogAsync($"peer: {each} over {over}", KamailioLine.Patience,
                TestContext.Current.CancellationToken);
        }
        Assert.DoesNotContain("came without its route", string.Join('\n', line.Proxy.Log), StringComparison.Ordinal);
    }
}

public sealed class KamailioRegistrarTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SipTransportKind.Udp)]
    [InlineData(SipTransportKind.Tcp)]
    [InlineData(SipTransportKind.Tls)]
    public async Task Registration_IsRefreshedInTimeAndTakenBackAtTheEnd(SipTransportKind transport)
    {
        await using KamailioLine line = await KamailioLine.StartAsync(transport, speed: 10);
        FaxEndpoint called = await line.StartCalledAsync();
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(new TrunkStatus("trunk", true, true, 200), await line.StandingAsync());
        }

        await called.DisposeAsync();
        await line.Proxy.WaitForLogAsync("registered 5551234 for 0", KamailioLine.Patience, Cancellation);
        FaxEndpoint caller = await line.StartCallerAsync();
        CallReport report = await KamailioLine.SendAsync(caller, KamailioLine.Called);
        Assert.Equal(CallOutcome.NoSuchNumber, report.Outcome);
        Assert.Equal(404, report.SipStatus);
        Assert.Empty(line.Faults);
    }

    [Fact]
    public async Task Registration_WithAWrongPassword_IsToldAndGivesUp()
    {
        await using KamailioLine line = await KamailioLine.StartAsync(SipTransportKind.Udp, speed: 1);
        await line.StartCalledAsync(password: "wrong");
        TrunkStatus status = await line.StandingAsync();
        Assert.False(status.IsRegistered);
        Assert.Equal(401, status.Status);
    }
}
