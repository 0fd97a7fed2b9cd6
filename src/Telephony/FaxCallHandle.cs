// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Telephony;

/// <summary>What a host may do to a call from any thread. After the call's end it does nothing.</summary>
public sealed class FaxCallHandle
{
    private readonly Func<Action, bool> _post;
    private readonly Func<bool> _isCurrent;
    private Action<PageVerdict>? _confirm;
    private Action<T30EndReason>? _abort;

    internal FaxCallHandle(Func<Action, bool> post, Func<bool> isCurrent)
    {
        _post = post;
        _isCurrent = isCurrent;
    }

    /// <summary>Answers IPageSink.EndPage; from within it, or later from any thread.</summary>
    public void ConfirmPage(PageVerdict verdict) => Run(() => _confirm?.Invoke(verdict));

    /// <summary>Ends the call in an orderly way: DCN where T.30 has begun, then BYE; CANCEL before an answer.</summary>
    public void Abort() => Run(() => _abort?.Invoke(T30EndReason.Aborted));

    internal void Bind(Action<PageVerdict> confirm, Action<T30EndReason> abort)
    {
        _confirm = confirm;
        _abort = abort;
    }

    internal void Release()
    {
        _confirm = null;
        _abort = null;
    }

    private void Run(Action action)
    {
        if (_isCurrent())
        {
            action();
        }
        else
        {
            _post(action);
        }
    }
}
