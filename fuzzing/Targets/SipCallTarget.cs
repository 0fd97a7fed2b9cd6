// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Hermetic.Protocol.Sdp;
using Hermetic.Protocol.Sip;

namespace Hermetic.Fuzzing.Targets;

/// <summary>A whole user agent with two calls, one each way: the input is a stream of messages, a quarter of a second
/// apart. All that it sends must parse, no deadline may stay behind, and once the host has hung up nothing may be left
/// of any call. Randomness counts up, so that an input may name the tags: c001 and what follows.</summary>
internal sealed class SipCallTarget : IFuzzTarget
{
    private const string Invite = """
        INVITE sip:fax@us.example SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKfirst
        From: <sip:a@far.example>;tag=theirs
        To: <sip:fax@us.example>
        Call-ID: in
        CSeq: 1 INVITE
        Contact: <sip:a@192.0.2.9>
        Supported: timer, 100rel
        Session-Expires: 90
        Content-Type: application/sdp

        v=0
        o=far 1 1 IN IP4 192.0.2.9
        s=-
        c=IN IP4 192.0.2.9
        t=0 0
        m=audio 5004 RTP/AVP 0

        """;

    // More than any input can hold that a target takes. Our limit.
    private const int MessagesMax = 256;

    // Deadlines that may fall due in the minutes after an input. Our limit: a loop at one instant passes it soon.
    private const int StepsMax = 100_000;

    public string Name => "sip-call";

    public void Run(ReadOnlySpan<byte> input)
    {
        Host host = new();
        host.Begin(Octets(Invite));
        SipStreamReader reader = new(SipLimits.Default);
        ReadOnlySequence<byte> buffer = new(input.ToArray());
        for (int i = 0; i < MessagesMax; i++)
        {
            SipStreamResult result = reader.TryRead(ref buffer, out SipMessage? message, out SipParseError error);
            if (result is SipStreamResult.NeedMore or SipStreamResult.Broken)
            {
                break;
            }

            if (result == SipStreamResult.Message)
            {
                host.Agent.Receive(host.Now, message!, Host.Far);
            }
            else if (result == SipStreamResult.Malformed)
            {
                host.ReceiveMalformed(message, error);
            }

            host.RunFor(TimeSpan.FromMilliseconds(250));
        }

        host.RunFor(TimeSpan.FromSeconds(40));
        host.HangUp();
        host.RunFor(TimeSpan.FromSeconds(140));
        Oracle.Holds(host.Agent.CallCount == 0, "no call is left");
        Oracle.Holds(host.Agent.TransactionCount == 0, "no transaction is left");
    }

    private static byte[] Octets(string text) => Encoding.Latin1.GetBytes(
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));

    private sealed class Host : ISipTransportLayer, ISipUserAgentEvents, ISipCallEvents, ISipRandom
    {
        private readonly Dictionary<SipCall, SdpNegotiator> calls = [];
        private uint random = 0xc000;

        // A refusal repeats what it refuses: a lower Via that is malformed stays so.
        private bool answersMalformed;

        public Host() => Agent = new SipUserAgent(new SipUserAgentSettings(), this, this, this);

        public static SipFlow Far { get; } = new(SipTransport.Udp, "192.0.2.9", 5060);

        public SipUserAgent Agent { get; }

        public TimeSpan Now { get; private set; }

        private static SdpLocalEnd Local { get; } = new("192.0.2.1") { AudioPort = 4_000, ImagePort = 4_002 };

        public void Begin(byte[] invite)
        {
            SipParser.TryParse(invite, SipLimits.Default, out SipMessage? message, out _);
            Agent.Receive(Now, message!, Far);
            SdpNegotiator negotiator = new(1);
            SipUri target = SipUri.Parse("sip:fax@far.example");
            SipCall call = Agent.Invite(Now,
                new SipCallRequest(target, new SipAddress(SipUri.Parse("sip:us@us.example")), Far)
                {
                    Offer = negotiator.Offer(Local, SdpWish.Audio),
                    Credentials = new SipCredentials("fax", "secret"),
                },
                this);
            calls[call] = negotiator;
            RunFor(TimeSpan.FromMilliseconds(250));
        }

        public void ReceiveMalformed(SipMessage? message, SipParseError error)
        {
            answersMalformed = true;
            Agent.ReceiveMalformed(Now, message, error, Far);
            answersMalformed = false;
        }

        public void RunFor(TimeSpan time)
        {
            TimeSpan end = Now + time;
            int steps = 0;
            while (Agent.NextDeadline is { } due && due <= end)
            {
                Now = due > Now ? due : Now;
                Agent.Advance(Now);
                Oracle.Holds(!(Agent.NextDeadline < Now), "no deadline stays behind");
                Oracle.Holds(++steps < StepsMax, "time goes on");
            }

            Now = end;
        }

        public void HangUp()
        {
            foreach (SipCall call in calls.Keys)
            {
                call.HangUp(Now);
                Oracle.Holds(call is { State: SipCallState.Ended, End: not null }, "a call that is hung up has ended");
            }
        }

        public void Fill(Span<byte> octets)
        {
            octets.Clear();
            Span<byte> four = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(four, ++random);
            four[^Math.Min(4, octets.Length)..].CopyTo(octets[^Math.Min(4, octets.Length)..]);
        }

        public void Send(TimeSpan now, SipMessage message, SipFlow flow)
        {
            byte[] octets = SipWriter.ToArray(message);
            bool good = SipParser.TryParse(octets, SipTarget.Wide, out _, out SipParseError error);
            Oracle.Holds(good || answersMalformed, $"what we send parses ({error.Fault})");
        }

        public SipUri LocalUri(SipFlow flow) => new() { Host = "192.0.2.1", Port = 5060 };

        public SipFlow Route(SipUri nextHop, SipFlow dialogFlow) => dialogFlow;

        public void OnIncomingCall(TimeSpan now, SipCall call)
        {
            call.Events = this;
            calls[call] = new SdpNegotiator(1);
            call.Ring(now);
            Answer(now, call, call.RemoteOffer, call.Answer, at => call.Reject(at, 488));
        }

        public void OnOffer(TimeSpan now, SipCall call, SdpSession? offer) =>
            Answer(now, call, offer, call.AnswerOffer, at => call.RefuseOffer(at));

        public void OnProvisional(TimeSpan now, SipCall call, int status, SdpSession? answer) =>
            Oracle.Holds(status is > 100 and < 200, "a provisional status");

        public void OnEstablished(TimeSpan now, SipCall call, SdpSession? answer)
        {
            Oracle.Holds(call.State == SipCallState.Established, "an established call is so");
            call.SendOffer(now, calls[call].Offer(Local, SdpWish.Image));
        }

        public void OnOfferResult(
            TimeSpan now, SipCall call, SipOfferOutcome outcome, int status, SdpSession? answer) =>
            Oracle.Holds(call.State != SipCallState.Ended, "an ended call is told nothing more");

        public void OnEnded(TimeSpan now, SipCall call, SipCallEnd end) =>
            Oracle.Holds(call.State == SipCallState.Ended && call.End == end, "an end is the end");

        private void Answer(
            TimeSpan now, SipCall call, SdpSession? offer, Action<TimeSpan, SdpSession> answer, Action<TimeSpan> refuse)
        {
            SdpSession? ours = offer is null ? calls[call].Offer(Local, SdpWish.Both)
                : calls[call].Answer(offer, Local, SdpWish.Both, out _);
            if (ours is null)
            {
                refuse(now);
            }
            else
            {
                answer(now, ours);
            }
        }
    }
}
