// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;

namespace Hermetic.Cli;

/// <summary>Addresses as people type them.</summary>
internal static class Addresses
{
    /// <summary>Where `listen` takes SIP when nothing is said: this machine alone.</summary>
    public const string DefaultListener = "127.0.0.1:5060";

    private const int SipPort = 5060;

    /// <summary>`[udp:|tcp:]ADDRESS[:PORT]`, e.g. `127.0.0.1:5060`, `tcp:[::1]:5070`; null when it is none.</summary>
    public static SipListener? ParseListener(string text)
    {
        (SipTransportKind kind, string rest) = text.Split(':', 2) switch
        {
            ["udp", var address] => (SipTransportKind.Udp, address),
            ["tcp", var address] => (SipTransportKind.Tcp, address),
            _ => (SipTransportKind.Udp, text),
        };
        if (!IPEndPoint.TryParse(rest, out IPEndPoint? endpoint))
        {
            return null;
        }

        // IPEndPoint takes a bare address for port 0, which only an explicit `:0` should mean. IPAddress takes a port
        // behind brackets, and passes over it.
        bool hasPort = rest.StartsWith('[')
            ? rest.Contains("]:", StringComparison.Ordinal)
            : rest.EndsWith($":{endpoint.Port}", StringComparison.Ordinal) && !IPAddress.TryParse(rest, out _);
        return new(kind, hasPort ? endpoint : new IPEndPoint(endpoint.Address, SipPort));
    }

    /// <summary>`ADDRESS/BITS`, or an address alone; null when it is neither.</summary>
    public static IPNetwork? ParseNetwork(string text) =>
        IPNetwork.TryParse(text, out IPNetwork network) ? network
        : IPAddress.TryParse(text, out IPAddress? address)
            ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        : null;

    /// <summary>`FIRST-LAST`; null when it is no range that media may use.</summary>
    public static MediaPortRange? ParsePorts(string text) =>
        text.Split('-') is [var first, var last]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int from)
        && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out int to)
        && from is >= 1024 and < 65_535 && to is > 1024 and <= 65_535 && from < to
            ? new(from, to)
            : null;

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
