// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>States of both client transactions (RFC 3261 Figures 5 and 6, RFC 6026 Figure 1).</summary>
public enum SipClientState
{
    /// <summary>INVITE: Calling. Others: Trying.</summary>
    Calling,
    Proceeding,
    /// <summary>INVITE after a 2xx: its retransmissions go up to the user (RFC 6026 §7.2).</summary>
    Accepted,
    Completed,
    Terminated,
}

/// <summary>Who asked for a client transaction.</summary>
public interface ISipClientUser
{
    /// <summary>A response; a 2xx to INVITE comes again with each retransmission.</summary>
    void OnResponse(TimeSpan now, SipClientTransaction transaction, SipResponse response);

    /// <summary>No final response: the timer ran out or the transport failed.</summary>
    void OnFailure(TimeSpan now, SipClientTransaction transaction, bool transportFailed);
}

/// <summary>A client transaction, INVITE (RFC 3261 §17.1.1 with RFC 6026 §8.4) or other (§17.1.2).</summary>
public sealed class SipClientTransaction : ISipTimed
{
    private readonly ISipTransportLayer _transport;
    private readonly ISipClientUser _user;
    private readonly SipTimers _timers;
    private readonly bool _isInvite;
    private SipRequest? _ack;
    private TimeSpan _interval;
    private TimeSpan? _resendAt, _endAt;

    /// <summary>Sends the request, whose top Via must already be ours.</summary>
    public SipClientTransaction(
        TimeSpan now,
        SipRequest request,
        SipFlow flow,
        ISipTransportLayer transport,
        SipTimers timers,
        ISipClientUser user)
    {
        (_transport, _timers, _user) = (transport, timers, user);
        Request = request;
        Flow = flow;
        _isInvite = request.Method == SipMethods.Invite;
        Key = KeyOf(request);
        _interval = timers.T1;
        _resendAt = flow.IsReliable ? null : now + _interval; // Timer A or E.
        _endAt = now + timers.Give; // Timer B or F.
        transport.Send(now, request, flow);
    }

    /// <summary>As sent.</summary>
    public SipRequest Request { get; }

    /// <summary>Where it was sent.</summary>
    public SipFlow Flow { get; }

    /// <summary>Where it stands.</summary>
    public SipClientState State { get; private set; }

    /// <summary>What the responses that belong to it have in common (§17.1.3).</summary>
    public string Key { get; }

    /// <inheritdoc/>
    public TimeSpan? NextDeadline =>
        State == SipClientState.Terminated ? null : _resendAt < _endAt ? _resendAt : _endAt;

    /// <summary>The key of a response's transaction: branch and CSeq method (§17.1.3).</summary>
    public static string KeyOf(SipMessage message) => $"{message.TopVia?.Branch} {message.CSeq.Method}";

    /// <summary>A response with this key has arrived.</summary>
    public void Receive(TimeSpan now, SipResponse response)
    {
        switch (State)
        {
            case SipClientState.Calling or SipClientState.Proceeding when response.IsProvisional:
                Proceed(now);
                _user.OnResponse(now, this, response);
                break;
            case SipClientState.Calling or SipClientState.Proceeding:
                Complete(now, response);
                _user.OnResponse(now, this, response);
                break;
            case SipClientState.Accepted when response.IsSuccess:
                _user.OnResponse(now, this, response);
                break;
            case SipClientState.Completed when _ack is not null && response.StatusCode >= 300:
                _transport.Send(now, _ack, Flow); // §17.1.1.2: each retransmission of the final response is confirmed.
                break;
            default:
                break;
        }
    }

    /// <summary>The transport could not send it, or the connection went.</summary>
    public void TransportFailed(TimeSpan now)
    {
        bool waiting = State is SipClientState.Calling or SipClientState.Proceeding;
        State = SipClientState.Terminated;
        if (waiting)
        {
            _user.OnFailure(now, this, transportFailed: true);
        }
    }

    /// <summary>Nobody waits for it any more; whatever still comes is dropped.</summary>
    public void Abandon() => State = SipClientState.Terminated;

    /// <inheritdoc/>
    public void Advance(TimeSpan now)
    {
        if (State != SipClientState.Terminated && _endAt <= now)
        {
            bool waiting = State is SipClientState.Calling or SipClientState.Proceeding;
            State = SipClientState.Terminated;
            if (waiting)
            {
                _user.OnFailure(now, this, transportFailed: false);
            }
        }
        else if (State is SipClientState.Calling or SipClientState.Proceeding && _resendAt <= now)
        {
            // §17.1.1.2: Timer A doubles without end. §17.1.2.2: Timer E doubles up to T2, and is T2 once a 1xx came.
            _interval = _isInvite ? 2 * _interval
                : State == SipClientState.Proceeding ? _timers.T2 : _timers.Next(_interval);
            _resendAt = now + _interval;
            _transport.Send(now, Request, Flow);
        }
    }

    private void Proceed(TimeSpan now)
    {
        bool first = State == SipClientState.Calling;
        State = SipClientState.Proceeding;
        if (_isInvite)
        {
            // §17.1.1.2: a 1xx stops Timers A and B; how long it may ring is the user's to say.
            _resendAt = _endAt = null;
        }
        else if (first && _resendAt is not null)
        {
            _resendAt = now + _timers.T2;
        }
    }

    private void Complete(TimeSpan now, SipResponse response)
    {
        _resendAt = null;
        if (!_isInvite)
        {
            State = SipClientState.Completed;
            _endAt = now + (Flow.IsReliable ? TimeSpan.Zero : _timers.T4); // Timer K.
        }
        else if (response.IsSuccess)
        {
            State = SipClientState.Accepted;
            _endAt = now + _timers.Give; // Timer M.
        }
        else
        {
            State = SipClientState.Completed;
            _endAt = now + (Flow.IsReliable ? TimeSpan.Zero : _timers.D); // Timer D.
            _ack = BuildAck(response);
            _transport.Send(now, _ack, Flow);
        }
    }

    // §17.1.1.3: the ACK of a refusal belongs to the transaction: same branch, Request-URI and Route, the response's
    // To.
    private SipRequest BuildAck(SipResponse response)
    {
        SipRequest ack = new(SipMethods.Ack, Request.RequestUri);
        ack.Headers.Add(SipHeaderNames.Via, Request.TopVia?.ToString() ?? "");
        foreach (string route in Request.Headers.Lines(SipHeaderNames.Route))
        {
            ack.Headers.Add(SipHeaderNames.Route, route);
        }

        ack.Headers.Add(SipHeaderNames.MaxForwards, "70");
        ack.Headers.Add(SipHeaderNames.From, Request.Headers[SipHeaderNames.From] ?? "");
        ack.Headers.Add(SipHeaderNames.To, response.Headers[SipHeaderNames.To] ?? "");
        ack.Headers.Add(SipHeaderNames.CallId, Request.CallId);
        ack.Headers.Add(SipHeaderNames.CSeq, new SipCSeq(Request.CSeq.Number, SipMethods.Ack).ToString());
        return ack;
    }
}
