// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;
using Hermetic.TestKit.Simulation;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>A far end that does only what the test tells it, and one of our user agents that faces it.</summary>
internal sealed class FarEnd
{
    public const string Tag = "far1";

    private readonly FaxSimulation _simulation;
    private readonly LossyChannel _wire;
    private uint _number = 100;

    public FarEnd(SipUserAgentSettings? settings = null, SipTransport transport = SipTransport.Udp, int seed = 1)
    {
        _simulation = new FaxSimulation(seed);
        Us = new AgentEnd(_simulation, "192.0.2.1", settings ?? new(), transport)
        {
            Peer = new SipFlow(transport, "198.51.100.9", 5060, transport == SipTransport.Udp ? 0 : 1),
        };
        Us.Wire = _simulation.AddChannel(LossyChannelSettings.Clean, Receive);
        Us.OnIncoming = call => Us.Answer(call, call.RemoteOffer);
        Us.OnOffered = Us.Answer;
        _wire = _simulation.AddChannel(LossyChannelSettings.Clean, Us.Deliver);
    }

    public AgentEnd Us { get; }

    /// <summary>What came from us.</summary>
    public List<OnWire> Received { get; } = [];

    /// <summary>What it does by itself with each message.</summary>
    public Action<SipMessage> OnMessage { get; set; } = _ => { };

    public void Run(double seconds) => _simulation.RunFor(TimeSpan.FromSeconds(seconds));

    /// <summary>Runs until a message of that title has come, and takes it off the list with those before it.</summary>
    public SipMessage Expect(string title, double seconds = 40)
    {
        bool came = _simulation.Run(() => Received.Any(one => one.Title == title), TimeSpan.FromSeconds(seconds));
        Assert.True(came, $"no {title} by {_simulation.Now}, but {string.Join(", ", Titles)}");
        int at = Received.FindIndex(one => one.Title == title);
        SipMessage message = Received[at].Message;
        Received.RemoveRange(0, at + 1);
        return message;
    }

    public SipRequest ExpectRequest(string method, double seconds = 40) => (SipRequest)Expect(method, seconds);

    public SipResponse ExpectResponse(string title, double seconds = 40) => (SipResponse)Expect(title, seconds);

    public IEnumerable<string> Titles => Received.Select(one => one.Title);

    public void Send(SipMessage message) => _wire.Send(SipWriter.ToArray(message));

    public void Send(string text) => _wire.Send(Wire.Octets(text));

    /// <summary>Responds, with Contact and To tag; `name: value` lines of <paramref name="more"/> are set.</summary>
    public SipResponse Respond(SipRequest request, int status, string? body = null, string tag = Tag,
        params string[] more)
    {
        SipResponse response = SipResponse.For(request, status, null, tag);
        response.Headers.Add("Contact", $"<sip:far-{tag}@198.51.100.9:5070>");
        Complete(response, body, more);
        Send(response);
        return response;
    }

    /// <summary>Calls us, and returns the INVITE as sent.</summary>
    public SipRequest Call(string? body, params string[] more)
    {
        SipRequest invite = (SipRequest)Wire.Parse(Wire.Request("INVITE"));
        Complete(invite, body, more);
        Send(invite);
        return invite;
    }

    /// <summary>Acknowledges our 2xx to its INVITE.</summary>
    public void Acknowledge(SipRequest invite, SipResponse ok, string? body = null)
    {
        SipRequest ack = new(SipMethods.Ack, ok.Contact!.Uri);
        ack.Headers.Add("Via", $"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-ack-{invite.CSeq.Number}");
        ack.Headers.Add("From", invite.Headers["From"]!);
        ack.Headers.Add("To", ok.Headers["To"]!);
        ack.Headers.Add("Call-ID", invite.CallId);
        ack.Headers.Add("CSeq", $"{invite.CSeq.Number} ACK");
        Complete(ack, body, []);
        Send(ack);
    }

    /// <summary>Sends a request within our call, with the next CSeq.</summary>
    public SipRequest Request(string method, string? body = null, params string[] more)
    {
        _number++;
        SipCall call = Us.Call;
        SipRequest request = new(method, SipUri.Parse("sip:192.0.2.1"));
        request.Headers.Add("Via", $"SIP/2.0/UDP 198.51.100.9;branch=z9hG4bK-{method}-{_number}");
        request.Headers.Add("From", call.IsOutgoing ? $"<sip:x@far.example>;tag={Tag}" : call.Invite.Headers["From"]!);
        request.Headers.Add("To", $"<sip:us@us.example>;tag={call.LocalTag}");
        request.Headers.Add("Call-ID", call.CallId);
        request.Headers.Add("CSeq", $"{_number} {method}");
        request.Headers.Add("Contact", "<sip:far@198.51.100.9:5070>");
        Complete(request, body, more);
        Send(request);
        return request;
    }

    /// <summary>Is called by us and answers with audio, or calls us and is answered.</summary>
    public void Establish(bool weCall = true, params string[] more)
    {
        if (weCall)
        {
            Us.Invite();
            Respond(ExpectRequest("INVITE"), 200, FarSdp.Audio(), Tag, more);
            Expect("ACK");
        }
        else
        {
            SipRequest invite = Call(FarSdp.Audio(), more);
            Acknowledge(invite, ExpectResponse("200 INVITE"));
            Run(0.1);
        }

        Assert.Equal(SipCallState.Established, Us.Call.State);
    }

    private void Receive(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        SipMessage message = Wire.Parse(datagram);
        Received.Add(new OnWire((int)now.TotalMilliseconds, message, default));
        OnMessage(message);
    }

    private static void Complete(SipMessage message, string? body, string[] more)
    {
        foreach (string line in more)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            message.Headers.Set(line[..colon], line[(colon + 1)..]);
        }

        if (body is not null)
        {
            message.Headers.Set("Content-Type", message.Headers["Content-Type"] ?? "application/sdp");
            message.Body = Wire.Octets(body);
        }
    }
}
