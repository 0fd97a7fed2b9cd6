// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Hermetic.Telephony.Sip;

/// <summary>Takes TCP connections, with TLS if asked. A source that is not allowed is closed before a byte is
/// read.</summary>
internal sealed class SipStreamListener : IAsyncDisposable
{
    private readonly SipTransports _owner;
    private readonly SipTransportKind _kind;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;

    public SipStreamListener(SipTransports owner, SipTransportKind kind, IPEndPoint address)
    {
        if (kind == SipTransportKind.Tls && owner.Tls.Certificate is null)
        {
            throw new ArgumentException("a TLS listener needs a certificate", nameof(kind));
        }

        _owner = owner;
        _kind = kind;
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _socket.Bind(address);
        _socket.Listen(128);
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public SipTransportKind Kind => _kind;

    public IPEndPoint LocalEndPoint { get; }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                Socket accepted = await _socket.AcceptAsync(_closing.Token).ConfigureAwait(false);
                if (!_owner.MayConnect(((IPEndPoint)accepted.RemoteEndPoint!).Address))
                {
                    // No farewell: the connection is reset.
                    accepted.LingerState = new LingerOption(true, 0);
                    accepted.Dispose();
                    continue;
                }

                _ = ServeAsync(accepted);
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException
                or ObjectDisposedException)
            {
                // A connection that died in the queue, or our own end.
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        IPAddress source = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        try
        {
            socket.NoDelay = true;
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (_kind == SipTransportKind.Tls)
            {
                stream = await HandshakeAsync(stream).ConfigureAwait(false);
            }

            SipConnection connection = new(_owner, socket, stream, host: null, _owner.NextNumber());
            _owner.Remember(connection);
            await connection.RunAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException or OperationCanceledException
            or SocketException)
        {
            socket.Dispose();
        }
        finally
        {
            _owner.Disconnected(source);
        }
    }

    private async Task<Stream> HandshakeAsync(Stream stream)
    {
        SslStream secure = new(stream);
        using CancellationTokenSource limit = new(_owner.TransportLimits.ConnectTimeout, _owner.Time);
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        await secure.AuthenticateAsServerAsync(_owner.Tls.ForServer(), either.Token).ConfigureAwait(false);
        return secure;
    }
}
