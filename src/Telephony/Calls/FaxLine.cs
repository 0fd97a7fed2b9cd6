// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;

namespace Hermetic.Telephony.Calls;

/// <summary>T.30 over T.38 in one call. Times are the call's own, from its INVITE on.</summary>
internal sealed class FaxLine
{
    private readonly T30Session _session;

    // What the session said of itself, and how much it had been told by then (−1: to be asked again). Most packets are
    // none of its business, and what they need not touch they need not fetch into the cache.
    private TimeSpan? _sessionDue;
    private bool _isEnded;
    private bool _isReceived;
    private int _toldThen = -1;

    public FaxLine(CallPlan plan, T30Settings t30, T38Settings t38, CallMedia media)
    {
        Terminal = new T38Terminal(t38, media, plan.T38Observer);
        _session = new T30Session(t30, plan.Role, Terminal, plan.Pages, plan.Sink, plan.T30Observer);
        Terminal.Attach(_session);
    }

    public T38Terminal Terminal { get; }

    public bool IsEnded
    {
        get
        {
            Ask();
            return _isEnded;
        }
    }

    /// <summary>Every page is confirmed, and only the goodbye is left.</summary>
    public bool IsReceived
    {
        get
        {
            Ask();
            return _isReceived;
        }
    }

    public T30Result Result => _session.Result;

    public TimeSpan? NextDeadline
    {
        get
        {
            Ask();
            TimeSpan? terminal = Terminal.NextDeadline;
            return terminal is null || _sessionDue < terminal ? _sessionDue : terminal;
        }
    }

    public void Start(TimeSpan now)
    {
        _toldThen = -1;
        _session.Start(now);
    }

    public void Advance(TimeSpan now)
    {
        Terminal.Advance(now);
        if (_toldThen != Terminal.Told || _sessionDue <= now)
        {
            _toldThen = -1;
            _session.Advance(now);
        }
    }

    public void Confirm(TimeSpan now, PageVerdict verdict)
    {
        _toldThen = -1;
        _session.ConfirmPage(now, verdict);
    }

    public void Abort(TimeSpan now, T30EndReason reason)
    {
        _toldThen = -1;
        _session.Abort(now, reason);
    }

    public void LineLost(TimeSpan now)
    {
        _toldThen = -1;
        _session.LineLost(now);
    }

    private void Ask()
    {
        if (_toldThen != Terminal.Told)
        {
            _toldThen = Terminal.Told;
            _sessionDue = _session.NextDeadline;
            _isEnded = _session.IsEnded;
            _isReceived = _session.IsReceived;
        }
    }
}
