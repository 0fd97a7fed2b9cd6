// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;

namespace Hermetic.Telephony.Calls;

/// <summary>T.30 over T.38 in one call. Times are the call's own, from its INVITE on.</summary>
internal sealed class FaxLine
{
    private readonly T30Session _session;

    public FaxLine(CallPlan plan, T30Settings t30, T38Settings t38, CallMedia media)
    {
        Terminal = new T38Terminal(t38, media, plan.T38Observer);
        _session = new T30Session(t30, plan.Role, Terminal, plan.Pages, plan.Sink, plan.T30Observer);
        Terminal.Attach(_session);
    }

    public T38Terminal Terminal { get; }

    public bool IsEnded => _session.IsEnded;

    /// <summary>Every page is confirmed, and only the goodbye is left.</summary>
    public bool IsReceived => _session.IsReceived;

    public T30Result Result => _session.Result;

    public TimeSpan? NextDeadline
    {
        get
        {
            TimeSpan? terminal = Terminal.NextDeadline;
            TimeSpan? session = _session.NextDeadline;
            return terminal is null || session < terminal ? session : terminal;
        }
    }

    public void Start(TimeSpan now) => _session.Start(now);

    public void Advance(TimeSpan now)
    {
        Terminal.Advance(now);
        _session.Advance(now);
    }

    public void Confirm(TimeSpan now, PageVerdict verdict) => _session.ConfirmPage(now, verdict);

    public void Abort(TimeSpan now, T30EndReason reason) => _session.Abort(now, reason);

    public void LineLost(TimeSpan now) => _session.LineLost(now);
}
