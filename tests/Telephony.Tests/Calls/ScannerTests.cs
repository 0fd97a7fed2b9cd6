// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Hermetic.Protocol.Sip;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;
using Hermetic.TestKit.Peers;

namespace Hermetic.Telephony.Tests.Calls;

/// <summary>A stranger that tries one extension after another, beside a neighbour that may talk to us: the neighbour's
/// answer proves that all before it was seen.</summary>
public sealed class ScannerTests
{
    private static readonly IPAddress Neighbour = IPAddress.Loopback;
    private static readonly IPAddress Stranger = IPAddress.Parse("127.0.0.2");

    [Fact]
    public async Task Hostile_14_ScannerOfExtensions_OverUdp_GetsNoAnswer()
    {
        using LoopbackPorts ports = LoopbackPorts.Reserve(20);
        ConcurrentQueue<IncomingCall> calls = new();
        await using FaxEndpoint endpoint = await StartAsync(ports, calls);
        IPEndPoint address = endpoint.Listening.First(listener => listener.Kind == SipTransportKind.Udp).Address;
        using Socket scanner = Bound(Stranger), neighbour = Bound(Neighbour);
        for (int extension = 100; extension < 130; extension++)
        {
            foreach (string method in (string[])["REGISTER", "INVITE", "OPTIONS", "SUBSCRIBE", "BYE"])
            {
                await scanner.SendToAsync(Request(method, $"{extension}", Stranger), address);
            }
        }

        await scanner.SendToAsync("INVITE sip:100 SIP/2.0\r\nbroken"u8.ToArray(), address);
        await scanner.SendToAsync("\r\n\r\n"u8.ToArray(), address);
        Assert.StartsWith("SIP/2.0 200 ", await AskAsync(neighbour, address), StringComparison.Ordinal);
        Assert.Equal(0, scanner.Available);
        Assert.Empty(calls);
        Assert.Equal(0, endpoint.CallCount);
    }

    [Fact]
    public async Task Hostile_14_ScannerOfExtensions_OverTcp_IsClosedUnread()
    {
        using LoopbackPorts ports = LoopbackPorts.Reserve(20);
        ConcurrentQueue<IncomingCall> calls = new();
        await using FaxEndpoint endpoint = await StartAsync(ports, calls);
        IPEndPoint address = endpoint.Listening.First(listener => listener.Kind == SipTransportKind.Tcp).Address;
        for (int extension = 100; extension < 105; extension++)
        {
            Assert.Equal(0, await ReadAfterAsync(address, Request("INVITE", $"{extension}", Stranger)));
        }

        Assert.Empty(calls);
    }

    private static Task<FaxEndpoint> StartAsync(LoopbackPorts ports, ConcurrentQueue<IncomingCall> calls) =>
        FaxEndpoint.StartAsync(
            new FaxEndpointSettings
            {
                Listeners =
                [
                    new SipListener(SipTransportKind.Udp, new IPEndPoint(Neighbour, 0)),
                    new SipListener(SipTransportKind.Tcp, new IPEndPoint(Neighbour, 0)),
                ],
                MediaPorts = new MediaPortRange(ports.First, ports.First + 19),
                Allow = [IPNetwork.Parse("127.0.0.1/32")],
                OnIncoming = call =>
                {
                    calls.Enqueue(call);
                    return IncomingDecision.Reject(404);
                },
            },
            TimeProvider.System);

    // Octets read before the end; a reset is an end too.
    private static async Task<int> ReadAfterAsync(IPEndPoint address, byte[] request)
    {
        using TcpClient peer = new(new IPEndPoint(Stranger, 0));
        try
        {
            await peer.ConnectAsync(address);
            await peer.GetStream().WriteAsync(request);
            return await peer.GetStream().ReadAsync(new byte[100]).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            return 0;
        }
    }

    // Asked again as often as it takes: a flooded socket may have dropped the question.
    private static async Task<string> AskAsync(Socket neighbour, IPEndPoint address)
    {
        byte[] answer = new byte[4_000];
        for (int attempt = 0; ; attempt++)
        {
            await neighbour.SendToAsync(Request("OPTIONS", $"ask{attempt}", Neighbour), address);
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
            try
            {
                int length = await neighbour.ReceiveAsync(answer, SocketFlags.None, patience.Token);
                return System.Text.Encoding.Latin1.GetString(answer, 0, length);
            }
            catch (OperationCanceledException) when (attempt < 30)
            {
            }
        }
    }

    private static Socket Bound(IPAddress address)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private static byte[] Request(string method, string extension, IPAddress from)
    {
        SipRequest request = new(method, SipUri.Parse($"sip:{extension}@127.0.0.1"));
        request.Headers.Add("Via", $"SIP/2.0/UDP {from};branch=z9hG4bK{method}{extension};rport");
        request.Headers.Add("Max-Forwards", "70");
        request.Headers.Add("From", $"\"{extension}\" <sip:{extension}@127.0.0.1>;tag=s{extension}");
        request.Headers.Add("To", $"<sip:{extension}@127.0.0.1>");
        request.Headers.Add("Call-ID", $"{method}{extension}");
        request.Headers.Add("CSeq", $"1 {method}");
        request.Headers.Add("Contact", $"<sip:{extension}@{from}>");
        return SipWriter.ToArray(request);
    }
}
