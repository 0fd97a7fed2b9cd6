// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Protocol.Sip;
using Hermetic.Telephony.Loop;

namespace Hermetic.Telephony.Sip;

/// <summary>SIP over one UDP socket.</summary>
internal sealed class SipUdpTransport : IDatagramHandler, IDisposable
{
    // Our limit: a kernel buffer for a burst of some thousand messages; the default holds about two hundred.
    private const int ReceiveBufferBytes = 4 << 20;

    // Messages read in a round before media has its turn.
    private const int Burst = 64;

    private readonly SipTransports _owner;
    private UdpPort? _port;

    private SipUdpTransport(SipTransports owner) => _owner = owner;

    /// <summary>Where it is bound.</summary>
    public IPEndPoint LocalEndPoint => _port!.LocalEndPoint;

    /// <summary>Binds and reads; null if the port is taken. Loop's thread.</summary>
    public static SipUdpTransport? TryOpen(SipTransports owner, LineLoop loop, IPEndPoint address)
    {
        SipUdpTransport transport = new(owner);
        transport._port = UdpPort.TryOpen(loop, address, transport, Burst, ReceiveBufferBytes);
        return transport._port is null ? null : transport;
    }

    /// <summary>The link to a peer.</summary>
    public SipLink LinkTo(SocketName remote) => new Link(this, remote);

    public void OnDatagram(TimeSpan now, UdpPort port, in SocketName from, ReadOnlySpan<byte> datagram)
    {
        // Keep-alives of one or two line ends (RFC 5626 §3.5.1 is for streams; devices send them here too): no answer.
        if (datagram.Length <= 4 || !_owner.MayTake(from, now))
        {
            return;
        }

        bool parsed = SipParser.TryParse(datagram, _owner.Limits, out SipMessage? message, out SipParseError error);
        _owner.Take(now, new Link(this, from), message, parsed ? null : error);
    }

    public void Dispose() => _port?.Dispose();

    private sealed class Link(SipUdpTransport transport, SocketName remote) : SipLink
    {
        public override SipTransportKind Kind => SipTransportKind.Udp;

        public override IPEndPoint Remote { get; } = remote.ToEndPoint();

        public override bool IsOpen => true;

        public override SipFlow Flow => new(SipTransport.Udp, Remote.Address.ToString(), Remote.Port);

        public override bool Send(ReadOnlySpan<byte> message) => transport._port!.Send(remote, message);
    }
}
