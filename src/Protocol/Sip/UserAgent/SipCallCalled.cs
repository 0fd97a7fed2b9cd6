// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Sip;

/// <summary>The called side: ringing (reliably if asked), the 2xx repeated until its ACK, refusals, CANCEL.</summary>
public sealed partial class SipCall
{
    // The INVITE's transaction; for a re-INVITE that of the offer being answered.
    private SipServerTransaction? _incoming;

    // The 2xx that awaits its ACK, to INVITE or re-INVITE (§13.3.1.4): repeated by us over any transport.
    private (SipServerTransaction Transaction, SipResponse Response)? _ok;
    private TimeSpan? _okResendAt, _okGiveUpAt;
    private TimeSpan _okInterval;
    private bool _ackBringsAnswer;
    private bool _byeAfterAck;
    private SipReason? _byeReason;

    // The reliable provisional response that awaits its PRACK (RFC 3262 §3).
    private SipResponse? _ring;
    private bool _rangReliably;
    private uint _ringNumber;
    private TimeSpan? _ringResendAt, _ringGiveUpAt;
    private TimeSpan _ringInterval;

    internal SipCall(SipUserAgent agent, SipServerTransaction transaction)
        : this(agent, (SipCredentials?)null)
    {
        SipRequest invite = transaction.Request;
        _incoming = transaction;
        _flow = transaction.Source;
        _contactUser = invite.RequestUri.User;
        Invite = invite;
        CallId = invite.CallId;
        LocalTag = agent.Random.Tag();
        RemoteAddress = invite.From!;

        // §12.2.1.1 leaves the first number to us; a random start tells nobody how many calls we have had.
        _dialog = SipDialog.ForCalled(invite, LocalTag, 1 + agent.Random.Number(0x7fff));
        _ringNumber = 1 + agent.Random.Number(0x7fff); // RFC 3262 §3: 1 to 2^31 - 1 at random.
        NoteAbilities(invite);
    }

    internal bool IsAnswering(SipServerTransaction transaction) =>
        ReferenceEquals(_incoming, transaction) || ReferenceEquals(_pendingOffer, transaction);

    /// <summary>Checks the INVITE itself: 0 if in order, else the status that refuses it.</summary>
    internal int CheckInvite(out SipHeader? why)
    {
        why = null;
        SipBodyKind kind = ReadSession(Invite, out SdpSession? offer);
        RemoteOffer = offer;
        if (kind == SipBodyKind.Unsupported)
        {
            why = new SipHeader(SipHeaderNames.Accept, SipBodies.SdpType);
            return 415; // §8.2.3
        }

        if (kind == SipBodyKind.Malformed || Invite.Contact is null)
        {
            return 400; // §13.3.1 needs the one, §8.1.1.8 the other.
        }

        if (offer is null && !TakesSession(Invite))
        {
            return 406; // RFC 4475 §3.3.15: it wants our offer, and refuses the only form in which we could make it.
        }

        if (_session.IsTooSmall(Invite))
        {
            why = new SipHeader(SipHeaderNames.MinSE, _session.MinimumText);
            return 422;
        }

        return 0;
    }

    // §20.1: without Accept application/sdp is taken to be accepted; an empty one accepts nothing.
    private static bool TakesSession(SipRequest request)
    {
        bool any = !request.Headers.Contains(SipHeaderNames.Accept);
        foreach (string range in request.Headers.Values(SipHeaderNames.Accept))
        {
            any |= range.Split(';')[0].Trim().ToLowerInvariant() is SipBodies.SdpType or "application/*" or "*/*";
        }

        return any;
    }

    /// <summary>Sends 180 or another provisional response; reliably if the caller requires it, or supports it and we
    /// offer it.</summary>
    public void Ring(TimeSpan now, int status = 180)
    {
        if (State != SipCallState.Inviting || IsOutgoing || status is < 101 or > 199 || _ring is not null)
        {
            return;
        }

        SipResponse response = SipResponse.For(Invite, status, null, LocalTag);
        CopyRecordRoute(response);
        AddContact(response);
        bool required = Invite.Headers.HasToken(SipHeaderNames.Require, "100rel");
        bool supported = Invite.Headers.HasToken(SipHeaderNames.Supported, "100rel");
        if (required || (supported && _agent.Settings.ReliableProvisionals))
        {
            response.Headers.Set(SipHeaderNames.Require, "100rel");
            response.Headers.Set(SipHeaderNames.RSeq, (++_ringNumber).ToString(CultureInfo.InvariantCulture));
            _ring = response;
            _rangReliably = true;
            _ringInterval = _agent.Settings.Timers.T1;
            _ringResendAt = now + _ringInterval;
            _ringGiveUpAt = now + _agent.Settings.Timers.Give;
        }

        _agent.Respond(now, _incoming!, response);
        _agent.Touch(this);
    }

    /// <summary>Answers with 200 and our answer, or our offer if the INVITE had none.</summary>
    public void Answer(TimeSpan now, SdpSession session)
    {
        if (State != SipCallState.Inviting || IsOutgoing)
        {
            return;
        }

        State = SipCallState.Answered;
        (_ring, _ringResendAt, _ringGiveUpAt) = (null, null, null);
        SendOk(now, _incoming!, session, bringsAnswer: RemoteOffer is null);
    }

    /// <summary>Refuses with a status from 300 on, and perhaps a header that explains it.</summary>
    public void Reject(TimeSpan now, int status, SipHeader? why = null)
    {
        if (State != SipCallState.Inviting || IsOutgoing)
        {
            return;
        }

        _agent.Refuse(now, _incoming!, Math.Clamp(status, 300, 699), why, LocalTag);
        Finish(now, new SipCallEnd(SipEndCause.Rejected, status));
    }

    internal void ReceiveCancel(TimeSpan now, SipServerTransaction transaction, SipReason? reason)
    {
        if (transaction.IsAnswered)
        {
            return; // §9.2: too late; the caller has to send BYE.
        }

        _agent.Respond(now, transaction, SipResponse.For(transaction.Request, 487, null, LocalTag));
        if (ReferenceEquals(transaction, _pendingOffer))
        {
            _pendingOffer = null; // A re-INVITE: the call itself goes on.
        }
        else
        {
            Finish(now, new SipCallEnd(SipEndCause.RemoteCancel, 487, reason));
        }
    }

    internal void ReceiveAck(TimeSpan now, SipRequest ack)
    {
        if (_ok is not { } ok || ack.CSeq.Number != ok.Transaction.Request.CSeq.Number || _dialog!.Check(ack) != 0)
        {
            return;
        }

        (_ok, _okResendAt, _okGiveUpAt) = (null, null, null);
        if (_byeAfterAck)
        {
            _byeAfterAck = false;
            SendBye(now, _byeReason);
            return;
        }

        ForgetIfDone();
        if (State == SipCallState.Ended)
        {
            return;
        }

        SdpSession? answer = null;
        if (_ackBringsAnswer)
        {
            ReadSession(ack, out answer);
            if (answer is null)
            {
                SendBye(now, new SipReason("SIP", 488, "No session description"));
                Finish(now, new SipCallEnd(SipEndCause.BadAnswer));
                return;
            }

            _remoteSession = answer;
        }

        if (State == SipCallState.Answered)
        {
            State = SipCallState.Established;
            Events?.OnEstablished(now, this, answer);
        }
        else if (_ackBringsAnswer)
        {
            Events?.OnOfferResult(now, this, SipOfferOutcome.Accepted, 200, answer);
        }
    }

    private void ConfirmOk(TimeSpan now)
    {
        (_ok, _okResendAt, _okGiveUpAt) = (null, null, null);
        if (State == SipCallState.Answered)
        {
            State = SipCallState.Established;
            Events?.OnEstablished(now, this, null);
        }
    }

    // A 2xx to INVITE or re-INVITE, with our description.
    private void SendOk(TimeSpan now, SipServerTransaction transaction, SdpSession session, bool bringsAnswer)
    {
        SipResponse response = SipResponse.For(transaction.Request, 200, null, LocalTag);
        CopyRecordRoute(response);
        AddContact(response);
        _session.Answer(now, transaction.Request, response);
        AddSession(response, session);
        if (!bringsAnswer)
        {
            _remoteSession = ReadSession(transaction.Request, out SdpSession? offer) == SipBodyKind.Session
                ? offer : _remoteSession;
        }

        _ackBringsAnswer = bringsAnswer;
        _ok = (transaction, response);
        _okInterval = _agent.Settings.Timers.T1;
        _okResendAt = now + _okInterval;
        _okGiveUpAt = now + _agent.Settings.Timers.Give;
        _dialog!.Confirm();
        _agent.Respond(now, transaction, response);
        _agent.Touch(this);
    }

    private static void CopyRecordRoute(SipResponse response, SipRequest request)
    {
        foreach (string line in request.Headers.Lines(SipHeaderNames.RecordRoute))
        {
            response.Headers.Add(SipHeaderNames.RecordRoute, line);
        }
    }

    private void CopyRecordRoute(SipResponse response) => CopyRecordRoute(response, Invite); // §12.1.1

    private void AdvanceCalled(TimeSpan now)
    {
        if (_okGiveUpAt <= now)
        {
            // §13.3.1.4: no ACK in 64 T1: the session is ended with BYE.
            (_ok, _okResendAt, _okGiveUpAt) = (null, null, null);
            SendBye(now, _byeReason);
            Finish(now, new SipCallEnd(SipEndCause.NotAcknowledged));
        }
        else if (_okResendAt <= now && _ok is { } ok)
        {
            _okInterval = _agent.Settings.Timers.Next(_okInterval);
            _okResendAt = now + _okInterval;
            _agent.Respond(now, ok.Transaction, ok.Response);
        }

        if (_ringGiveUpAt <= now)
        {
            // RFC 3262 §3: no PRACK in 64 T1: the INVITE is refused with a 5xx.
            (_ring, _ringResendAt, _ringGiveUpAt) = (null, null, null);
            Reject(now, 504);
        }
        else if (_ringResendAt <= now && _ring is not null)
        {
            _ringInterval *= 2; // RFC 3262 §3: doubles without end.
            _ringResendAt = now + _ringInterval;
            _agent.Respond(now, _incoming!, _ring);
        }
    }
}
