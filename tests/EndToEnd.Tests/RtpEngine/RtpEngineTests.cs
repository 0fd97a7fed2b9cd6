// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.EndToEnd.Tests.Kamailio;
using Hermetic.EndToEnd.Tests.Sipp;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.RtpEngine;
using Hermetic.TestKit.Peers.Sipp;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.EndToEnd.Tests.RtpEngine;

/// <summary>Issue 3, to be shown 3: rtpengine in the media's way, put there by kamailio.</summary>
public sealed class RtpEngineRelayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FirstOffer.T38)]
    [InlineData(FirstOffer.Audio)]
    [InlineData(FirstOffer.AudioAndT38)]
    public async Task Relay_BetweenOurEnds_PageArrives(FirstOffer first)
    {
        await using RtpEnginePeer engine = await RtpEnginePeer.StartAsync(KamailioLine.Patience, Cancellation);
        await using KamailioLine line = await KamailioLine.StartAsync(SipTransportKind.Udp, speed: 3,
            settings => settings with { RtpEngine = engine.Control });
        await line.StartCalledAsync();
        Assert.True((await line.StandingAsync()).IsRegistered);
        FaxEndpoint caller = await line.StartCallerAsync(first);
        CallReport sent = await line.FaxAsync(caller);
        Assert.Equal(0, sent.T38.Lost);

        // Each end's packets reached a port of the relay's own: nothing went from end to end.
        string[] heard = [.. engine.Log.Where(each => each.Contains("Confirmed peer address", StringComparison.Ordinal)
            && each.Contains(sent.CallId, StringComparison.Ordinal))];
        Assert.True(heard.Length >= 2, string.Join('\n', engine.Log));
    }
}

public sealed class RtpEngineGatewayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gateway_FromOurT38ToAudio_PageArrives()
    {
        using FaxFiles files = new();
        await using SippPeer sipp = SippLine.Play("gateway-answer-audio");
        await using RtpFaxPeer fax = new(calling: false, new SpandspT30Settings { ReceiveFile = files.Received },
            sipp.FaxPort);
        await using RtpEnginePeer engine = await RtpEnginePeer.StartAsync(KamailioLine.Patience, Cancellation);
        await using KamailioLine line = await KamailioLine.StartAsync(SipTransportKind.Udp, speed: 1,
            settings => settings with
            {
                RtpEngine = engine.Control,
                RtpEngineFlags = "T.38=decode",
                OtherPort = sipp.Address.Port,
            });
        FaxEndpoint caller = await line.StartCallerAsync(FirstOffer.T38);
        CallReport sent = await KamailioLine.SendAsync(caller, "5559999");
        Assert.True(sent.IsSuccess, $"{sent.ToJsonLine()}\n{string.Join('\n', engine.Log)}");
        await sipp.WaitForSuccessAsync(SippLine.Patience, Cancellation);

        // Our BYE follows our DCN at once and closes the gateway, which may still owe the audio end the last of the
        // DCN. The page is confirmed by then: it is looked at, not what the audio end calls its end.
        await fax.HangUpAsync();
        Assert.Null(SyntheticFax.Difference(KamailioLine.Pages, files.ReadReceived()));
    }

    [Fact]
    public async Task Gateway_FromAudioToOurT38_PageArrives()
    {
        using FaxFiles files = new();
        files.Write(KamailioLine.Pages);
        await using RtpEnginePeer engine = await RtpEnginePeer.StartAsync(KamailioLine.Patience, Cancellation);
        await using KamailioLine line = await KamailioLine.StartAsync(SipTransportKind.Udp, speed: 1,
            settings => settings with { RtpEngine = engine.Control, RtpEngineFlags = "T.38=force" });
        await line.StartCalledAsync();
        Assert.True((await line.StandingAsync()).IsRegistered);
        IPEndPoint proxy = new(IPAddress.Loopback, line.Proxy.UdpPort);
        await using SippPeer sipp = SippLine.Play("gateway-call-audio", proxy);
        await using RtpFaxPeer fax = new(calling: true, new SpandspT30Settings { TransmitFile = files.Sent },
            sipp.FaxPort);
        CallReport received = await line.ReceivedAsync();
        Assert.True(received.IsSuccess, $"{received.ToJsonLine()}\n{string.Join('\n', engine.Log)}");
        await fax.WaitForEndAsync(KamailioLine.Patience, Cancellation);
        Assert.Equal("OK", fax.T30.Completion);
        Assert.Null(SyntheticFax.Difference(KamailioLine.Pages, line.Sink.Pages));
        await sipp.WaitForSuccessAsync(SippLine.Patience, Cancellation);
    }
}
