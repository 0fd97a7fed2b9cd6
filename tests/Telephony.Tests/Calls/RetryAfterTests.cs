// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hermetic.Protocol.Sip;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;
using Hermetic.TestKit.Peers;

namespace Hermetic.Telephony.Tests.Calls;

public sealed class RetryAfterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(10_000, "Retry-After: 10\r\n")]
    [InlineData(9_001, "Retry-After: 10\r\n")]
    [InlineData(null, "")]
    public async Task Rejection_WithATimeToRetryAfter_SaysItInWholeSeconds(int? milliseconds, string header)
    {
        using LoopbackPorts ports = LoopbackPorts.Reserve(20);
        await using FaxEndpoint endpoint = await FaxEndpoint.StartAsync(
            new FaxEndpointSettings
            {
                Listeners = [new SipListener(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0))],
                MediaPorts = new MediaPortRange(ports.First, ports.First + 19),
                OnIncoming = _ => IncomingDecision.Reject(503) with
                {
                    RetryAfter = milliseconds is { } wait ? TimeSpan.FromMilliseconds(wait) : null,
                },
            },
            TimeProvider.System);
        string answer = await InviteAsync(endpoint.Listening[0].Address);
        Assert.StartsWith("SIP/2.0 503 ", answer, StringComparison.Ordinal);
        Assert.Equal(header.Length > 0, answer.Contains("Retry-After", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(header, answer, StringComparison.Ordinal);
    }

    // The first final answer; asked once, since nothing is lost on loopback.
    private static async Task<string> InviteAsync(IPEndPoint address)
    {
        using Socket caller = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        caller.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        SipRequest invite = new("INVITE", SipUri.Parse("sip:5551234@127.0.0.1"));
        invite.Headers.Add("Via", $"SIP/2.0/UDP {caller.LocalEndPoint};branch=z9hG4bKonce;rport");
        invite.Headers.Add("Max-Forwards", "70");
        invite.Headers.Add("From", "<sip:5550177@127.0.0.1>;tag=once");
        invite.Headers.Add("To", "<sip:5551234@127.0.0.1>");
        invite.Headers.Add("Call-ID", "once");
        invite.Headers.Add("CSeq", "1 INVITE");
        invite.Headers.Add("Contact", $"<sip:5550177@{caller.LocalEndPoint}>");
        await caller.SendToAsync(SipWriter.ToArray(invite), address);
        byte[] octets = new byte[4_000];
        using CancellationTokenSource patience = new(Patience);
        while (true)
        {
            int length = await caller.ReceiveAsync(octets, SocketFlags.None, patience.Token);
            string answer = Encoding.Latin1.GetString(octets, 0, length);
            if (!answer.StartsWith("SIP/2.0 1", StringComparison.Ordinal))
            {
                return answer;
            }
        }
    }
}
