// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Hermetic.Telephony.Sip;

namespace Hermetic.Cli;

/// <summary>Addresses as people type them.</summary>
internal static class Addresses
{
    /// <summary>Where `listen` takes SIP when nothing is said: this machine alone.</summary>
    public const string DefaultListener = "127.0.0.1:5060";

    private const int SipPort = 5060;

    /// <summary>`[udp:|tcp:]ADDRESS[:PORT]`, e.g. `127.0.0.1:5060`, `tcp:[::1]:5070`; null when it is none. No TLS:
    /// these commands have no certificate.</summary>
    public static SipListener? ParseListener(string text) =>
        SipListener.TryParse(text) is { Kind: not SipTransportKind.Tls } listener ? listener : null;

    /// <summary>The address of ours that packets to this SIP URI leave from; loopback when it can't be told.</summary>
    public static IPAddress LocalFor(string uri)
    {
        string host = HostOf(uri);
        try
        {
            IPAddress[] found = IPAddress.TryParse(host, out IPAddress? literal)
                ? [literal]
                : Dns.GetHostAddresses(host);
            if (found.Length == 0)
            {
                return IPAddress.Loopback;
            }

            // Connecting a datagram socket sends nothing: it only asks the system for the way.
            using Socket socket = new(found[0].AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(found[0], SipPort);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return IPAddress.Loopback;
        }
    }

    public static bool IsLoopback(SipListener listener) => IPAddress.IsLoopback(listener.Address.Address);

    private static string HostOf(string uri)
    {
        string rest = uri[(uri.IndexOf(':', StringComparison.Ordinal) + 1)..];
        rest = rest[(rest.IndexOf('@', StringComparison.Ordinal) + 1)..].Split(';', '?')[0];
        return rest.StartsWith('[') ? rest[1..].Split(']')[0] : rest.Split(':')[0];
    }
}
