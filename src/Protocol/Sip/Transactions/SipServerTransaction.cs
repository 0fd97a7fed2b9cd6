// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>States of both server transactions (RFC 3261 Figures 7 and 8, RFC 6026 Figure 2).</summary>
public enum SipServerState
{
    /// <summary>Other than INVITE, before any response.</summary>
    Trying,
    Proceeding,
    /// <summary>INVITE after a 2xx: the user core repeats it until the ACK; this only absorbs the request (RFC 6026
    /// §7.1).</summary>
    Accepted,
    Completed,
    Confirmed,
    Terminated,
}

/// <summary>A server transaction, INVITE (RFC 3261 §17.2.1 with RFC 6026 §8.5, §8.7) or other (§17.2.2).</summary>
public sealed class SipServerTransaction : ISipTimed
{
    private readonly ISipTransportLayer _transport;
    private readonly SipTimers _timers;
    private readonly bool _isInvite;
    private SipResponse? _last;
    private TimeSpan _interval;
    private TimeSpan? _resendAt, _endAt;

    /// <summary>Takes the request; its top Via must already note where it came from.</summary>
    public SipServerTransaction(
        TimeSpan now, SipRequest request, SipFlow source, ISipTransportLayer transport, SipTimers timers)
    {
        (_transport, _timers) = (transport, timers);
        Request = request;
        Source = source;
        ResponseFlow = source.ForResponse(request);
        _isInvite = request.Method == SipMethods.Invite;
        Key = KeyOf(request);
        State = _isInvite ? SipServerState.Proceeding : SipServerState.Trying;
        _resendAt = _isInvite ? now + timers.Trying : null;
    }

    /// <summary>As received.</summary>
    public SipRequest Request { get; }

    /// <summary>Where it came from.</summary>
    public SipFlow Source { get; }

    /// <summary>Where responses go.</summary>
    public SipFlow ResponseFlow { get; }

    /// <summary>Where it stands.</summary>
    public SipServerState State { get; private set; }

    /// <summary>True once a final response has been given.</summary>
    public bool IsAnswered => State is not (SipServerState.Trying or SipServerState.Proceeding);

    /// <summary>What a retransmission, the ACK of a refusal and (but for the method) a CANCEL have in common.</summary>
    public string Key { get; }

    /// <summary>Nobody acknowledged the refusal (Timer H); for the statistics of the host.</summary>
    public bool WasNeverAcknowledged { get; private set; }

    /// <inheritdoc/>
    public TimeSpan? NextDeadline => State == SipServerState.Terminated ? null
        : _endAt is null || _resendAt < _endAt ? _resendAt : _endAt;

    /// <summary>§17.2.3: branch, sent-by and method, ACK as INVITE. Without the magic cookie the RFC 2543 rule:
    /// Request-URI, From tag, Call-ID, CSeq number and top Via (the To tag is left out: an ACK has ours, its INVITE
    /// had none).</summary>
    public static string KeyOf(SipRequest request, string? asMethod = null)
    {
        string method = asMethod ?? (request.Method == SipMethods.Ack ? SipMethods.Invite : request.Method);
        SipVia? via = request.TopVia;
        return via is { HasMagicBranch: true }
            ? $"{via.Branch} {via.Host.ToLowerInvariant()}:{via.Port} {method}"
            : $"{request.RequestUri} {request.From?.Tag} {request.CallId} {request.CSeq.Number} {via} {method}";
    }

    /// <summary>The request again, or the ACK of a refusal.</summary>
    public void Receive(TimeSpan now, SipRequest request)
    {
        if (request.Method == SipMethods.Ack)
        {
            if (State == SipServerState.Completed)
            {
                State = SipServerState.Confirmed;
                _resendAt = null;
                _endAt = now + (Source.IsReliable ? TimeSpan.Zero : _timers.T4); // Timer I.
            }
        }
        else if (State is SipServerState.Proceeding or SipServerState.Completed && _last is not null)
        {
            _transport.Send(now, _last, ResponseFlow);
        }
        else if (_isInvite && State == SipServerState.Proceeding)
        {
            SendTrying(now);
        }
    }

    /// <summary>Sends a response of the user's. After a final one, further ones are ignored, but that a 2xx to INVITE
    /// may be repeated by its user until the ACK comes (RFC 6026 §8.7).</summary>
    public void Respond(TimeSpan now, SipResponse response)
    {
        bool repeated = State == SipServerState.Accepted && response.IsSuccess;
        if (IsAnswered && !repeated)
        {
            return;
        }

        _transport.Send(now, response, ResponseFlow);
        if (repeated)
        {
            return;
        }

        _last = response;
        _resendAt = null;
        if (response.IsProvisional)
        {
            State = SipServerState.Proceeding;
        }
        else if (!_isInvite)
        {
            State = SipServerState.Completed;
            _endAt = now + (Source.IsReliable ? TimeSpan.Zero : _timers.Give); // Timer J.
        }
        else if (response.IsSuccess)
        {
            State = SipServerState.Accepted;
            _endAt = now + _timers.Give; // Timer L.
        }
        else
        {
            State = SipServerState.Completed;
            _interval = _timers.T1;
            _resendAt = Source.IsReliable ? null : now + _interval; // Timer G.
            _endAt = now + _timers.Give; // Timer H.
        }
    }

    /// <inheritdoc/>
    public void Advance(TimeSpan now)
    {
        if (State == SipServerState.Terminated)
        {
            return;
        }

        if (_endAt <= now)
        {
            WasNeverAcknowledged = _isInvite && State == SipServerState.Completed;
            State = SipServerState.Terminated;
        }
        else if (_resendAt <= now && State == SipServerState.Proceeding)
        {
            SendTrying(now);
        }
        else if (_resendAt <= now && State == SipServerState.Completed && _last is not null)
        {
            _interval = _timers.Next(_interval);
            _resendAt = now + _interval;
            _transport.Send(now, _last, ResponseFlow);
        }
    }

    private void SendTrying(TimeSpan now)
    {
        _resendAt = null;
        _last = SipResponse.For(Request, 100);
        _transport.Send(now, _last, ResponseFlow);
    }
}
