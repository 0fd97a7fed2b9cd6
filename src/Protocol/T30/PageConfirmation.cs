// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>
/// Between a page's end and its MCF stands the host: no confirmation goes out before its word. Failure modes: without
/// ECM a host that is slower than the sender's three tries costs the call (T.30 §5.4.1); with ECM it has RNR and T5.
/// </summary>
internal sealed class PageConfirmation(T30Call call, DocumentReceiver receiver, IPageSink? sink)
{
    // Our limit: an answer that starts later than this after the command could meet its repetition (T4's lower end is
    // 2.55 s).
    private static readonly TimeSpan AnswerWindow = TimeSpan.FromSeconds(2.3);

    private T30FrameClass _command;
    private CopyVerdict _copy;
    private TimeSpan _commandAt;
    private bool _asked;
    private bool _kept;

    /// <summary>The last response confirmed or rejected a page: a repeated command gets it again.</summary>
    public bool AnsweredLast { get; set; }

    /// <summary>The host was asked and has not spoken.</summary>
    public bool IsPending => _asked;

    private T30Timing Timing => call.Settings.Timing;

    /// <summary>All rows are with the host: ask it to keep them.</summary>
    public void Ask(T30FrameClass command, CopyVerdict copy, in PageQuality quality)
    {
        _command = command;
        _copy = copy;
        _commandAt = call.Now;
        _asked = true;
        _kept = false;
        if (receiver.Dcs.Ecm)
        {
            Hold();
        }
        else
        {
            call.Listen(T30State.AwaitHost, Timing.T2);
        }

        call.Observer?.OnPage(call.Now, receiver.Page, sent: false, T30PageEvent.Ended);
        sink!.EndPage(quality);
    }

    /// <summary>The host's word. Ignored where nothing was asked.</summary>
    public void Confirm(PageVerdict verdict)
    {
        if (!_asked)
        {
            return;
        }

        _asked = false;
        if (verdict == PageVerdict.Refused)
        {
            call.Disconnect(T30EndReason.HostRefused);
            return;
        }

        _kept = true;
        bool inTime = call.Now - _commandAt <= AnswerWindow && call.Timers.Hold is null && call.Timers.Heard is null;
        if (call.State == T30State.HoldingHost || (call.State == T30State.AwaitHost && inTime))
        {
            Answer();
        }
    }

    /// <summary>MPS, EOM, EOP, PPS or RR once more.</summary>
    public void NoteRepeatedCommand()
    {
        _commandAt = call.Now;
        if (_kept)
        {
            Answer();
        }
        else if (call.State == T30State.AwaitHost)
        {
            call.Timers.State = call.Now + Timing.T2;
        }
    }

    /// <summary>RR after our RNR.</summary>
    public void TakeRr()
    {
        _commandAt = call.Now;
        if (_kept)
        {
            Answer();
        }
        else
        {
            Hold();
        }
    }

    /// <summary>The host takes longer than the sender waits: RNR, within T5 (T.30 §A.5.4.1).</summary>
    public void SendNotReady()
    {
        call.Timers.Phase ??= call.Now + Timing.T5;
        receiver.Respond(Fcf.Rnr, () => call.Listen(T30State.AwaitRr, Timing.T2));
    }

    public void Forget()
    {
        _asked = false;
        _kept = false;
    }

    private void Hold() => call.Listen(T30State.HoldingHost, Timing.ConfirmGrace);

    private void Answer()
    {
        _kept = false;
        call.Timers.Phase = null;
        call.NoteProgress();
        byte response = receiver.Dcs.Ecm ? Fcf.Mcf
            : _copy switch { CopyVerdict.Rtn => Fcf.Rtn, CopyVerdict.Rtp => Fcf.Rtp, _ => Fcf.Mcf };
        bool confirms = response != Fcf.Rtn;
        call.Observer?.OnPage(call.Now, receiver.Page, sent: false,
            confirms ? T30PageEvent.Confirmed : T30PageEvent.Rejected);
        if (confirms)
        {
            call.PagesReceived++;
            receiver.Page++;
        }

        receiver.Blocks.BeginPage();
        receiver.Respond(response, Next(response));
        AnsweredLast = true;
    }

    private Action Next(byte response) => (_command, response) switch
    {
        (T30FrameClass.Mps or T30FrameClass.PriMps, Fcf.Mcf) => receiver.AwaitMessage,
        (T30FrameClass.Eom or T30FrameClass.PriEom, not Fcf.Rtn) => AwaitTurnaround,
        (T30FrameClass.Eop or T30FrameClass.PriEop, not Fcf.Rtn) => AwaitDcn,
        _ => receiver.AwaitRetrain,
    };

    public void AwaitTurnaround()
    {
        call.EnterPhase(T30Phase.B);
        call.Listen(T30State.AwaitTurnaround, Timing.T2);
    }

    public void AwaitDcn() => call.Listen(T30State.AwaitDcn, Timing.T2);
}
