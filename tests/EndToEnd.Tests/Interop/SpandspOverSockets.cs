// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.Sip;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.EndToEnd.Tests.Interop;

/// <summary>
/// Issue 3, to be shown 1, "a few again over real sockets in real time": our endpoint against a fax machine on loopback
/// that shares no code with us.
/// </summary>
/// <remarks>A class a test, so that they run side by side: each takes the half minute that a page takes on the line.
/// </remarks>
public abstract class SpandspOverSockets
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private protected static IReadOnlyList<PageBitmap> Pages { get; } =
        SyntheticFax.Pages(PageKind.Form, FaxResolution.Standard, 1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected static async Task SendAsync(SipFaxPeerSettings peerSettings, FirstOffer offer, bool ecm)
    {
        using FaxFiles files = new();
        await using SipFaxPeer peer = SipFaxPeer.Start(peerSettings with
        {
            T30 = peerSettings.T30 with { StationId = "222", ReceiveFile = files.Received },
        });
        FaxEndpointSettings settings = Settings() with
        {
            Direct = new TrunkSettings { Name = "direct", FirstOffer = offer },
        };
        await using FaxEndpoint endpoint = await StartAsync(settings);
        CallReport report = await endpoint.SendAsync(new OutgoingFax
        {
            To = $"sip:5551234@{peer.Address}",
            Pages = new BitmapPages(Pages),
            T30 = new T30Settings { StationId = "111", Ecm = ecm },
        }, Cancellation);
        Assert.True(report.IsSuccess, $"{report.Reason} ({report.Clause}): {peer.Dialogue}");
        await peer.WaitForEndAsync(s_patience, Cancellation);
        AssertReport(report, ecm);
        Assert.Equal("OK", peer.T30.Completion);
        Assert.Null(SyntheticFax.Difference(Pages, files.ReadReceived()));
    }

    private protected static async Task StopAsync(SipFaxPeerSettings peerSettings, Func<string?, bool> recognise)
    {
        using FaxFiles files = new();
        await using SipFaxPeer peer = SipFaxPeer.Start(peerSettings with
        {
            T30 = peerSettings.T30 with { ReceiveFile = files.Received },
        });
        await using FaxEndpoint endpoint = await StartAsync(Settings() with
        {
            Direct = new TrunkSettings { Name = "direct", FirstOffer = FirstOffer.T38 },
        });
        CallReport report = await endpoint.SendAsync(new OutgoingFax
        {
            To = $"sip:5551234@{peer.Address}",
            Pages = new BitmapPages(Pages),
            T30 = new T30Settings { StationId = "111", Recognise = recognise },
        }, Cancellation);
        Assert.Equal((CallOutcome.FaxFailed, T30EndReason.WrongStation), (report.Outcome, report.T30?.EndReason));
        Assert.Equal(T30EndReason.WrongStation.Row().Words, report.Reason);
        Assert.Equal((0, null), (report.T30?.PagesSent, report.T30?.Modulation));
        await peer.WaitForEndAsync(s_patience, Cancellation);
        Assert.NotEqual("OK", peer.T30.Completion);
        Assert.False(File.Exists(files.Received) && new FileInfo(files.Received).Length > 0);
    }

    private protected static async Task ReceiveAsync(SipFaxPeerSettings peerSettings, bool ecm)
    {
        using FaxFiles files = new();
        files.Write(Pages);
        BitmapSink sink = new();
        TaskCompletionSource<CallReport> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FaxEndpoint endpoint = await StartAsync(Settings() with
        {
            OnIncoming = call =>
            {
                sink.Confirm = call.Handle.ConfirmPage;
                T30Settings t30 = new() { StationId = "111", Ecm = ecm };
                return IncomingDecision.Accept(t30, sink) with { OnEnded = ended.SetResult };
            },
        });
        await using SipFaxPeer peer = SipFaxPeer.Start(peerSettings with
        {
            T30 = peerSettings.T30 with { StationId = "222", TransmitFile = files.Sent },
            Call = endpoint.Listening[0].Address,
        });
        await peer.WaitForEndAsync(s_patience, Cancellation);
        CallReport report = await ended.Task.WaitAsync(s_patience, Cancellation);
        Assert.True(report.IsSuccess, $"{report.Reason} ({report.Clause}): {peer.Dialogue}");
        AssertReport(report, ecm);
        Assert.Equal("OK", peer.T30.Completion);
        Assert.Null(SyntheticFax.Difference(Pages, sink.Pages));
    }

    private static void AssertReport(CallReport report, bool ecm)
    {
        Assert.Equal("222", report.T30?.RemoteStationId);
        Assert.Equal(14_400, report.T30?.Modulation?.BitsPerSecond());
        Assert.Equal(ecm, report.T30?.Ecm);
        Assert.Equal(1, report.T30?.PagesConfirmed);
    }

    private static Task<FaxEndpoint> StartAsync(FaxEndpointSettings settings) =>
        FaxEndpoint.StartAsync(settings, TimeProvider.System, cancellation: Cancellation);

    private static FaxEndpointSettings Settings() => new()
    {
        Listeners = [new SipListener(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0))],
    };
}
