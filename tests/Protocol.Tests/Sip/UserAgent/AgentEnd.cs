// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;
using Hermetic.Protocol.Sip;
using Hermetic.TestKit.Simulation;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>A message on the wire, with the time in milliseconds and where it was sent.</summary>
internal sealed record OnWire(int At, SipMessage Message, SipFlow Flow)
{
    /// <summary>`INVITE`, or `200 INVITE` for its response.</summary>
    public string Title => Message is SipResponse response
        ? $"{response.StatusCode} {response.CSeq.Method}" : ((SipRequest)Message).Method;
}

/// <summary>One of our user agents in simulated time: its wire, its host, and what it was told.</summary>
internal sealed class AgentEnd : ISipTransportLayer, ISipUserAgentEvents, ISipCallEvents
{
    private readonly FaxSimulation _simulation;
    private readonly SipTransport _transport;

    public AgentEnd(FaxSimulation simulation, string address, SipUserAgentSettings settings, SipTransport transport)
    {
        (_simulation, _transport, Address) = (simulation, transport, address);
        Agent = new SipUserAgent(settings, new SeededSipRandom(simulation.Random.Next()), this, this);
        Local = FarSdp.Local(address);
        Negotiator = new SdpNegotiator((ulong)simulation.Random.Next());
        simulation.Add(() => Agent.NextDeadline, Agent.Advance);
    }

    public string Address { get; }

    public SipUserAgent Agent { get; }

    public LossyChannel Wire { get; set; } = null!;

    /// <summary>The far end's address, as packets of it show it.</summary>
    public SipFlow Peer { get; set; }

    public SdpLocalEnd Local { get; }

    public SdpNegotiator Negotiator { get; }

    public List<OnWire> Sent { get; } = [];

    /// <summary>Events in short words.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>The call that last began.</summary>
    public SipCall Call { get; private set; } = null!;

    /// <summary>What the host does with an incoming call: answers with what it accepts.</summary>
    public Action<SipCall> OnIncoming { get; set; } = _ => { };

    /// <summary>What the host does with an offer in a call.</summary>
    public Action<SipCall, SdpSession?> OnOffered { get; set; } = (_, _) => { };

    public SdpWish Accepts { get; set; } = SdpWish.Both;

    /// <summary>What was last agreed, as this side reads it.</summary>
    public SdpAgreement? Agreement { get; private set; }

    private SdpSession? OwnOffer { get; set; }

    public TimeSpan Now => _simulation.Now;

    public SipCall Invite(SdpWish wish = SdpWish.Audio, bool late = false, Func<SipCallRequest, SipCallRequest>? change
        = null)
    {
        SipUri target = SipUri.Parse($"sip:5551234@{Peer.Address}");
        SipCallRequest request = new(target, new SipAddress(SipUri.Parse($"sip:5550000@{Address}")), Peer)
        {
            Offer = late ? null : OfferOf(wish),
        };
        return Call = Agent.Invite(Now, change?.Invoke(request) ?? request, this);
    }

    public bool SendOffer(SdpWish wish) => Call.SendOffer(Now, OfferOf(wish));

    /// <summary>Answers a call or an offer in it as the negotiator says, else refuses with 488.</summary>
    public void Answer(SipCall call, SdpSession? offer)
    {
        SdpSession? ours;
        if (offer is null)
        {
            ours = OfferOf(Accepts);
        }
        else
        {
            ours = Negotiator.Answer(offer, Local, Accepts, out SdpAgreement agreement);
            Agreement = ours is null ? Agreement : agreement;
        }

        bool isNew = call.State == SipCallState.Inviting;
        switch (ours)
        {
            case null when isNew: call.Reject(Now, 488); break;
            case null: call.RefuseOffer(Now); break;
            default:
                if (isNew)
                {
                    call.Answer(Now, ours);
                }
                else
                {
                    call.AnswerOffer(Now, ours);
                }

                break;
        }
    }

    /// <summary>When messages of that title were sent, in milliseconds.</summary>
    public int[] SentAt(string title) => [.. Sent.Where(one => one.Title == title).Select(one => one.At)];

    /// <summary>The last message of that title that was sent.</summary>
    public SipMessage Last(string title) => Sent.Last(one => one.Title == title).Message;

    public void Deliver(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        if (SipParser.TryParse(datagram, SipLimits.Default, out SipMessage? message, out SipParseError error))
        {
            Agent.Receive(now, message!, Peer);
        }
        else
        {
            Agent.ReceiveMalformed(now, message, error, Peer);
        }
    }

    public void Send(TimeSpan now, SipMessage message, SipFlow flow)
    {
        byte[] octets = SipWriter.ToArray(message);
        Sent.Add(new OnWire((int)now.TotalMilliseconds, Sip.Wire.Parse(octets), flow));
        Wire.Send(octets);
    }

    public SipUri LocalUri(SipFlow flow) => SipUri.Parse($"sip:{Address}:5060");

    public SipFlow Route(SipUri nextHop, SipFlow dialogFlow) =>
        new(_transport, nextHop.Host, nextHop.Port == 0 ? 5060 : nextHop.Port, dialogFlow.Connection);

    public void OnIncomingCall(TimeSpan now, SipCall call)
    {
        call.Events = this;
        Call = call;
        Heard.Add("incoming");
        OnIncoming(call);
    }

    public void OnProvisional(TimeSpan now, SipCall call, int status, SdpSession? answer) =>
        Heard.Add($"provisional {status}");

    public void OnEstablished(TimeSpan now, SipCall call, SdpSession? answer)
    {
        Read(answer);
        Heard.Add("established");
    }

    public void OnOffer(TimeSpan now, SipCall call, SdpSession? offer)
    {
        Heard.Add(offer is null ? "offer wanted" : $"offer of {offer.Media[0].Type}");
        OnOffered(call, offer);
    }

    public void OnOfferResult(TimeSpan now, SipCall call, SipOfferOutcome outcome, int status, SdpSession? answer)
    {
        Read(answer);
        Heard.Add($"offer {outcome} {status}");
    }

    public void OnEnded(TimeSpan now, SipCall call, SipCallEnd end) => Heard.Add($"ended {end.Cause} {end.Status}");

    private SdpSession OfferOf(SdpWish wish) => OwnOffer = Negotiator.Offer(Local, wish);

    private void Read(SdpSession? answer)
    {
        if (answer is not null && OwnOffer is not null)
        {
            Agreement = Negotiator.Accept(OwnOffer, answer, Local);
        }
    }
}
