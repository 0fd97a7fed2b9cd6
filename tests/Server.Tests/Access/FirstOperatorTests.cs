// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hermetic.Protocol.Sip;
using Hermetic.Server.Features.Access;

namespace Hermetic.Server.Tests.Access;

/// <summary>P4: before somebody answers for the installation nothing works: no call is taken.</summary>
public sealed class FirstOperatorTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(TestFolder.Number)]
    [InlineData("+15559999")]
    public async Task P4_CallBeforeTheFirstOperator_IsTurnedAway(string number)
    {
        await using Desk desk = await Desk.StartAsync();

        string answer = await InviteAsync(desk, number, "before");
        Assert.StartsWith("SIP/2.0 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 60\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(desk));
    }

    [Fact]
    public async Task Call_OnceAnOperatorHasEnrolled_IsLookedAt()
    {
        await using Desk desk = await Desk.StartAsync();
        // An operator who was made and has not come is none.
        await desk.PersonAsync(Role.InstallationOperator);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(desk));

        await desk.EnrolAsync(desk.Server.EnrolmentCode!);

        long began = TimeProvider.System.GetTimestamp();
        while (await ReadyAsync(desk) != HttpStatusCode.OK
            && TimeProvider.System.GetElapsedTime(began) < s_patience)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.StartsWith("SIP/2.0 404 ", await InviteAsync(desk, "+15559999", "after"), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> ReadyAsync(Desk desk)
    {
        using HttpResponseMessage answer = await desk.SendAsync(HttpMethod.Get, "/health/ready");
        return answer.StatusCode;
    }

    // The first final answer; asked once, since nothing is lost on loopback.
    private static async Task<string> InviteAsync(Desk desk, string number, string call)
    {
        using Socket caller = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        caller.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        SipRequest invite = new("INVITE", SipUri.Parse($"sip:{number}@127.0.0.1"));
        invite.Headers.Add("Via", $"SIP/2.0/UDP {caller.LocalEndPoint};branch=z9hG4bK{call};rport");
        invite.Headers.Add("Max-Forwards", "70");
        invite.Headers.Add("From", $"<sip:5550177@127.0.0.1>;tag={call}");
        invite.Headers.Add("To", $"<sip:{number}@127.0.0.1>");
        invite.Headers.Add("Call-ID", call);
        invite.Headers.Add("CSeq", "1 INVITE");
        invite.Headers.Add("Contact", $"<sip:5550177@{caller.LocalEndPoint}>");
        await caller.SendToAsync(SipWriter.ToArray(invite), desk.Server.Listening[0].Address);
        byte[] octets = new byte[4_000];
        using CancellationTokenSource patience = new(s_patience);
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
