// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;
using Hermetic.Protocol.Sip;

namespace Hermetic.Telephony.Calls;

/// <summary>Placing, answering, and what SIP tells of the call.</summary>
internal sealed partial class FaxCall : ISipCallEvents
{
    /// <summary>Places the call.</summary>
    public void Place(TimeSpan now, SipCallRequest request)
    {
        _address = _line.MediaAddressFor(request.Flow);
        if (!TryOffer(MediaTerms.WishOf(_plan.Trunk.FirstOffer), out SdpSession? offer))
        {
            End(now, CallEnd.NoPort);
            return;
        }

        _plan.OnProgress?.Invoke(CallProgress.Placed);
        _sip = _line.Agent.Invite(now, request with { Offer = offer }, this);
        Schedule(now);
    }

    /// <summary>Answers an incoming call that the host took.</summary>
    public void Answer(TimeSpan now, SipCall sip)
    {
        _sip = sip;
        sip.Events = this;
        _address = _line.MediaAddressFor(sip.Flow);
        if (sip.RemoteOffer is not { } offer)
        {
            // A late offer: ours goes with the 200, the answer comes with the ACK.
            if (TryOffer(MediaTerms.WishOf(_plan.Trunk.FirstOffer), out SdpSession? ours))
            {
                sip.Answer(now, ours!);
            }
            else
            {
                Refuse(now, 503, CallEnd.NoPort);
            }

            Schedule(now);
            return;
        }

        SdpWish wish = MediaTerms.OffersT38(offer) ? SdpWish.Image : SdpWish.Audio;
        if (LocalEnd(wish) is not { } local)
        {
            Refuse(now, 503, CallEnd.NoPort);
        }
        else if (_negotiator.Answer(offer, local, wish, out SdpAgreement agreement) is { } answer)
        {
            sip.Answer(now, answer);
            Answered(now);
            Apply(now, agreement);
        }
        else
        {
            Refuse(now, 488, CallEnd.AllDeclined with { Reason = "the caller offered neither G.711 nor T.38" });
        }

        Schedule(now);
    }

    void ISipCallEvents.OnProvisional(TimeSpan now, SipCall call, int status, SdpSession? answer) =>
        _plan.OnProgress?.Invoke(CallProgress.Ringing);

    void ISipCallEvents.OnEstablished(TimeSpan now, SipCall call, SdpSession? answer)
    {
        Answered(now);
        if (_offered is { } offered && answer is not null)
        {
            _offered = null;
            Apply(now, _negotiator.Accept(offered.Offer, answer, offered.Local));
        }

        Schedule(now);
    }

    void ISipCallEvents.OnOffer(TimeSpan now, SipCall call, SdpSession? offer)
    {
        if (offer is null)
        {
            // A re-INVITE without a description: it gets what is in force.
            if (TryOffer(_fax is null ? SdpWish.Audio : SdpWish.Image, out SdpSession? ours))
            {
                call.AnswerOffer(now, ours!);
            }
            else
            {
                call.RefuseOffer(now, 503);
            }
        }
        else
        {
            TakeOffer(now, call, offer);
        }

        Schedule(now);
    }

    void ISipCallEvents.OnOfferResult(TimeSpan now, SipCall call, SipOfferOutcome outcome, int status,
        SdpSession? answer)
    {
        (SdpSession Offer, SdpLocalEnd Local)? offered = _offered;
        _offered = null;
        switch (outcome)
        {
            case SipOfferOutcome.Accepted when offered is { } ours && answer is not null:
                SdpAgreement? agreement = _negotiator.Accept(ours.Offer, answer, ours.Local);
                if (_fax is null && agreement is { Image: null })
                {
                    Refused(now, status);
                }
                else
                {
                    Apply(now, agreement);
                }

                break;
            case SipOfferOutcome.Refused when _fax is null:
                Refused(now, status);
                break;
            case SipOfferOutcome.BadAnswer:
                End(now, CallEnd.Of(new SipCallEnd(SipEndCause.BadAnswer)));
                break;
            default:
                break;
        }

        Schedule(now);
    }

    void ISipCallEvents.OnEnded(TimeSpan now, SipCall call, SipCallEnd end)
    {
        _sip ??= call;
        Over(now, end);
    }

    // Accepts T.38 whenever it is offered; audio only while no fax runs.
    private void TakeOffer(TimeSpan now, SipCall call, SdpSession offer)
    {
        SdpWish wish = MediaTerms.OffersT38(offer) ? SdpWish.Image : SdpWish.Audio;
        bool refuse = wish == SdpWish.Audio && _fax is not null;
        if (!refuse && LocalEnd(wish) is { } local
            && _negotiator.Answer(offer, local, wish, out SdpAgreement agreement) is { } answer)
        {
            _offered = null;
            call.AnswerOffer(now, answer);
            Apply(now, agreement);
        }
        else
        {
            call.RefuseOffer(now, 488);
        }
    }

    // RFC 3261 §13.3.1.3: a final refusal of the INVITE.
    private void Refuse(TimeSpan now, int status, CallEnd end)
    {
        _end ??= end;
        _sip!.Reject(now, status);
    }

    private SdpLocalEnd? LocalEnd(SdpWish wish) => MediaTerms.LocalEnd(_plan.Trunk.T38, _address, _media, wish);

    private bool TryOffer(SdpWish wish, out SdpSession? offer)
    {
        offer = null;
        if (LocalEnd(wish) is not { } local)
        {
            return false;
        }

        offer = _negotiator.Offer(local, wish);
        _offered = (offer, local);
        return true;
    }
}
