// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Sip;

/// <summary>The caller's side: INVITE, provisional responses, PRACK, the 2xx and its ACK, CANCEL.</summary>
public sealed partial class SipCall
{
    private SipExchange? _invite;

    // Early dialogs by the peer's tag: a proxy may fork (§12.1.2). Value: the last RSeq confirmed in it (RFC 3262 §4).
    private readonly Dictionary<string, (SipDialog Dialog, uint RSeq)> _early = [];

    // ACKs sent, by the peer's tag: each retransmitted 2xx gets its ACK again (§13.2.2.4).
    private readonly Dictionary<string, (uint Number, SipRequest Ack, SipFlow Flow)> _acks = [];
    private SdpSession? _earlyAnswer;
    private SdpSession? _lateOffer;
    private TimeSpan? _cancelGiveUpAt;
    private bool _cancelWanted;

    internal SipCall(SipUserAgent agent, SipCallRequest request, ISipCallEvents events)
        : this(agent, request.Credentials)
    {
        IsOutgoing = true;
        Events = events;
        LocalTag = agent.Random.Tag();
        RemoteAddress = new SipAddress(request.Target with { Headers = null });
        _flow = request.Flow;
        _contactUser = request.From.Uri.User;
        Invite = agent.CreateOutside(SipMethods.Invite, request.Target, request.From.WithTag(LocalTag), RemoteAddress);
        CallId = Invite.CallId;
        foreach (SipAddress route in request.Routes)
        {
            Invite.Headers.Add(SipHeaderNames.Route, route.ToString());
        }

        foreach (SipHeader header in request.Headers)
        {
            Invite.Headers.Add(header.Name, header.Value);
        }

        AddContact(Invite);
        if (request.Offer is { } offer)
        {
            AddSession(Invite, offer);
        }

        // A late offer in a reliable provisional response would have to be answered in PRACK: we do not ask for that.
        if (request.Offer is null || !agent.Settings.ReliableProvisionals)
        {
            string timer = agent.Settings.SessionExpires is null ? "" : "timer";
            Invite.Headers.Set(SipHeaderNames.Supported, timer);
        }

        _session.Ask(Invite);
    }

    internal void StartInvite(TimeSpan now)
    {
        uint number = 1;
        _invite = new SipExchange(_agent, Invite, _flow, _authenticator, () => ++number, ReceiveInviteResponse);
        _invite.Start(now);
    }

    internal void ReceiveStraySuccess(TimeSpan now, SipResponse response) => AcknowledgeAgain(now, response);

    private bool OffersLate => Invite.Body.IsEmpty;

    private void ReceiveInviteResponse(TimeSpan now, SipExchange exchange, SipResponse response)
    {
        if (response.IsProvisional)
        {
            ReceiveProvisional(now, response);
        }
        else if (response.IsSuccess)
        {
            ReceiveSuccess(now, response);
        }
        else
        {
            ReceiveRefusal(now, exchange, response);
        }

        _agent.Touch(this);
    }

    private void ReceiveProvisional(TimeSpan now, SipResponse response)
    {
        if (_cancelWanted)
        {
            SendCancel(now);
        }

        if (State != SipCallState.Inviting || response.StatusCode == 100)
        {
            return;
        }

        bool reliable = response.Headers.HasToken(SipHeaderNames.Require, "100rel");
        if (response.To?.Tag is string tag && !PrackIfNew(now, response, tag, reliable))
        {
            return;
        }

        SdpSession? answer = null;
        if (!OffersLate && ReadSession(response, out answer) == SipBodyKind.Session)
        {
            _earlyAnswer = reliable ? answer : _earlyAnswer;
        }

        NoteAbilities(response);
        Events?.OnProvisional(now, this, response.StatusCode, answer);
    }

    // False for a reliable response that was seen before, or that comes before its turn (RFC 3262 §4).
    private bool PrackIfNew(TimeSpan now, SipResponse response, string tag, bool reliable)
    {
        bool known = _early.TryGetValue(tag, out (SipDialog Dialog, uint RSeq) early);
        if (!known)
        {
            early = (SipDialog.ForCaller(_invite!.Request, response), 0);
        }

        _dialog = early.Dialog;
        if (!reliable)
        {
            _early[tag] = early;
            return true;
        }

        if (!response.Headers.TryGetNumber(SipHeaderNames.RSeq, out uint number) || number == 0
            || (early.RSeq != 0 && number != early.RSeq + 1))
        {
            _early[tag] = early;
            return false;
        }

        _early[tag] = (early.Dialog, number);
        SipRequest prack = early.Dialog.CreateRequest(SipMethods.Prack);
        prack.Headers.Add(SipHeaderNames.RAck, new SipRAck(number, response.CSeq).ToString());
        Exchange(now, prack, static (_, _, _) => { });
        return true;
    }

    private void ReceiveSuccess(TimeSpan now, SipResponse response)
    {
        string tag = response.To?.Tag ?? "";
        if (_acks.ContainsKey(tag))
        {
            AcknowledgeAgain(now, response);
            return;
        }

        _cancelGiveUpAt = null;
        bool first = State == SipCallState.Inviting;
        if (!first && _lateOffer is not null && _dialog?.Remote.Tag == response.To?.Tag)
        {
            return; // Repeated because our answer, which the ACK carries, is still awaited.
        }

        SipDialog dialog = _early.TryGetValue(tag, out (SipDialog Dialog, uint RSeq) early)
            ? early.Dialog : SipDialog.ForCaller(_invite!.Request, response);
        dialog.Confirm();
        dialog.RefreshTarget(response);
        SipDialog? kept = _dialog;
        _dialog = dialog;
        if (!first)
        {
            // Another branch of a fork, or an answer that crossed our CANCEL: acknowledged and ended (§13.2.2.4, §15).
            SendAck(now, null);
            SendBye(now, null);
            _dialog = State == SipCallState.Ended ? dialog : kept;
            return;
        }

        NoteAbilities(response);
        _session.Accepted(now, response);
        Establish(now, response);
    }

    private void Establish(TimeSpan now, SipResponse response)
    {
        SipBodyKind kind = ReadSession(response, out SdpSession? session);
        if (OffersLate && session is not null)
        {
            State = SipCallState.Answered;
            _lateOffer = session;
            Events?.OnOffer(now, this, session);
            return;
        }

        State = SipCallState.Established;
        SendAck(now, null);
        SdpSession? answer = session ?? (kind == SipBodyKind.None ? _earlyAnswer : null);
        if (answer is null)
        {
            SendBye(now, new SipReason("SIP", 488, "No session description"));
            Finish(now, new SipCallEnd(SipEndCause.BadAnswer, response.StatusCode));
            return;
        }

        _remoteSession = answer;
        Events?.OnEstablished(now, this, answer);
    }

    // Our answer to the offer of a 2xx goes in its ACK (§13.2.1).
    private void AnswerLateOffer(TimeSpan now, SdpSession answer)
    {
        _remoteSession = _lateOffer;
        _lateOffer = null;
        State = SipCallState.Established;
        SendAck(now, answer);
        Events?.OnEstablished(now, this, null);
    }

    private void SendAck(TimeSpan now, SdpSession? answer)
    {
        SendAck(now, _invite!.Request, answer);
    }

    private void SendAck(TimeSpan now, SipRequest invite, SdpSession? answer)
    {
        SipDialog dialog = _dialog!;
        uint number = invite.CSeq.Number;
        SipRequest ack = dialog.CreateAck(number);
        foreach (SipHeader header in invite.Headers)
        {
            if (header.Name is SipHeaderNames.Authorization or SipHeaderNames.ProxyAuthorization)
            {
                ack.Headers.Add(header.Name, header.Value); // §22.1: the INVITE's, since nobody may challenge an ACK.
            }
        }

        if (answer is not null)
        {
            AddSession(ack, answer);
        }

        SipFlow flow = _agent.Route(dialog.NextHop, _flow);
        _acks[dialog.Remote.Tag ?? ""] = (number, ack, flow);
        _agent.SendDirectly(now, ack, flow);
    }

    // The CSeq tells a repeated 2xx to the first INVITE from one to a re-INVITE, which has its own ACK.
    private void AcknowledgeAgain(TimeSpan now, SipResponse response)
    {
        if (_acks.TryGetValue(response.To?.Tag ?? "", out (uint Number, SipRequest Ack, SipFlow Flow) sent)
            && sent.Number == response.CSeq.Number)
        {
            SipRequest again = sent.Ack.Copy();
            again.Headers.Remove(SipHeaderNames.Via);
            _agent.SendDirectly(now, again, sent.Flow);
        }
    }

    private void ReceiveRefusal(TimeSpan now, SipExchange exchange, SipResponse response)
    {
        _cancelGiveUpAt = null;
        if (State == SipCallState.Inviting && response.StatusCode == 422 && _session.Raise(response))
        {
            exchange.Again(now, _session.Ask); // RFC 4028 §7.3
            return;
        }

        if (State == SipCallState.Answered || State == SipCallState.Established)
        {
            return; // A 2xx came first.
        }

        SipEndCause cause = !exchange.FailedHere ? SipEndCause.Refused
            : response.StatusCode == 408 ? SipEndCause.TimedOut : SipEndCause.TransportFailed;
        uint? retry = SipRetryAfter.TryParse(response.Headers[SipHeaderNames.RetryAfter], out SipRetryAfter after)
            ? after.Seconds : null;
        Finish(now, new SipCallEnd(cause, response.StatusCode, ReasonOf(response), retry));
        ForgetIfDone();
    }

    // §9.1: a CANCEL goes out only once a provisional response has come, and means the INVITE on its very path.
    private void Cancel(TimeSpan now)
    {
        _cancelWanted = true;
        _invite!.IsLastTry = true;
        if (_invite is { IsProceeding: true, IsOver: false })
        {
            SendCancel(now);
        }
    }

    private void SendCancel(TimeSpan now)
    {
        _cancelWanted = false;
        SipRequest invite = _invite!.Request;
        SipRequest cancel = new(SipMethods.Cancel, invite.RequestUri);
        cancel.Headers.Add(SipHeaderNames.Via, invite.TopVia!.ToString());
        foreach (SipHeader header in invite.Headers)
        {
            if (header.Name is SipHeaderNames.Route or SipHeaderNames.From or SipHeaderNames.To
                or SipHeaderNames.CallId)
            {
                cancel.Headers.Add(header.Name, header.Value);
            }
        }

        string number = invite.CSeq.Number.ToString(CultureInfo.InvariantCulture);
        cancel.Headers.Add(SipHeaderNames.CSeq, $"{number} {SipMethods.Cancel}");
        cancel.Headers.Add(SipHeaderNames.MaxForwards, "70");
        _agent.Begin(now, cancel, _invite.Flow, NobodyCares.Instance);
        _cancelGiveUpAt = now + _agent.Settings.Timers.Give; // §9.1: a final response is awaited for 64 T1 only.
    }

    private void AdvanceCaller(TimeSpan now)
    {
        if (_cancelGiveUpAt <= now)
        {
            _cancelGiveUpAt = null;
            _invite?.Abandon();
            ForgetIfDone();
        }
    }

    // The response to a CANCEL says nothing: the INVITE's own does.
    private sealed class NobodyCares : ISipClientUser
    {
        public static NobodyCares Instance { get; } = new();

        public void OnResponse(TimeSpan now, SipClientTransaction transaction, SipResponse response)
        {
        }

        public void OnFailure(TimeSpan now, SipClientTransaction transaction, bool transportFailed)
        {
        }
    }
}
