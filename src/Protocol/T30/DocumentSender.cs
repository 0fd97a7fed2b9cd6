// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>The transmitting side from DCS to the last confirmation (T.30 figure 5-2a, §A.5), calling or
/// polled.</summary>
internal sealed class DocumentSender(T30Call call, IImageWork work) : IImageSource
{
    // Our limit: a modem that takes nothing of a page for so long has stalled. T.38 and modems take some octets each 30
    // ms.
    private static readonly TimeSpan SendStallMax = TimeSpan.FromSeconds(60);

    private readonly EcmTransmitter _ecm = new(work);
    private StationCapabilities _remote = new();
    private RateLadder? _ladder;
    private DcsParameters _dcs;
    private byte _command;
    private bool _retrained;
    private bool _pageOpen;
    private bool _pageCoded;
    private int _resends;
    private int _pprs;
    private int _ctcRounds;
    private int _readsSeen;
    private int _reads;

    /// <summary>Index of the page being sent, or next to be.</summary>
    public int Page { get; private set; }

    public bool HasPages => Page < work.PageCount;

    private T30Timing Timing => call.Settings.Timing;

    /// <summary>DIS or DTC came: negotiate and train (T.30 §3.2.2).</summary>
    public void Begin(StationCapabilities remote)
    {
        if (work.PageCount > call.Settings.Limits.PagesMax)
        {
            call.Disconnect(T30EndReason.LimitPages);
            return;
        }

        FaxModulation? settled = _ladder?.Current;
        _remote = remote;
        _ladder = Negotiation.Ladder(call.Settings, remote);
        if (settled is { } modulation)
        {
            _ladder.LimitTo(modulation);
        }

        SendDcs();
    }

    /// <summary>Fills the modem's buffer with the page (non-ECM).</summary>
    public int Read(Span<byte> destination)
    {
        _reads++;
        return work.Read(destination);
    }

    public void StartMessage()
    {
        call.NoteProgress();
        if (call.Role == T30Role.Calling && !call.Recognise())
        {
            call.Disconnect(T30EndReason.WrongStation);
            return;
        }

        StartPage();
    }

    public void FallBack()
    {
        call.TrainingFailures++;
        if (_ladder!.TryStepDown())
        {
            SendDcs();
        }
        else
        {
            // At the lowest rate: once more within the three tries of DCS (T.30 §5.4.1), then it is the line.
            call.RepeatCommand(T30EndReason.TrainingFailed);
        }
    }

    public void Confirmed(bool retrain)
    {
        call.NoteProgress();
        call.Timers.Phase = null;
        _pprs = 0;
        if (_dcs.Ecm && !_ecm.IsLastBlock)
        {
            _ctcRounds = 0;
            _ecm.NextBlock();
            SendBlock();
            return;
        }

        ClosePage(T30PageEvent.Confirmed);
        call.PagesSent++;
        Page++;
        _resends = 0;
        Continue(retrain);
    }

    public void Rejected()
    {
        ClosePage(T30PageEvent.Rejected);
        if (_resends++ >= call.Settings.RtnResendsMax)
        {
            call.Disconnect(T30EndReason.PageRejected);
            return;
        }

        _ladder!.TryStepDown();
        SendDcs();
    }

    public void RepeatFrames(ReadOnlySpan<byte> map)
    {
        call.Timers.Phase = null;
        if (!_ecm.Select(map))
        {
            // A PPR that asks for nothing: the response was not understood; PPS again.
            call.RepeatCommand(T30EndReason.NoBlockResponse);
            return;
        }

        // T.30 §A.4.1: at the fourth PPR for a block, CTC or EOR.
        if (++_pprs < 4)
        {
            call.FramesRepeated += _ecm.SelectedFrames;
            SendBlock();
        }
        else if (_ctcRounds++ < call.Settings.CtcRoundsMax)
        {
            SendCtc();
        }
        else
        {
            SendPartialPageCommand(Fcf.Eor, T30State.AwaitErr);
        }
    }

    public void ContinueCorrecting()
    {
        call.NoteProgress();
        _pprs = 0;
        _retrained = true;
        call.FramesRepeated += _ecm.SelectedFrames;
        SendBlock();
    }

    public void AskReady()
    {
        call.Timers.Phase ??= call.Now + Timing.T5;
        call.Control.Clear().Add((byte)(Fcf.Rr | call.XBit));
        call.SendControl(() => call.Listen(T30State.AwaitReadyResponse, Timing.T4));
    }

    public void GiveUpPage() => call.Disconnect(T30EndReason.PageNotCorrected);

    /// <summary>The guard of SendingPage and SendingBlock ran out: has the modem taken anything since?</summary>
    public void CheckStall()
    {
        if (_reads == _readsSeen)
        {
            call.End(T30EndReason.SendStalled);
            return;
        }

        _readsSeen = _reads;
        call.Timers.State = call.Now + SendStallMax;
    }

    public void Release()
    {
        if (_pageOpen)
        {
            ClosePage(T30PageEvent.Abandoned);
        }
    }

    private void SendDcs()
    {
        call.EnterPhase(T30Phase.B);
        _dcs = Negotiation.ParametersFor(call.Settings, _remote, work.FormatOf(Page), _ladder!.Current);
        call.Agree(_dcs);
        byte x = call.XBit;
        Span<byte> fif = stackalloc byte[CapabilityField.BytesMax];
        int length = _dcs.Write(fif);
        call.Control.Clear()
            .AddId((byte)(Fcf.Tsi | x), call.Settings.StationId)
            .AddId((byte)(Fcf.Sub | x), _dcs.HasSubAddress ? call.Settings.SubAddress : null)
            .AddId((byte)(Fcf.Sid | x), _dcs.HasSenderId ? call.Settings.Password : null)
            .Add((byte)(Fcf.Dcs | x), fif[..length]);
        call.SendControl(() => call.AfterPause(T30State.SendingTcf, SendTcf));
    }

    private void SendTcf()
    {
        call.Modem.SendTraining(_dcs.Modulation, Timing.Tcf);
        call.Sending(T30State.SendingTcf, ModemCommand.Training, _dcs.Modulation, shortTraining: false, SendStallMax,
            () => call.Listen(T30State.AwaitCfr, Timing.T4));
    }

    private void StartPage()
    {
        call.EnterPhase(T30Phase.C);
        work.OpenPage(Page, _dcs);
        _pageOpen = true;
        _pageCoded = false;
        _pprs = 0;
        _ctcRounds = 0;
        call.Observer?.OnPage(call.Now, Page, sent: true, T30PageEvent.Started);
        if (_dcs.Ecm)
        {
            _ecm.BeginPage(_dcs.FrameBytes);
            SendBlock();
        }
        else
        {
            call.AfterPause(T30State.SendingPage, SendImage);
        }
    }

    // V.17 trains long for TCF and after CTR, else short (T.30 §A.4.1, figure 5-2 notes).
    private bool ShortTraining => _dcs.Modulation.HasShortTraining() && !_retrained;

    private void SendImage()
    {
        call.Modem.SendImage(_dcs.Modulation, ShortTraining, this);
        _readsSeen = _reads;
        call.Sending(T30State.SendingPage, ModemCommand.Image, _dcs.Modulation, ShortTraining, SendStallMax,
            AfterImage);
    }

    private void AfterImage()
    {
        NotePageSent();
        call.EnterPhase(T30Phase.D);
        _command = NextCommand();
        call.Control.Clear().Add((byte)(_command | call.XBit));
        call.SendControl(() => call.Listen(T30State.AwaitPageResponse, Timing.T4));
    }

    private void SendBlock()
    {
        call.EnterPhase(T30Phase.C);
        call.AfterPause(T30State.SendingBlock, TransmitBlock);
    }

    private void TransmitBlock()
    {
        _ecm.Rewind();
        call.Modem.SendEcmBlock(_dcs.Modulation, ShortTraining, _ecm);

        // 256 frames of 256 octets at the rate, stuffing and all, and some slack for the network.
        TimeSpan limit = SendStallMax + TimeSpan.FromSeconds(90_000.0 * 8 / _dcs.Modulation.BitsPerSecond());
        call.Observer?.OnBlock(call.Now, Page, _ecm.Block, _ecm.SelectedFrames, _dcs.FrameBytes);
        call.Sending(T30State.SendingBlock, ModemCommand.EcmBlock, _dcs.Modulation, ShortTraining, limit, AfterBlock);
        _retrained = false;
    }

    private void AfterBlock()
    {
        call.EnterPhase(T30Phase.D);
        if (_ecm.IsLastBlock)
        {
            NotePageSent();
        }

        _command = _ecm.IsLastBlock ? NextCommand() : Fcf.PpsNull;
        SendPartialPageCommand(Fcf.Pps, T30State.AwaitBlockResponse);
    }

    private void SendPartialPageCommand(byte fcf, T30State next)
    {
        // T.30 §A.4.3: the second control field reads as the plain command with its X bit set; numbers lie turned
        // round.
        byte second = _command == Fcf.PpsNull ? Fcf.PpsNull : (byte)(_command | Fcf.X);
        call.Control.Clear().Add((byte)(fcf | call.XBit), [second, BitOrder.Reverse((byte)Page),
            BitOrder.Reverse(_ecm.Block), BitOrder.Reverse((byte)(_ecm.Frames - 1))]);
        call.SendControl(() => call.Listen(next, Timing.T4));
    }

    private void SendCtc()
    {
        _ladder!.TryStepDown();
        _dcs = _dcs with { Modulation = _ladder.Current };
        call.Agree(_dcs);
        Span<byte> fif = stackalloc byte[CapabilityField.BytesMax];
        _dcs.Write(fif);
        call.Control.Clear().Add((byte)(Fcf.Ctc | call.XBit), fif[..T30Frame.CtcFifBytes]);
        call.SendControl(() => call.Listen(T30State.AwaitCtr, Timing.T4));
    }

    // MPS where the next page goes as this one did, EOM where it must be negotiated anew or a poll follows (T.30
    // §5.3.6.1.6).
    private byte NextCommand()
    {
        if (Page + 1 >= work.PageCount)
        {
            return call.Settings.Poll && call.Role == T30Role.Calling ? Fcf.Eom : Fcf.Eop;
        }

        // A polled station can't turn round: the caller would have to ask by DTC again. The host scales instead.
        bool same = Negotiation.FormatFor(work.FormatOf(Page + 1), _remote) == _dcs.Format;
        return same || call.Role == T30Role.Called ? Fcf.Mps : Fcf.Eom;
    }

    private void Continue(bool retrain)
    {
        switch (_command)
        {
            case Fcf.Mps when retrain:
                SendDcs();
                break;
            case Fcf.Mps:
                StartPage();
                break;
            case Fcf.Eom:
                call.Timers.Phase = call.Now + Timing.T1;
                call.EnterPhase(T30Phase.B);
                call.Listen(T30State.AwaitDis, Timing.T1);
                break;
            default:
                call.Disconnect(T30EndReason.Completed);
                break;
        }
    }

    private void NotePageSent()
    {
        if (_pageCoded)
        {
            return;
        }

        _pageCoded = true;
        call.Observer?.OnPageCoded(call.Now, Page, work.OctetsRead);
        call.Observer?.OnPage(call.Now, Page, sent: true, T30PageEvent.Ended);
    }

    private void ClosePage(T30PageEvent what)
    {
        _pageOpen = false;
        work.ClosePage();
        call.Observer?.OnPage(call.Now, Page, sent: true, what);
    }
}
