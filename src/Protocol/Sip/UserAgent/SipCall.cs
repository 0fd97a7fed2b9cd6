// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Sip;

/// <summary>One call: an INVITE, its dialog, the offers made in it and its end. Made by
/// <see cref="SipUserAgent"/>.</summary>
/// <remarks>Outgoing: SipCallCaller.cs. Incoming: SipCallCalled.cs. Re-INVITE, UPDATE and glare: SipCallOffers.cs. The
/// peer's requests within the dialog: SipCallRequests.cs.</remarks>
public sealed partial class SipCall : ISipTimed
{
    private readonly SipUserAgent _agent;
    private readonly SipAuthenticator _authenticator;
    private readonly SipSessionTimer _session;
    private readonly string? _contactUser;

    // Null until a response (caller) or the INVITE (called) has made it.
    private SipDialog? _dialog;
    private SipFlow _flow;

    // What was last agreed to be sent, by each side: a refresh repeats ours, and is known by theirs.
    private SdpSession? _localSession, _remoteSession;
    private bool _peerTakesUpdate;

    private SipCall(SipUserAgent agent, SipCredentials? credentials)
    {
        _agent = agent;
        _authenticator = new SipAuthenticator(credentials, agent.Random);
        _session = new SipSessionTimer(agent.Settings.SessionExpires, agent.Settings.MinSessionExpires);
    }

    /// <summary>True if we called.</summary>
    public bool IsOutgoing { get; private init; }

    /// <summary>Where it stands.</summary>
    public SipCallState State { get; private set; }

    /// <summary>The Call-ID. Not PHI, but it links records: log a hash.</summary>
    public string CallId { get; private init; } = "";

    /// <summary>Our tag.</summary>
    public string LocalTag { get; private init; } = "";

    /// <summary>The peer's From (incoming) or our To (outgoing). Names and numbers: never log it.</summary>
    public SipAddress RemoteAddress { get; private init; } = null!;

    /// <summary>The INVITE: ours as first sent or theirs as received. Its Request-URI holds the dialled
    /// number.</summary>
    public SipRequest Invite { get; private init; } = null!;

    /// <summary>The flow on which the call was set up.</summary>
    public SipFlow Flow => _flow;

    /// <summary>The peer's offer in its INVITE; null when it wants ours (late offer).</summary>
    public SdpSession? RemoteOffer { get; private set; }

    /// <summary>What the peer last sent as offer or answer that came into force; null before any.</summary>
    public SdpSession? RemoteSession => _remoteSession;

    /// <summary>Who hears of it. For an incoming call set within OnIncomingCall.</summary>
    public ISipCallEvents? Events { get; set; }

    /// <summary>How it ended; null while it lives.</summary>
    public SipCallEnd? End { get; private set; }

    /// <inheritdoc/>
    public TimeSpan? NextDeadline
    {
        get
        {
            TimeSpan? next = Earlier(_session.RefreshAt, _session.ExpiresAt);
            next = Earlier(next, Earlier(_okResendAt, _okGiveUpAt));
            next = Earlier(next, Earlier(_ringResendAt, _ringGiveUpAt));
            next = Earlier(next, Earlier(_offerRetryAt, _offerGiveUpAt));
            return Earlier(next, _cancelGiveUpAt);
        }
    }

    /// <inheritdoc/>
    public void Advance(TimeSpan now)
    {
        AdvanceCaller(now);
        AdvanceCalled(now);
        AdvanceOffers(now);
        if (_session.ExpiresAt <= now && State == SipCallState.Established)
        {
            SendBye(now, new SipReason("SIP", 408, "Session expired")); // RFC 4028 §10.
            Finish(now, new SipCallEnd(SipEndCause.SessionExpired));
        }
        else if (_session.RefreshAt <= now && State == SipCallState.Established)
        {
            Refresh(now);
        }
    }

    /// <summary>Ends the call in whatever way its state asks: CANCEL, a refusal with 480, or BYE. OnEnded follows at
    /// once; what is left of the signalling is seen to.</summary>
    public void HangUp(TimeSpan now, SipReason? reason = null)
    {
        switch (State)
        {
            case SipCallState.Ended:
                return;
            case SipCallState.Inviting when IsOutgoing:
                Cancel(now);
                Finish(now, new SipCallEnd(SipEndCause.LocalCancel));
                break;
            case SipCallState.Inviting:
                Reject(now, 480);
                return;
            case SipCallState.Answered when !IsOutgoing:
                // §15: the called side may not send BYE before the ACK has come, or is given up.
                _byeAfterAck = true;
                _byeReason = reason;
                Finish(now, new SipCallEnd(SipEndCause.LocalHangUp));
                break;
            default:
                if (State == SipCallState.Answered)
                {
                    SendAck(now, null); // Our answer was still awaited; the 2xx is acknowledged all the same.
                }

                SendBye(now, reason);
                Finish(now, new SipCallEnd(SipEndCause.LocalHangUp));
                break;
        }

        _agent.Touch(this);
    }

    internal static SipReason? ReasonOf(SipMessage message)
    {
        // Q.850 tells more than SIP where both are given (RFC 3326 §2).
        SipReason? found = null;
        foreach (string value in message.Headers.Values(SipHeaderNames.Reason))
        {
            bool parsed = SipReason.TryParse(value, out SipReason? reason);
            found = parsed && (found is null || reason!.Protocol == "Q.850") ? reason : found;
        }

        return found;
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;

    private SipBodyKind ReadSession(SipMessage message, out SdpSession? session) =>
        SipBodies.Read(message, _agent.Settings.SdpLimits, out session);

    // Sets state and timers to the end, and tells the host once.
    private void Finish(TimeSpan now, SipCallEnd end)
    {
        if (State == SipCallState.Ended)
        {
            return;
        }

        State = SipCallState.Ended;
        End = end;
        _session.Stop();
        _offerRetryAt = _ringResendAt = _ringGiveUpAt = null;
        _sentOffer = null;
        if (_pendingOffer is { IsAnswered: false } pending)
        {
            _agent.Respond(now, pending, SipResponse.For(pending.Request, 487, null, LocalTag)); // §15.1.2
        }

        _pendingOffer = null;
        _lateOffer = null;
        _offerGiveUpAt = _offer is { IsOver: false } ? now + _agent.Settings.Timers.Give : null;
        if (!IsLingering)
        {
            _agent.Forget(this);
        }

        Events?.OnEnded(now, this, end);
    }

    // Something of the signalling still has to happen on this dialog.
    private bool IsLingering => _okGiveUpAt is not null || (IsOutgoing && _invite is { IsOver: false }) || _byeUnderWay
        || _offerGiveUpAt is not null;

    private void ForgetIfDone()
    {
        if (State == SipCallState.Ended && !IsLingering)
        {
            _agent.Forget(this);
        }
    }

    private bool _byeUnderWay;

    private void SendBye(TimeSpan now, SipReason? reason)
    {
        SipRequest bye = _dialog!.CreateRequest(SipMethods.Bye);
        if (reason is not null)
        {
            bye.Headers.Add(SipHeaderNames.Reason, reason.ToString());
        }

        // The dialog is over with the sending of BYE, whatever is answered (§15.1.1); only credentials are worth
        // another try.
        _byeUnderWay = true;
        Exchange(now, bye, (_, exchange, _) =>
        {
            if (exchange.IsOver)
            {
                _byeUnderWay = false;
                ForgetIfDone();
            }
        });
    }

    private SipExchange Exchange(TimeSpan now, SipRequest request, Action<TimeSpan, SipExchange, SipResponse> responded)
    {
        SipDialog dialog = _dialog!;
        request.Headers.Set(SipHeaderNames.UserAgent, _agent.Settings.Product);
        SipFlow flow = _agent.Route(dialog.NextHop, _flow);
        SipExchange exchange = new(_agent, request, flow, _authenticator, NextNumber, responded);
        exchange.Start(now);
        return exchange;

        uint NextNumber()
        {
            dialog.NoteSent(dialog.LocalNumber + 1);
            return dialog.LocalNumber;
        }
    }

    private void AddSession(SipMessage message, SdpSession session)
    {
        _localSession = session;
        message.SetBody(SipBodies.SdpType, SdpWriter.ToArray(session));
    }

    private void AddContact(SipMessage message)
    {
        message.Headers.Set(SipHeaderNames.Contact, _agent.ContactFor(_flow, _contactUser));
        _agent.AddAbilities(message);
    }

    private void NoteAbilities(SipMessage message)
    {
        if (message.Headers.Contains(SipHeaderNames.Allow))
        {
            _peerTakesUpdate = message.Headers.HasToken(SipHeaderNames.Allow, SipMethods.Update);
        }
    }
}
