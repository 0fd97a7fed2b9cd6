// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip;

/// <summary>The tables of RFC 3261 §17 and RFC 6026 against simulated time: what is sent when, in
/// milliseconds.</summary>
public class SipTransactionTests
{
    private static readonly SipFlow Udp = new(SipTransport.Udp, "192.0.2.9", 5060);
    private static readonly SipFlow Tcp = new(SipTransport.Tcp, "192.0.2.9", 5060, 1);

    [Fact]
    public void ClientInvite_Unanswered_DoublesTimerAAndEndsByTimerB()
    {
        Client client = new("INVITE", Udp);
        client.RunTo(60_000);
        Assert.Equal([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500], client.SentAt("INVITE"));
        Assert.Equal(["failed at 32000"], client.Heard);
    }

    [Fact]
    public void ClientOther_Unanswered_RepeatsUpToT2AndEndsByTimerF()
    {
        Client client = new("OPTIONS", Udp);
        client.RunTo(60_000);
        Assert.Equal(
            [0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500], client.SentAt("OPTIONS"));
        Assert.Equal(["failed at 32000"], client.Heard);
    }

    [Theory]
    [InlineData("INVITE")]
    [InlineData("OPTIONS")]
    public void Client_OverTcp_NeverRepeats(string method)
    {
        Client client = new(method, Tcp);
        client.RunTo(60_000);
        Assert.Equal([0], client.SentAt(method));
        Assert.Equal(["failed at 32000"], client.Heard);
    }

    [Fact]
    public void ClientInvite_AfterProvisional_WaitsWithoutEnd()
    {
        Client client = new("INVITE", Udp);
        client.RunTo(600);
        client.Respond(180);
        client.RunTo(200_000);
        Assert.Equal([0, 500], client.SentAt("INVITE"));
        Assert.Null(client.Transaction.NextDeadline);
        client.Respond(486);
        Assert.Equal(["180 at 600", "486 at 200000"], client.Heard);
        Assert.Equal([200_000], client.SentAt("ACK"));
    }

    [Fact]
    public void ClientOther_AfterProvisional_RepeatsEachT2()
    {
        Client client = new("OPTIONS", Udp);
        client.RunTo(100);
        client.Respond(100);
        client.RunTo(60_000);
        Assert.Equal([0, 4_100, 8_100, 12_100, 16_100, 20_100, 24_100, 28_100], client.SentAt("OPTIONS"));
        Assert.Equal(["100 at 100", "failed at 32000"], client.Heard);
    }

    [Fact]
    public void ClientInvite_Refused_AcknowledgesEachRepetitionUntilTimerD()
    {
        Client client = new("INVITE", Udp);
        client.Respond(486);
        client.RunTo(1_000);
        client.Respond(486);
        client.RunTo(31_999);
        client.Respond(486);
        client.RunTo(32_001);
        client.Respond(486);
        Assert.Equal(["486 at 0"], client.Heard);
        Assert.Equal([0, 1_000, 31_999], client.SentAt("ACK"));
        Assert.Equal(SipClientState.Terminated, client.Transaction.State);
        SipRequest ack = client.Sent.Last(
            item => item.Message is SipRequest { Method: "ACK" }).Message
            as SipRequest ?? throw new InvalidOperationException();
        Assert.Equal(client.Transaction.Request.TopVia, ack.TopVia);
        Assert.Equal("answered", ack.To!.Tag);
        Assert.Equal(new SipCSeq(7, "ACK"), ack.CSeq);
    }

    [Fact]
    public void ClientInvite_Accepted_PassesEachSuccessUntilTimerM()
    {
        Client client = new("INVITE", Udp);
        client.Respond(200);
        client.RunTo(500);
        client.Respond(200);
        client.RunTo(32_001);
        client.Respond(200);
        Assert.Equal(["200 at 0", "200 at 500"], client.Heard);
        Assert.Empty(client.SentAt("ACK"));
    }

    [Fact]
    public void ClientOther_Completed_AbsorbsRepetitionsUntilTimerK()
    {
        Client client = new("BYE", Udp);
        client.Respond(200);
        client.Respond(200);
        Assert.Equal(SipClientState.Completed, client.Transaction.State);
        client.RunTo(5_000);
        Assert.Equal(SipClientState.Terminated, client.Transaction.State);
        Assert.Equal(["200 at 0"], client.Heard);
    }

    [Fact]
    public void ServerInvite_WithoutResponseIn200Ms_SendsTrying()
    {
        Server server = new("INVITE", Udp);
        server.RunTo(10_000);
        Assert.Equal(["100 at 200"], server.Responses);
        server.Request();
        Assert.Equal(["100 at 200", "100 at 10000"], server.Responses);
    }

    [Fact]
    public void ServerInvite_Refusing_RepeatsByTimerGUntilTimerH()
    {
        Server server = new("INVITE", Udp);
        server.Respond(486);
        server.RunTo(60_000);
        Assert.Equal(
            [
                "486 at 0", "486 at 500", "486 at 1500", "486 at 3500", "486 at 7500", "486 at 11500", "486 at 15500",
                "486 at 19500", "486 at 23500", "486 at 27500", "486 at 31500",
            ],
            server.Responses);
        Assert.True(server.Transaction.WasNeverAcknowledged);
        Assert.Equal(SipServerState.Terminated, server.Transaction.State);
    }

    [Fact]
    public void ServerInvite_Acknowledged_IsQuietAndEndsByTimerI()
    {
        Server server = new("INVITE", Udp);
        server.Respond(486);
        server.RunTo(700);
        server.Ack();
        server.RunTo(5_000);
        server.Request();
        Assert.Equal(SipServerState.Confirmed, server.Transaction.State);
        server.RunTo(5_700);
        Assert.Equal(SipServerState.Terminated, server.Transaction.State);
        Assert.False(server.Transaction.WasNeverAcknowledged);
        Assert.Equal(["486 at 0", "486 at 500"], server.Responses);
    }

    [Fact]
    public void ServerInvite_Accepting_AbsorbsTheRequestAndLetsTheUserRepeat()
    {
        Server server = new("INVITE", Udp);
        server.Respond(200);
        server.RunTo(400);
        server.Request();
        Assert.Equal(["200 at 0"], server.Responses);
        server.Respond(200);
        server.Respond(486);
        server.RunTo(60_000);
        Assert.Equal(["200 at 0", "200 at 400"], server.Responses);
        Assert.Equal(SipServerState.Terminated, server.Transaction.State);
    }

    [Fact]
    public void ServerOther_RepeatsItsResponseToEachRepetitionUntilTimerJ()
    {
        Server server = new("BYE", Udp);
        server.Request();
        Assert.Empty(server.Responses);
        server.Respond(200);
        server.RunTo(31_000);
        server.Request();
        server.RunTo(32_000);
        Assert.Equal(SipServerState.Terminated, server.Transaction.State);
        Assert.Equal(["200 at 0", "200 at 31000"], server.Responses);
    }

    [Fact]
    public void ServerOther_OverTcp_EndsAtOnce()
    {
        Server server = new("BYE", Tcp);
        server.Respond(200);
        server.RunTo(0);
        Assert.Equal(SipServerState.Terminated, server.Transaction.State);
    }

    [Fact]
    public void Key_SeparatesMethodsAndSenders_ButNotAckFromInvite()
    {
        SipRequest invite = Request("INVITE"), ack = Request("ACK"), cancel = Request("CANCEL");
        ack.Headers.Set("Via", invite.Headers["Via"]!);
        cancel.Headers.Set("Via", invite.Headers["Via"]!);
        string key = SipServerTransaction.KeyOf(invite);
        Assert.Equal(key, SipServerTransaction.KeyOf(ack));
        Assert.NotEqual(key, SipServerTransaction.KeyOf(cancel));
        Assert.Equal(key, SipServerTransaction.KeyOf(cancel, "INVITE"));
        ack.Headers.Set("Via", invite.Headers["Via"]!.Replace("192.0.2.1", "192.0.2.77", StringComparison.Ordinal));
        Assert.NotEqual(key, SipServerTransaction.KeyOf(ack));
    }

    [Fact]
    public void Key_WithoutMagicCookie_FollowsRfc2543()
    {
        SipRequest invite = Request("INVITE"), ack = Request("ACK"), other = Request("INVITE");
        foreach (SipRequest request in (SipRequest[])[invite, ack, other])
        {
            request.Headers.Set("Via", "SIP/2.0/UDP 192.0.2.1;branch=1");
        }

        ack.Headers.Set("To", "<sip:fax@b.example>;tag=ours");
        other.Headers.Set("From", "<sip:a@a.example>;tag=another");
        Assert.Equal(SipServerTransaction.KeyOf(invite), SipServerTransaction.KeyOf(ack));
        Assert.NotEqual(SipServerTransaction.KeyOf(invite), SipServerTransaction.KeyOf(other));
    }

    private static SipRequest Request(string method) => (SipRequest)Wire.Parse(Wire.Request(method));

    private static int Ms(TimeSpan time) => (int)time.TotalMilliseconds;

    private abstract class Bench : ISipTransportLayer
    {
        public List<(int At, SipMessage Message)> Sent { get; } = [];

        protected abstract ISipTimed Timed { get; }

        protected TimeSpan Now { get; private set; }

        public void Send(TimeSpan now, SipMessage message, SipFlow flow) => Sent.Add((Ms(now), message));

        public SipUri LocalUri(SipFlow flow) => SipUri.Parse("sip:192.0.2.1");

        public SipFlow Route(SipUri nextHop, SipFlow dialogFlow) => dialogFlow;

        public void RunTo(int milliseconds)
        {
            TimeSpan end = TimeSpan.FromMilliseconds(milliseconds);
            while (Timed.NextDeadline is { } due && due <= end)
            {
                Now = due > Now ? due : Now;
                Timed.Advance(Now);
            }

            Now = end;
        }
    }

    private sealed class Client : Bench, ISipClientUser
    {
        public Client(string method, SipFlow flow) => Transaction =
            new SipClientTransaction(TimeSpan.Zero, Request(method), flow, this, SipTimers.Default, this);

        public SipClientTransaction Transaction { get; }

        public List<string> Heard { get; } = [];

        protected override ISipTimed Timed => Transaction;

        public void Respond(int status) =>
            Transaction.Receive(Now, SipResponse.For(Transaction.Request, status, null, "answered"));

        public int[] SentAt(string method) =>
            [.. Sent.Where(item => ((SipRequest)item.Message).Method == method).Select(item => item.At)];

        public void OnResponse(TimeSpan now, SipClientTransaction transaction, SipResponse response) =>
            Heard.Add($"{response.StatusCode} at {Ms(now)}");

        public void OnFailure(TimeSpan now, SipClientTransaction transaction, bool transportFailed) =>
            Heard.Add($"failed at {Ms(now)}");
    }

    private sealed class Server : Bench
    {
        private readonly SipRequest _request;

        public Server(string method, SipFlow flow)
        {
            _request = SipTransactionTests.Request(method);
            Transaction = new SipServerTransaction(TimeSpan.Zero, _request, flow, this, SipTimers.Default);
        }

        public SipServerTransaction Transaction { get; }

        public string[] Responses => [.. Sent.Select(item => $"{((SipResponse)item.Message).StatusCode} at {item.At}")];

        protected override ISipTimed Timed => Transaction;

        public void Request() => Transaction.Receive(Now, _request);

        public void Ack() => Transaction.Receive(Now, SipTransactionTests.Request("ACK"));

        public void Respond(int status) => Transaction.Respond(Now, SipResponse.For(_request, status));
    }
}
