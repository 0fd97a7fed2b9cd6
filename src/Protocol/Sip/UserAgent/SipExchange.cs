// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>One request and its responses, with credentials if they are asked for: each try is a transaction of its
/// own with the next CSeq (RFC 3261 §22.2). Timeouts and transport failures come back as 408 and 503
/// (§8.1.3.1).</summary>
internal sealed class SipExchange : ISipClientUser
{
    private readonly SipUserAgent _agent;
    private readonly SipAuthenticator _authenticator;
    private readonly Func<uint> _nextNumber;
    private readonly Action<TimeSpan, SipExchange, SipResponse> _responded;
    private SipClientTransaction? _transaction;

    public SipExchange(
        SipUserAgent agent,
        SipRequest request,
        SipFlow flow,
        SipAuthenticator authenticator,
        Func<uint> nextNumber,
        Action<TimeSpan, SipExchange, SipResponse> responded)
    {
        (_agent, _authenticator, _nextNumber, _responded) = (agent, authenticator, nextNumber, responded);
        Request = request;
        Flow = flow;
    }

    /// <summary>The request as last sent.</summary>
    public SipRequest Request { get; private set; }

    /// <summary>Where it goes.</summary>
    public SipFlow Flow { get; }

    /// <summary>True once a final response has come.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The final response was made here: nobody answered.</summary>
    public bool FailedHere { get; private set; }

    /// <summary>A provisional response to the last try has come: CANCEL may be sent (§9.1).</summary>
    public bool IsProceeding { get; private set; }

    /// <summary>Set to send it no more, whatever is asked for: the call has been cancelled.</summary>
    public bool IsLastTry { get; set; }

    /// <summary>Sends it.</summary>
    public void Start(TimeSpan now)
    {
        IsProceeding = false;
        _authenticator.Apply(Request);
        _agent.AddVia(Request, Flow);
        _transaction = _agent.Begin(now, Request, Flow, this);
    }

    /// <summary>Waits no longer.</summary>
    public void Abandon()
    {
        IsOver = true;
        if (_transaction is not null)
        {
            _agent.Abandon(_transaction);
        }
    }

    /// <summary>Sends it again with the next CSeq, changed by <paramref name="change"/>.</summary>
    public void Again(TimeSpan now, Action<SipRequest> change)
    {
        SipRequest next = Request.Copy();
        next.Headers.Remove(SipHeaderNames.Via);
        next.Headers.Set(SipHeaderNames.CSeq, new SipCSeq(_nextNumber(), next.Method).ToString());
        change(next);
        Request = next;
        IsOver = false;
        Start(now);
    }

    void ISipClientUser.OnResponse(TimeSpan now, SipClientTransaction transaction, SipResponse response)
    {
        if (transaction.Request != Request)
        {
            return; // An earlier try, long over.
        }

        if (response.IsProvisional)
        {
            IsProceeding = true;
        }
        else if (response.StatusCode is 401 or 407 && !IsLastTry && _authenticator.Learn(response, Request))
        {
            Again(now, static _ => { });
            return;
        }
        else
        {
            IsOver = true;
        }

        if (response.IsSuccess)
        {
            _authenticator.Accepted();
        }

        _responded(now, this, response);
    }

    void ISipClientUser.OnFailure(TimeSpan now, SipClientTransaction transaction, bool transportFailed)
    {
        if (transaction.Request == Request && !IsOver)
        {
            IsOver = FailedHere = true;
            _responded(now, this, SipResponse.For(Request, transportFailed ? 503 : 408));
        }
    }
}
