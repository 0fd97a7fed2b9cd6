// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Hermetic.Server.Features.Webhooks;

/// <summary>How far webhooks reach. No setting leads here: only a test of the delivery itself takes another
/// one.</summary>
internal sealed record WebhookReach
{
    /// <summary>Our limit: a receiver that thinks for longer is asked again.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Our limit: a name that moves is looked up anew after this.</summary>
    private static readonly TimeSpan ConnectionAgeMax = TimeSpan.FromMinutes(2);

    /// <summary>Our limit: of an answer only the status counts.</summary>
    private const int AnswerHeaderKilobytesMax = 16;

    /// <summary>True if an event may be sent to this address.</summary>
    public Func<IPAddress, bool> MayConnect { get; init; } = PublicAddress.IsPublic;

    /// <summary>True for a place that may be anywhere, because the operator named it.</summary>
    public Func<DnsEndPoint, bool> IsExempt { get; init; } = static _ => false;

    /// <summary>Whether a receiver may be without TLS.</summary>
    public bool TakesPlainHttp { get; init; }

    /// <summary>Which certificates are trusted; null for the machine's own.</summary>
    public RemoteCertificateValidationCallback? Trust { get; init; }

    /// <summary>A client that connects to no other address than one that was looked at: what a name leads to is decided
    /// once, at the connection itself, and redirections are not followed.</summary>
    public HttpMessageInvoker Open()
    {
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = AnswerTimeout,
            PooledConnectionLifetime = ConnectionAgeMax,
            MaxResponseHeadersLength = AnswerHeaderKilobytesMax,
            ConnectCallback = ConnectAsync,
        };
        if (Trust is { } trust)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = trust;
        }

        return new HttpMessageInvoker(handler);
    }

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext connection, CancellationToken cancellation)
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(connection.DnsEndPoint.Host, cancellation)
            .ConfigureAwait(false);
        // One of ours among them is no accident: none of them is taken.
        if (addresses.Length == 0 || !(addresses.All(MayConnect) || IsExempt(connection.DnsEndPoint)))
        {
            throw new AddressRefusedException();
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, connection.DnsEndPoint.Port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The name leads to an address that webhooks do not reach.</summary>
internal sealed class AddressRefusedException() : IOException("the address is none of the public internet");
