// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Hermetic.Server.Configuration;
using Hermetic.Telephony.Sip;

namespace Hermetic.Server.Features.Doctor;

/// <summary>Asks one SIP listener as a scanner would, from an address that no trunk has; it must say nothing at
/// all.</summary>
internal sealed class StrangerAtSip(LineSettings settings, FindingList found)
{
    /// <summary>Our choice: on one machine an answer comes within milliseconds, also of a busy server.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    public async Task TryAsync(SipListener listener, CancellationToken cancellation)
    {
        IPEndPoint address = listener.Address;
        if (IPAddress.IsLoopback(address.Address))
        {
            found.Holds($"SIP at {listener.Address} is reached from this machine alone");
            return;
        }

        IPAddress? own = address.Address.Equals(IPAddress.Any) ? OwnAddress() : address.Address;
        if (listener.Kind != SipTransportKind.Udp || address.Port == 0 || own is null)
        {
            found.Unknown($"whether SIP at {listener.Address} answers strangers could not be tried from this machine",
                "try it from another one: `nmap -sV` should find nothing");
        }
        else if (settings.Allow.Any(network => network.Contains(own)))
        {
            found.Unknown($"this machine's own address {own} is let in (sip.allow), so that no stranger could be "
                + "played",
                "try it from another machine");
        }
        else if (await AnswersAsync(own, address.Port, cancellation).ConfigureAwait(false))
        {
            found.Broken($"SIP at {listener.Address} answers a stranger", "stop the server: scanners see it");
        }
        else
        {
            found.Holds($"SIP at {listener.Address} says nothing to a stranger at {own}");
        }
    }

    private static async Task<bool> AnswersAsync(IPAddress own, int port, CancellationToken cancellation)
    {
        using UdpClient scanner = new(new IPEndPoint(own, 0));
        IPEndPoint from = (IPEndPoint)scanner.Client.LocalEndPoint!;
        // RFC 3261 §11.1: what every scanner sends first.
        string options = $"OPTIONS sip:{own}:{port} SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bKdoctor;rport\r\n"
            + $"Max-Forwards: 70\r\nTo: <sip:{own}:{port}>\r\nFrom: <sip:stranger@{from}>;tag=doctor\r\n"
            + $"Call-ID: doctor@{from}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
        await scanner.SendAsync(Encoding.ASCII.GetBytes(options), new IPEndPoint(own, port), cancellation)
            .ConfigureAwait(false);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Silence);
        try
        {
            await scanner.ReceiveAsync(patience.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (SocketException)
        {
            // Nobody listens there: that is no answer either.
            return false;
        }
    }

    private static IPAddress? OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(found => found.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(found));
}
