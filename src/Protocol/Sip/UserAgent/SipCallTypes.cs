// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Sip;

/// <summary>A call to make.</summary>
/// <param name="Target">Request-URI and To.</param>
/// <param name="From">Who calls; the tag is added.</param>
/// <param name="Flow">Where the INVITE goes: the trunk, its proxy, or the peer.</param>
public sealed record SipCallRequest(SipUri Target, SipAddress From, SipFlow Flow)
{
    /// <summary>For 401 and 407; null when there are none.</summary>
    public SipCredentials? Credentials { get; init; }

    /// <summary>Route headers, an outbound proxy's.</summary>
    public IReadOnlyList<SipAddress> Routes { get; init; } = [];

    /// <summary>Further headers of the INVITE.</summary>
    public IReadOnlyList<SipHeader> Headers { get; init; } = [];

    /// <summary>The offer; null for a late one, which the answer to OnOffer then closes.</summary>
    public SdpSession? Offer { get; init; }
}

/// <summary>Where a call stands.</summary>
public enum SipCallState
{
    /// <summary>Outgoing: INVITE sent. Incoming: not yet answered.</summary>
    Inviting,
    /// <summary>Incoming: 2xx sent, ACK awaited. Outgoing: 2xx with the peer's offer came, our answer
    /// awaited.</summary>
    Answered,
    /// <summary>2xx and ACK exchanged.</summary>
    Established,
    /// <summary>Over.</summary>
    Ended,
}

/// <summary>Why a call ended.</summary>
public enum SipEndCause
{
    /// <summary>We sent BYE.</summary>
    LocalHangUp,
    /// <summary>The peer sent BYE.</summary>
    RemoteHangUp,
    /// <summary>Outgoing: we cancelled it. </summary>
    LocalCancel,
    /// <summary>Incoming: the caller cancelled it before we answered.</summary>
    RemoteCancel,
    /// <summary>Outgoing: the peer refused it; the status says how.</summary>
    Refused,
    /// <summary>Incoming: we refused it.</summary>
    Rejected,
    /// <summary>No answer to INVITE in 64 T1, or to a request within the dialog.</summary>
    TimedOut,
    /// <summary>The transport failed.</summary>
    TransportFailed,
    /// <summary>Incoming: no ACK to our 2xx in 64 T1.</summary>
    NotAcknowledged,
    /// <summary>The session timer ran out (RFC 4028 §10).</summary>
    SessionExpired,
    /// <summary>The peer's 2xx or ACK had no session description that could be read, where one was due.</summary>
    BadAnswer,
    /// <summary>The peer no longer knows the dialog (481).</summary>
    DialogLost,
}

/// <summary>How a call ended.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Status">The final SIP status, where there was one; else 0.</param>
/// <param name="Reason">The peer's Reason header, if it gave one.</param>
/// <param name="RetryAfterSeconds">The peer's Retry-After; null when it gave none.</param>
public sealed record SipCallEnd(
    SipEndCause Cause, int Status = 0, SipReason? Reason = null, uint? RetryAfterSeconds = null);

/// <summary>What became of an offer of ours within a call.</summary>
public enum SipOfferOutcome
{
    /// <summary>2xx with an answer (in it, media may still be declined).</summary>
    Accepted,
    /// <summary>Refused with the status, 488 above all. The session stays as it was.</summary>
    Refused,
    /// <summary>After a 491 the peer's own offer came first and was accepted: ours was dropped.</summary>
    Superseded,
    /// <summary>Accepted, but with no answer that could be read.</summary>
    BadAnswer,
}

/// <summary>What happens in a call. All calls come from the user agent's Receive, Advance or the methods of
/// <see cref="SipCall"/>, on the same thread.</summary>
public interface ISipCallEvents
{
    /// <summary>Outgoing: a provisional response other than 100. The session is there if it carried an early
    /// answer.</summary>
    void OnProvisional(TimeSpan now, SipCall call, int status, SdpSession? answer);

    /// <summary>Outgoing: 2xx (with the answer to our offer) and ACK sent. Incoming: the ACK came (with the answer, if
    /// the offer was in our 2xx).</summary>
    void OnEstablished(TimeSpan now, SipCall call, SdpSession? answer);

    /// <summary>The peer offers: answer now or later with AnswerOffer or RefuseOffer. Null asks us for an offer
    /// (re-INVITE without one): give it with AnswerOffer; its answer comes with OnOfferResult. A refresh that changes
    /// nothing is answered without asking.</summary>
    void OnOffer(TimeSpan now, SipCall call, SdpSession? offer);

    /// <summary>What became of the offer sent with SendOffer. Refused leaves the call alive.</summary>
    void OnOfferResult(TimeSpan now, SipCall call, SipOfferOutcome outcome, int status, SdpSession? answer);

    /// <summary>The last event of a call.</summary>
    void OnEnded(TimeSpan now, SipCall call, SipCallEnd end);
}

/// <summary>What reaches a user agent from outside any call.</summary>
public interface ISipUserAgentEvents
{
    /// <summary>An INVITE that is in order. Set <see cref="SipCall.Events"/>, then Ring, Answer or Reject, now or
    /// later.</summary>
    void OnIncomingCall(TimeSpan now, SipCall call);
}
