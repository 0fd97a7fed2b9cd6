// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hermetic.Protocol.Sip;
using Hermetic.Telephony.Sip;
using Hermetic.TestKit.Peers;

namespace Hermetic.Telephony.Tests.Sip;

public sealed class SipTransportTests
{
    private static readonly IPEndPoint Loopback = new(IPAddress.Loopback, 0);

    private static SipTransportSettings Secure(TestCertificates certificates) => new()
    {
        Tls = new SipTlsSettings { Certificate = certificates.Leaf, TrustedRoots = [certificates.Root] },
    };

    private static async Task<SipLink> LinkAsync(TransportEnd end, SipTransportKind kind, IPEndPoint to, string host) =>
        await end.Transports.LinkToAsync(kind, to, host) ?? throw new InvalidOperationException("no link");

    // Closed at once, or reset, at whatever point the peer notices it.
    private static async Task AssertRefusedAsync(IPEndPoint address)
    {
        using TcpClient peer = new();
        int read = 0;
        try
        {
            await peer.ConnectAsync(address);
            await peer.GetStream().WriteAsync(SipWriter.ToArray(TestMessages.Options("refused", "TCP")));
            read = await peer.GetStream().ReadAsync(new byte[100]).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            return;
        }

        Assert.Equal(0, read);
    }

    [Theory]
    [InlineData(SipTransportKind.Udp)]
    [InlineData(SipTransportKind.Tcp)]
    [InlineData(SipTransportKind.Tls)]
    public async Task Request_OverEachTransport_ArrivesAndItsResponseComesBack(SipTransportKind kind)
    {
        using TestCertificates certificates = new();
        await using TransportEnd server = new(Secure(certificates));
        await using TransportEnd client = new(Secure(certificates));
        IPEndPoint address = await server.ListenAsync(kind);
        await client.ListenAsync(SipTransportKind.Udp);
        client.Transports.NoteHost("localhost", [IPAddress.Loopback]);
        SipFlow there = new((SipTransport)kind, "127.0.0.1", address.Port);
        await client.Loop.InvokeAsync(() =>
        {
            client.Transports.Send(client.Loop.Now,
                TestMessages.Options("c1", kind.ToString().ToUpperInvariant()), there);
            return true;
        });

        (SipFlow back, SipMessage message) = await server.ReceiveAsync();
        SipRequest request = Assert.IsType<SipRequest>(message);
        Assert.Equal("c1", request.CallId);
        Assert.Equal("127.0.0.1", request.TopVia!.Received);
        Assert.Equal(back.Port, request.TopVia.Rport);
        Assert.Equal(kind != SipTransportKind.Udp, back.Connection != 0);
        await server.Loop.InvokeAsync(() =>
        {
            server.Transports.Send(server.Loop.Now, SipResponse.For(request, 200), back.ForResponse(request));
            return true;
        });
        Assert.Equal(200, Assert.IsType<SipResponse>((await client.ReceiveAsync()).Message).StatusCode);
        Assert.Equal(address.Port, server.Transports.LocalUri(back).Port);
    }

    [Theory]
    [InlineData(SipTransportKind.Tcp)]
    [InlineData(SipTransportKind.Tls)]
    public async Task Request_ToAPortThatNobodyListensOn_Fails(SipTransportKind kind)
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(Loopback);
        await using TransportEnd client = new();
        SipFlow there = new((SipTransport)kind, "127.0.0.1", ((IPEndPoint)taken.LocalEndPoint!).Port);
        await client.Loop.InvokeAsync(() =>
        {
            client.Transports.Send(client.Loop.Now, TestMessages.Options("c1"), there);
            return true;
        });
        Assert.Equal(there, await client.FlowFailed);
    }

    [Fact]
    public async Task Connection_ToTheSamePeer_IsUsedAgain()
    {
        await using TransportEnd server = new();
        await using TransportEnd client = new();
        IPEndPoint address = await server.ListenAsync(SipTransportKind.Tcp);
        SipLink first = await LinkAsync(client, SipTransportKind.Tcp, address, "localhost");
        Assert.Same(first, await LinkAsync(client, SipTransportKind.Tcp, address, "localhost"));
        ((SipConnection)first).Close();
        await client.FlowFailed;
        Assert.NotSame(first, await LinkAsync(client, SipTransportKind.Tcp, address, "localhost"));
    }

    [Fact]
    public async Task Tls_WithACertificateOfAnotherRoot_IsRefused()
    {
        using TestCertificates certificates = new();
        using TestCertificates others = new();
        await using TransportEnd server = new(Secure(certificates));
        await using TransportEnd client = new(Secure(others));
        IPEndPoint address = await server.ListenAsync(SipTransportKind.Tls);
        Assert.Null(await client.Transports.LinkToAsync(SipTransportKind.Tls, address, "localhost"));
    }

    [Fact]
    public async Task Tls_WithACertificateOfAnotherName_IsRefused()
    {
        using TestCertificates certificates = new();
        await using TransportEnd server = new(Secure(certificates));
        await using TransportEnd client = new(Secure(certificates));
        IPEndPoint address = await server.ListenAsync(SipTransportKind.Tls);
        Assert.Null(await client.Transports.LinkToAsync(SipTransportKind.Tls, address, "trunk.example"));
        Assert.NotNull(await client.Transports.LinkToAsync(SipTransportKind.Tls, address, "127.0.0.1"));
    }

    [Fact]
    public async Task Tls_ThatAsksForAClientCertificate_RefusesOneOfAnotherRoot()
    {
        using TestCertificates certificates = new();
        using TestCertificates others = new();
        SipTransportSettings strict = Secure(certificates);
        strict = strict with { Tls = strict.Tls with { RequireClientCertificate = true } };
        await using TransportEnd server = new(strict);
        await using TransportEnd stranger = new(new SipTransportSettings
        {
            Tls = new SipTlsSettings { Certificate = others.Leaf, TrustedRoots = [certificates.Root] },
        });
        await using TransportEnd friend = new(Secure(certificates));
        IPEndPoint address = await server.ListenAsync(SipTransportKind.Tls);
        // In TLS 1.3 the client learns of it only after its own handshake: by the connection's end.
        if (await stranger.Transports.LinkToAsync(SipTransportKind.Tls, address, "localhost") is { } link)
        {
            Assert.Equal(link.Flow, await stranger.FlowFailed);
        }

        Assert.NotNull(await friend.Transports.LinkToAsync(SipTransportKind.Tls, address, "localhost"));
    }

    [Fact]
    public async Task Datagram_OfAnUnknownSource_GetsNoAnswer()
    {
        await using TransportEnd server = new(null, IPNetwork.Parse("192.0.2.0/24"));
        IPEndPoint address = await server.ListenAsync(SipTransportKind.Udp);
        using Socket scanner = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        scanner.Bind(Loopback);
        await scanner.SendToAsync(SipWriter.ToArray(TestMessages.Options("scan")), address);
        await scanner.SendToAsync("OPTIONS sip:x SIP/2.0\r\nbroken"u8.ToArray(), address);
        while (await server.CountAsync(counters => counters.Unknown) < 2)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.False(server.HasReceived);
        Assert.Equal(0, scanner.Available);
        Assert.Equal(0, await server.CountAsync(counters => counters.Sent));
    }

    [Fact]
    public async Task Connection_OfAnUnknownSource_IsClosedUnread()
    {
        await using TransportEnd server = new(null, IPNetwork.Parse("192.0.2.0/24"));
        IPEndPoint address = await server.ListenAsync(SipTransportKind.Tcp);
        await AssertRefusedAsync(address);
        Assert.False(server.HasReceived);
    }

    [Fact]
    public async Task Trunk_IsLetInByItsAddress()
    {
        await using TransportEnd server = new(null, IPNetwork.Parse("192.0.2.0/24"));
        server.Gate.AddTrunk("carrier", [IPAddress.Loopback]);
        IPEndPoint address = await server.ListenAsync(SipTransportKind.Udp);
        using Socket trunk = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        trunk.Bind(Loopback);
        await trunk.SendToAsync(SipWriter.ToArray(TestMessages.Options("t1")), address);
        Assert.Equal("t1", (await server.ReceiveAsync()).Message.CallId);
        Assert.Equal("carrier", server.Gate.TrunkOf(IPAddress.Loopback));
    }

    [Fact]
    public async Task MalformedRequest_ThatCanBeAnswered_GetsItsStatus()
    {
        await using TransportEnd server = new();
        IPEndPoint address = await server.ListenAsync(SipTransportKind.Udp);
        using Socket peer = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(Loopback);
        string text = Encoding.Latin1.GetString(SipWriter.ToArray(TestMessages.Options("m1")));
        await peer.SendToAsync(Encoding.Latin1.GetBytes(text.Replace("Content-Length: 0", "Content-Length: -1",
            StringComparison.Ordinal)), address);
        byte[] answer = new byte[2000];
        int length = await peer.ReceiveAsync(answer).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.StartsWith("SIP/2.0 400 ", Encoding.Latin1.GetString(answer, 0, length), StringComparison.Ordinal);
        Assert.False(server.HasReceived);
    }

    [Fact]
    public async Task Flood_OverTheRate_IsDropped()
    {
        await using TransportEnd server = new(new SipTransportSettings
        {
            TransportLimits = new SipTransportLimits { MessagesPerSecondMax = 5 },
        });
        IPEndPoint address = await server.ListenAsync(SipTransportKind.Udp);
        using Socket peer = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(Loopback);
        for (int i = 0; i < 200; i++)
        {
            await peer.SendToAsync(SipWriter.ToArray(TestMessages.Options($"f{i}")), address);
        }

        while (await server.CountAsync(counters => counters.Received + counters.Throttled) < 200)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.True(await server.CountAsync(counters => counters.Throttled) > 100);
    }

    [Fact]
    public async Task Connections_OverTheLimitOfAnAddress_AreRefused()
    {
        await using TransportEnd server = new(new SipTransportSettings
        {
            TransportLimits = new SipTransportLimits { ConnectionsPerAddressMax = 2 },
        });
        IPEndPoint address = await server.ListenAsync(SipTransportKind.Tcp);
        using TcpClient first = new();
        using TcpClient second = new();
        await first.ConnectAsync(address);
        await second.ConnectAsync(address);
        await first.GetStream().WriteAsync("\r\n\r\n"u8.ToArray());
        await second.GetStream().WriteAsync("\r\n\r\n"u8.ToArray());
        byte[] answer = new byte[2];
        await first.GetStream().ReadExactlyAsync(answer);
        await second.GetStream().ReadExactlyAsync(answer);
        await AssertRefusedAsync(address);
        Assert.Equal(1, await server.CountAsync(counters => counters.Throttled));
    }

    [Fact]
    public async Task Stream_InPiecesOfOneOctet_GivesItsMessagesAndAnswersKeepAlives()
    {
        await using TransportEnd server = new();
        IPEndPoint address = await server.ListenAsync(SipTransportKind.Tcp);
        using TcpClient peer = new() { NoDelay = true };
        await peer.ConnectAsync(address);
        byte[] octets = [.. "\r\n\r\n"u8, .. SipWriter.ToArray(TestMessages.Options("s1", "TCP")),
            .. SipWriter.ToArray(TestMessages.Options("s2", "TCP"))];
        foreach (byte octet in octets)
        {
            await peer.GetStream().WriteAsync(new[] { octet });
        }

        Assert.Equal("s1", (await server.ReceiveAsync()).Message.CallId);
        Assert.Equal("s2", (await server.ReceiveAsync()).Message.CallId);
        byte[] pong = new byte[2];
        await peer.GetStream().ReadExactlyAsync(pong);
        Assert.Equal("\r\n"u8.ToArray(), pong);
    }

    [Fact]
    public async Task Stream_ThatIsNotSip_IsClosed()
    {
        await using TransportEnd server = new();
        IPEndPoint address = await server.ListenAsync(SipTransportKind.Tcp);
        using TcpClient peer = new();
        await peer.ConnectAsync(address);
        await peer.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        Assert.Equal(0, await peer.GetStream().ReadAsync(new byte[100]).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
    }
}
