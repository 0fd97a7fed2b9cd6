// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>Somebody who connects, says something, says that this was all (or, if he stays, nothing more, until one
/// head of an answer is there), and hears the other side out. It is the other side that ends it: to hang on for ever
/// would be a fault too, and fails the test.</summary>
internal static class StrangerCall
{
    /// <summary>What was answered in the clear, until the end or a reset.</summary>
    public static async Task<byte[]> AskAsync(
        IPAddress address, int port, IPAddress? from, byte[] said, CancellationToken cancellation, bool stays = false)
    {
        using CancellationTokenSource patience = Patience(cancellation);
        using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (!await ConnectAsync(socket, address, port, from, patience.Token))
        {
            return [];
        }

        await using NetworkStream stream = new(socket);
        return await ExchangeAsync(stream, socket, said, stays, patience.Token);
    }

    /// <summary>What was answered within TLS, and the certificate that was shown.</summary>
    /// <exception cref="IOException">The connection ended before TLS stood.</exception>
    public static async Task<(byte[] Answer, X509Certificate2 Shown)> AskOverTlsAsync(
        IPAddress address, int port, IPAddress? from, byte[] said, CancellationToken cancellation, bool stays = false)
    {
        using CancellationTokenSource patience = Patience(cancellation);
        using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (!await ConnectAsync(socket, address, port, from, patience.Token))
        {
            throw new IOException("the connection was reset at once");
        }

        await using NetworkStream stream = new(socket);
#pragma warning disable CA5359 // A stranger does not care whom he talks to.
        await using SslStream secure = new(stream, false, (_, _, _, _) => true);
#pragma warning restore CA5359
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "stranger.example" }, patience.Token);
        }
        catch (AuthenticationException refused)
        {
            throw new IOException("no TLS came about", refused);
        }

        X509Certificate2 shown = X509CertificateLoader.LoadCertificate(
            secure.RemoteCertificate!.Export(X509ContentType.Cert));
        return (await ExchangeAsync(secure, socket, said, stays, patience.Token), shown);
    }

    private static CancellationTokenSource Patience(CancellationToken cancellation)
    {
        CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(HermeticProgram.Patience);
        return patience;
    }

    // False if it stood and was reset at once. A port where nobody listens is no answer either, but none of ours.
    private static async Task<bool> ConnectAsync(
        Socket socket, IPAddress address, int port, IPAddress? from, CancellationToken cancellation)
    {
        socket.NoDelay = true;
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(from, 0));
        }

        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellation);
            return true;
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionReset)
        {
            return false;
        }
    }

    private static async Task<byte[]> ExchangeAsync(
        Stream stream, Socket socket, byte[] said, bool stays, CancellationToken cancellation)
    {
        using MemoryStream answer = new();
        try
        {
            await stream.WriteAsync(said, cancellation);
            if (stays)
            {
                byte[] some = new byte[4096];
                int count;
                while (answer.GetBuffer().AsSpan(0, (int)answer.Length).IndexOf("\r\n\r\n"u8) < 0
                    && (count = await stream.ReadAsync(some, cancellation)) > 0)
                {
                    answer.Write(some, 0, count);
                }

                return answer.ToArray();
            }

            if (stream is SslStream secure)
            {
                await secure.ShutdownAsync();
            }

            socket.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(answer, cancellation);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            // A reset is an end too.
        }

        return answer.ToArray();
    }
}
