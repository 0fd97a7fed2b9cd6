// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;
using Hermetic.Protocol.T30;

namespace Hermetic.Telephony.Calls;

/// <summary>The host's word on the call, its end and its report.</summary>
internal sealed partial class FaxCall
{
    private void Confirm(PageVerdict verdict)
    {
        if (_fax is { IsEnded: false } fax)
        {
            TimeSpan now = _line.Loop.Now;
            fax.Confirm(CallTime(now), verdict);
            Schedule(now);
        }
    }

    private void Abort(T30EndReason reason)
    {
        TimeSpan now = _line.Loop.Now;
        if (_fax is { IsEnded: false } fax)
        {
            // T.30 says goodbye first (DCN, T.30 §5.3.6.1); its end then ends the call.
            fax.Abort(CallTime(now), reason);
            Schedule(now);
        }
        else
        {
            End(now, CallEnd.Aborted);
        }
    }

    /// <summary>The endpoint closes: hangs up at once.</summary>
    public void HangUp(TimeSpan now) => End(now, CallEnd.Aborted);

    /// <summary>Gives the media ports back.</summary>
    public void Dispose() => _media.Dispose();

    private void OnFault(Exception failure)
    {
        _line.Fault(failure);
        End(_line.Loop.Now, CallEnd.Fault(failure));
    }

    // Hangs up, for this reason unless there was one before. The rest happens in Over.
    private void End(TimeSpan now, CallEnd end)
    {
        _end ??= end;
        if (_isOver)
        {
            return;
        }

        if (_sip is null)
        {
            Over(now, new SipCallEnd(SipEndCause.LocalCancel));
        }
        else
        {
            _sip.HangUp(now);
        }
    }

    private void Over(TimeSpan now, SipCallEnd end)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        if (_fax is { IsEnded: false } fax)
        {
            Guarded(() => fax.LineLost(CallTime(now)));
        }

        _end ??= _fax is not null ? CallEnd.Of(_fax.Result) : CallEnd.Of(end);
        _line.Loop.SetTimer(_timer, null);
        _handle.Release();
        CallReport report = Report(now, _end, end);
        Dispose();
        _line.Forget(this);
        Guarded(() => _plan.OnEnded?.Invoke(report));
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // The host's own code: its fault must not keep the call from ending.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _line.Fault(failure);
        }
    }

    // What T.30 will say of the call is certain by now; that its last word has not come yet is nobody's concern.
    private void TellReceived(TimeSpan now)
    {
        if (_isReceived || _fax is not { IsReceived: true } fax || _plan.OnReceived is not { } told)
        {
            return;
        }

        _isReceived = true;
        T30Result whole = fax.Result with { EndReason = T30EndReason.Completed };
        CallReport report = Report(now, CallEnd.Of(whole), new SipCallEnd(SipEndCause.RemoteHangUp));
        Guarded(() => told(report with { T30 = whole }));
    }

    private CallReport Report(TimeSpan now, CallEnd why, SipCallEnd end) => new()
    {
        Outcome = why.Outcome,
        Reason = why.Reason,
        Clause = why.Clause,
        IsOutgoing = _plan.IsOutgoing,
        Trunk = Trunk,
        CallId = _sip?.CallId ?? "",
        LocalNumber = _plan.LocalNumber,
        RemoteNumber = _plan.RemoteNumber,
        SipStatus = _answeredAt is not null ? 200 : end.Status,
        RetryAfter = end.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        T30 = _fax?.Result,
        T38 = _fax?.Terminal.Statistics ?? default,
        AudioPacketsSent = _media.Audio?.Sent ?? 0,
        AudioPacketsReceived = _media.Audio?.Received ?? 0,
        AudioPacketsLost = _media.Audio?.Lost ?? 0,
        StartedAt = _startedAt,
        AnsweredAfter = _answeredAt - _origin,
        SwitchedAfter = _faxStartedAt - _answeredAt,
        Duration = now - _origin,
    };
}
