// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Sip;

/// <summary>The peer's requests within the dialog.</summary>
public sealed partial class SipCall
{
    // The peer's re-INVITE or UPDATE whose offer (or want of one) lies with the host.
    private SipServerTransaction? _pendingOffer;

    internal void Receive(TimeSpan now, SipServerTransaction transaction)
    {
        SipRequest request = transaction.Request;
        int refused = _dialog?.Check(request) ?? 481;
        if (refused != 0)
        {
            _agent.Respond(now, transaction, refused, LocalTag);
            return;
        }

        switch (request.Method)
        {
            case SipMethods.Bye:
                _agent.Respond(now, transaction, 200, LocalTag);
                ReceiveBye(now, request);
                break;
            case SipMethods.Invite:
                ReceiveOffer(now, transaction);
                break;
            case SipMethods.Update:
                ReceiveOffer(now, transaction);
                break;
            case SipMethods.Prack:
                ReceivePrack(now, transaction);
                break;
            case SipMethods.Options:
                SipResponse abilities = SipResponse.For(request, 200, null, LocalTag);
                _agent.AddAbilities(abilities);
                _agent.Respond(now, transaction, abilities);
                break;
            default:
                ReceiveOther(now, transaction);
                break;
        }
    }

    private void ReceiveBye(TimeSpan now, SipRequest bye)
    {
        SipServerTransaction? unanswered = State == SipCallState.Inviting && !IsOutgoing ? _incoming : null;
        if (unanswered is { IsAnswered: false })
        {
            _agent.Respond(now, unanswered, SipResponse.For(unanswered.Request, 487, null, LocalTag)); // §15.1.2
        }

        if (IsOutgoing && State == SipCallState.Inviting && _invite is { IsOver: false })
        {
            _cancelWanted = false;
            Cancel(now);
        }

        (_ok, _okResendAt, _okGiveUpAt) = (null, null, null);
        Finish(now, new SipCallEnd(SipEndCause.RemoteHangUp, 0, ReasonOf(bye)));
        ForgetIfDone();
    }

    // What has no place in a fax call is answered and changes nothing (CVE-2014-6610 crashed on such a message).
    private void ReceiveOther(TimeSpan now, SipServerTransaction transaction)
    {
        switch (transaction.Request.Method)
        {
            case SipMethods.Info when !transaction.Request.Headers.Contains("Info-Package"):
                _agent.Respond(now, transaction, 200, LocalTag); // RFC 6086 §4.2.2: an INFO of the old kind.
                break;
            case SipMethods.Info:
                _agent.Respond(now, transaction, 469, LocalTag); // RFC 6086 §4.2.2: Bad Info Package.
                break;
            case SipMethods.Notify:
                // 481 would end the dialog for the peer (RFC 5057 §5.2); 489 refuses this request alone.
                _agent.Respond(now, transaction, 489, LocalTag);
                break;
            default:
                SipHeader allow = new(SipHeaderNames.Allow, SipMethods.Allowed);
                _agent.Refuse(now, transaction, 405, allow, LocalTag);
                break;
        }
    }

    private void ReceivePrack(TimeSpan now, SipServerTransaction transaction)
    {
        SipRequest prack = transaction.Request;
        bool ours = _rangReliably && SipRAck.TryParse(prack.Headers[SipHeaderNames.RAck], out SipRAck rack)
            && rack.RSeq == _ringNumber && rack.CSeq == Invite.CSeq;
        if (!ours)
        {
            _agent.Respond(now, transaction, 481, LocalTag); // RFC 3262 §3
            return;
        }

        (_ring, _ringResendAt, _ringGiveUpAt) = (null, null, null);
        _agent.Respond(now, transaction, 200, LocalTag);
    }

    // Re-INVITE or UPDATE: §14.2, RFC 3311 §5.2.
    private void ReceiveOffer(TimeSpan now, SipServerTransaction transaction)
    {
        SipRequest request = transaction.Request;
        bool isInvite = request.Method == SipMethods.Invite;
        SipBodyKind kind = ReadSession(request, out SdpSession? offer);
        int refused = State == SipCallState.Ended ? 481
            : kind == SipBodyKind.Unsupported ? 415
            : kind == SipBodyKind.Malformed ? 400
            : _session.IsTooSmall(request) ? 422
            : 0;
        if (refused != 0)
        {
            SipHeader? why = refused == 415 ? new SipHeader(SipHeaderNames.Accept, SipBodies.SdpType)
                : refused == 422 ? new SipHeader(SipHeaderNames.MinSE, _session.MinimumText) : null;
            _agent.Refuse(now, transaction, refused, why, LocalTag);
            return;
        }

        if (kind == SipBodyKind.None && !isInvite)
        {
            AcceptUpdate(now, transaction, null); // Only a refresh.
            return;
        }

        if (isInvite && _ok is not null && !_ackBringsAnswer)
        {
            ConfirmOk(now); // The peer can only send it once it has our 2xx: the ACK was lost or overtaken.
        }

        if (RefusesForGlare(now, transaction))
        {
            return;
        }

        _dialog!.RefreshTarget(request);
        NoteAbilities(request);
        if (offer is not null && IsRefresh(offer))
        {
            AcceptOffer(now, transaction, _localSession!, bringsAnswer: false);
            return;
        }

        _pendingOffer = transaction;
        Events?.OnOffer(now, this, offer);
    }

    // §14.2 and RFC 3311 §5.2: our own offer is under way: 491. Theirs is still unanswered: 500, come back in 0 to 10
    // s.
    private bool RefusesForGlare(TimeSpan now, SipServerTransaction transaction)
    {
        bool initialOpen = IsOutgoing ? State != SipCallState.Established : State == SipCallState.Inviting;
        bool oursOpen = _offer is { IsOver: false } || (IsOutgoing && initialOpen)
            || (_ok is not null && _ackBringsAnswer);
        bool theirsOpen = _pendingOffer is not null || (!IsOutgoing && initialOpen);
        if (oursOpen)
        {
            _agent.Respond(now, transaction, 491, LocalTag);
        }
        else if (theirsOpen)
        {
            string seconds = _agent.Random.Number(11).ToString(CultureInfo.InvariantCulture);
            _agent.Refuse(now, transaction, 500, new SipHeader(SipHeaderNames.RetryAfter, seconds), LocalTag);
        }

        return oursOpen || theirsOpen;
    }

    // The same description again, as RFC 3264 §8 marks by the o= line: a session refresh, which no host need be asked
    // about.
    private bool IsRefresh(SdpSession offer) => _localSession is not null && _remoteSession is not null
        && offer.Origin == _remoteSession.Origin
        && SdpWriter.ToArray(offer).AsSpan().SequenceEqual(SdpWriter.ToArray(_remoteSession));
}
