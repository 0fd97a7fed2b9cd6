// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Sip;

/// <summary>Offers within the call: ours by re-INVITE, theirs answered, glare, and refreshes of the session
/// timer.</summary>
public sealed partial class SipCall
{
    // Our re-INVITE or UPDATE under way, and the offer in it; null description for a bare refresh.
    private SipExchange? _offer;
    private SdpSession? _sentOffer;
    private TimeSpan? _offerRetryAt;

    // After the call's end: a peer that said 100 to our re-INVITE and no more would keep its transaction for ever. A
    // final response is awaited as after CANCEL, for 64 T1 (§9.1).
    private TimeSpan? _offerGiveUpAt;
    private bool _isRefresh;

    /// <summary>True when SendOffer will be heeded: established, and no offer of either side is open.</summary>
    public bool CanOffer => State == SipCallState.Established
        && _offer is not { IsOver: false } && _offerRetryAt is null && _pendingOffer is null && _ok is null;

    /// <summary>Offers anew by re-INVITE: the switch to T.38, or back. False if it cannot be sent now. A 491 is
    /// retried by itself after the time that §14.1 gives; the outcome comes with OnOfferResult.</summary>
    public bool SendOffer(TimeSpan now, SdpSession offer)
    {
        if (!CanOffer)
        {
            return false;
        }

        _isRefresh = false;
        SendInvite(now, offer);
        _agent.Touch(this);
        return true;
    }

    /// <summary>Answers the offer that OnOffer brought, or gives the offer that it asked for.</summary>
    public void AnswerOffer(TimeSpan now, SdpSession session)
    {
        if (_lateOffer is not null)
        {
            AnswerLateOffer(now, session);
        }
        else if (_pendingOffer is { } transaction)
        {
            _pendingOffer = null;
            bool asked = transaction.Request.Body.IsEmpty;
            AcceptOffer(now, transaction, session, bringsAnswer: asked);
            Supersede(now);
        }

        _agent.Touch(this);
    }

    /// <summary>Refuses the peer's offer, with 488 unless told otherwise: the session stays as it was (§14.2). An
    /// offer in the 2xx to our INVITE cannot be refused: the call is ended.</summary>
    public void RefuseOffer(TimeSpan now, int status = 488)
    {
        if (_lateOffer is not null)
        {
            _lateOffer = null;
            HangUp(now, new SipReason("SIP", status, null));
        }
        else if (_pendingOffer is { } transaction)
        {
            _pendingOffer = null;
            SipHeader warning = new(SipHeaderNames.Warning, "304 hermetic \"Media type not available\"");
            _agent.Refuse(now, transaction, Math.Clamp(status, 400, 699), warning, LocalTag);
        }
    }

    private void SendInvite(TimeSpan now, SdpSession offer)
    {
        SipRequest invite = _dialog!.CreateRequest(SipMethods.Invite);
        AddContact(invite);
        SdpSession? before = _localSession;
        AddSession(invite, offer);
        _localSession = before; // Comes into force with its answer only.
        _session.Ask(invite);
        _sentOffer = offer;
        _offer = Exchange(now, invite, ReceiveOfferResponse);
    }

    // RFC 4028 §7.4: UPDATE without a description if the peer takes it, else a re-INVITE that changes nothing.
    private void Refresh(TimeSpan now)
    {
        if (!CanOffer || (!_peerTakesUpdate && _localSession is null))
        {
            _session.TryAgain(now + _agent.Settings.Timers.T2);
            return;
        }

        _session.Refreshing();
        _isRefresh = true;
        if (!_peerTakesUpdate)
        {
            SendInvite(now, _localSession!);
            return;
        }

        SipRequest update = _dialog!.CreateRequest(SipMethods.Update);
        AddContact(update);
        _session.Ask(update);
        _sentOffer = null;
        _offer = Exchange(now, update, ReceiveOfferResponse);
    }

    private void ReceiveOfferResponse(TimeSpan now, SipExchange exchange, SipResponse response)
    {
        bool isInvite = exchange.Request.Method == SipMethods.Invite;
        uint number = exchange.Request.CSeq.Number;
        if (!exchange.IsOver)
        {
            return;
        }

        if (response.IsSuccess)
        {
            if (isInvite && _acks.TryGetValue(_dialog!.Remote.Tag ?? "", out var sent) && sent.Number == number)
            {
                AcknowledgeAgain(now, response);
                return;
            }

            _dialog!.RefreshTarget(response);
            if (isInvite)
            {
                SendAck(now, exchange.Request, null);
            }

            ReceiveOfferSuccess(now, response);
        }
        else
        {
            ReceiveOfferRefusal(now, exchange, response);
        }

        if (State == SipCallState.Ended && exchange.IsOver)
        {
            _offerGiveUpAt = null;
            ForgetIfDone();
        }

        _agent.Touch(this);
    }

    private void ReceiveOfferSuccess(TimeSpan now, SipResponse response)
    {
        if (State == SipCallState.Ended)
        {
            return;
        }

        SdpSession? offer = _sentOffer;
        _sentOffer = null;
        NoteAbilities(response);
        _session.Accepted(now, response);
        if (offer is null)
        {
            return; // UPDATE without description.
        }

        bool read = ReadSession(response, out SdpSession? answer) == SipBodyKind.Session;
        if (read)
        {
            _localSession = offer;
            _remoteSession = answer;
        }

        if (!_isRefresh)
        {
            SipOfferOutcome outcome = read ? SipOfferOutcome.Accepted : SipOfferOutcome.BadAnswer;
            Events?.OnOfferResult(now, this, outcome, response.StatusCode, answer);
        }
    }

    private void ReceiveOfferRefusal(TimeSpan now, SipExchange exchange, SipResponse response)
    {
        if (State == SipCallState.Ended)
        {
            return;
        }

        switch (response.StatusCode)
        {
            case 491 when !exchange.FailedHere:
                _offerRetryAt = now + GlareWait();
                return;
            case 422 when _session.Raise(response):
                exchange.Again(now, _session.Ask);
                return;
            case 481 or 408:
                // §12.2.1.2: the dialog is gone. (A refresh that nobody answers, too: RFC 4028 §10.)
                SendBye(now, null);
                SipEndCause cause = response.StatusCode == 481 ? SipEndCause.DialogLost : SipEndCause.TimedOut;
                Finish(now, new SipCallEnd(cause, response.StatusCode, ReasonOf(response)));
                return;
            default:
                break;
        }

        _sentOffer = null;
        if (_isRefresh)
        {
            _peerTakesUpdate &= response.StatusCode is not (405 or 501);
            _session.TryAgain(now + _agent.Settings.Timers.T2);
        }
        else
        {
            Events?.OnOfferResult(now, this, SipOfferOutcome.Refused, response.StatusCode, null);
        }
    }

    // §14.1: who made the Call-ID waits 2.1 to 4 s, the other 0 to 2 s, in steps of 10 ms.
    private TimeSpan GlareWait() => IsOutgoing
        ? TimeSpan.FromMilliseconds(2_100 + (10 * _agent.Random.Number(191)))
        : TimeSpan.FromMilliseconds(10 * _agent.Random.Number(201));

    private void AdvanceOffers(TimeSpan now)
    {
        if (_offerGiveUpAt <= now)
        {
            _offerGiveUpAt = null;
            _offer?.Abandon();
            ForgetIfDone();
        }

        if (_offerRetryAt is null || _offerRetryAt > now || State != SipCallState.Established)
        {
            return;
        }

        if (_pendingOffer is not null || _ok is not null)
        {
            _offerRetryAt = now + GlareWait(); // The peer's own is being seen to; if it is accepted, ours is dropped.
            return;
        }

        _offerRetryAt = null;
        if (_sentOffer is { } offer)
        {
            SendInvite(now, offer);
        }
        else
        {
            _session.TryAgain(now);
        }
    }

    // The peer's offer came through while ours waited after a 491.
    private void Supersede(TimeSpan now)
    {
        if (_offerRetryAt is not null && State == SipCallState.Established)
        {
            _offerRetryAt = null;
            _sentOffer = null;
            if (_isRefresh)
            {
                return; // Whatever the peer's request was, it refreshed the session.
            }

            Events?.OnOfferResult(now, this, SipOfferOutcome.Superseded, 491, null);
        }
    }

    private void AcceptOffer(TimeSpan now, SipServerTransaction transaction, SdpSession session, bool bringsAnswer)
    {
        if (transaction.Request.Method == SipMethods.Invite)
        {
            SendOk(now, transaction, session, bringsAnswer);
        }
        else
        {
            AcceptUpdate(now, transaction, session);
        }
    }

    private void AcceptUpdate(TimeSpan now, SipServerTransaction transaction, SdpSession? session)
    {
        SipRequest request = transaction.Request;
        SipResponse response = SipResponse.For(request, 200, null, LocalTag);
        AddContact(response);
        _dialog!.RefreshTarget(request);
        if (State == SipCallState.Established)
        {
            _session.Answer(now, request, response);
        }

        if (session is not null)
        {
            AddSession(response, session);
            bool read = ReadSession(request, out SdpSession? offer) == SipBodyKind.Session;
            _remoteSession = read ? offer : _remoteSession;
        }

        _agent.Respond(now, transaction, response);
    }
}
