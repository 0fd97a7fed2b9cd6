// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>The receiving side up to the confirmation (T.30 figure 5-2b), called or polling: training and pages without
/// error correction here, ECM blocks in <see cref="BlockReceiver"/>, the host's word in
/// <see cref="PageConfirmation"/>.</summary>
internal sealed class DocumentReceiver
{
    // Our limit: an image carrier that brings nothing for so long is gone, its end was lost. Longer than any training.
    internal static readonly TimeSpan ImageIdleMax = TimeSpan.FromSeconds(8);

    private readonly T30Call _call;
    private readonly IImageWork _work;
    private readonly IPageSink? _sink;
    private TcfTally _tcf;
    private DcsParameters _dcs;

    public DocumentReceiver(T30Call call, IImageWork work, IPageSink? sink)
    {
        _call = call;
        _work = work;
        _sink = sink;
        Confirmation = new PageConfirmation(call, this, sink);
        Blocks = new BlockReceiver(call, this, work);
    }

    public PageConfirmation Confirmation { get; }

    public BlockReceiver Blocks { get; }

    /// <summary>Index of the page being received, or next to be.</summary>
    public int Page { get; set; }

    /// <summary>BeginPage was called and neither EndPage nor AbandonPage yet.</summary>
    public bool PageOpen { get; private set; }

    /// <summary>A page was lost for good: the call can't end as a success.</summary>
    public bool LostPage { get; set; }

    public DcsParameters Dcs => _dcs;

    private T30Timing Timing => _call.Settings.Timing;

    /// <summary>DCS: accept it or end (T.30 §5.3.6.1.3), then expect TCF.</summary>
    public void TakeDcs(ReadOnlySpan<byte> fif)
    {
        Release();
        T30EndReason refusal = Refuse(fif, out DcsParameters dcs);
        if (refusal != T30EndReason.None)
        {
            _call.Disconnect(refusal);
            return;
        }

        _dcs = dcs;
        _call.Timers.Phase = null;
        _call.EnterPhase(T30Phase.B);
        _call.Agree(dcs);
        Blocks.BeginPage();
        _tcf = default;
        _call.ListenImage(T30State.ReceivingTcf, Timing.T2, dcs.Modulation, shortTraining: false, ecm: false);
    }

    public void OnImage(FaxModulation modulation, ReadOnlySpan<byte> octets, int lostOctets)
    {
        if (modulation != _dcs.Modulation)
        {
            return;
        }

        switch (_call.State)
        {
            case T30State.ReceivingTcf:
                _tcf.Add(octets, lostOctets);
                _call.Timers.State = _call.Now + Timing.T2;
                break;
            case T30State.AwaitPage:
            case T30State.ReceivingPage:
                TakeImage(octets, lostOctets);
                break;
            default:
                break;
        }
    }

    public void OnCarrier(FaxModulation modulation)
    {
        if (modulation != _dcs.Modulation)
        {
            return;
        }

        switch (_call.State)
        {
            case T30State.ReceivingTcf:
                _call.Timers.State = _call.Now + Timing.T2;
                break;
            case T30State.AwaitPage:
                _call.Enter(T30State.ReceivingPage, ImageIdleMax);
                break;
            case T30State.AwaitBlock:
                _call.Enter(T30State.ReceivingBlock, ImageIdleMax);
                break;
            default:
                break;
        }
    }

    public void OnCarrierEnd(FaxModulation modulation)
    {
        if (modulation != _dcs.Modulation)
        {
            return;
        }

        switch (_call.State)
        {
            case T30State.ReceivingTcf:
                JudgeTcf();
                break;
            case T30State.ReceivingPage:
                AwaitCommand(T30State.AwaitPostMessage);
                break;
            case T30State.ReceivingBlock:
                AwaitCommand(T30State.AwaitPps);
                break;
            default:
                break;
        }
    }

    public void AwaitCommand(T30State state)
    {
        _call.EnterPhase(T30Phase.D);
        _call.Listen(state, Timing.T2);
    }

    /// <summary>TCF has ended, or never came: CFR or FTT (T.30 §5.3.6.1.4).</summary>
    public void JudgeTcf()
    {
        bool passed = _work.JudgeTcf(_tcf, _dcs.Modulation);
        _call.Observer?.OnTrainingChecked(_call.Now, _tcf.Octets, _tcf.Ones, passed);
        if (!passed)
        {
            _call.TrainingFailures++;
        }

        Respond(passed ? Fcf.Cfr : Fcf.Ftt, passed ? AwaitMessage : AwaitRetrain);
    }

    /// <summary>The carrier of the next page or block is awaited: with short training (T.30 figure 5-2
    /// notes).</summary>
    public void AwaitMessage() => AwaitMessage(_dcs.Modulation.HasShortTraining());

    public void AwaitMessage(bool shortTraining)
    {
        _call.EnterPhase(T30Phase.C);
        Blocks.BeginTransmission();
        T30State state = _dcs.Ecm ? T30State.AwaitBlock : T30State.AwaitPage;
        _call.ListenImage(state, Timing.T2, _dcs.Modulation, shortTraining, _dcs.Ecm);
    }

    public void AwaitRetrain() => _call.Listen(T30State.AwaitRetrain, Timing.T2);

    /// <summary>CTC: the same message at another rate (T.30 §A.4.1); CTR, then long training.</summary>
    public void TakeCtc(ReadOnlySpan<byte> fif)
    {
        if (RateCodes.TryReadCtc(fif) is not { } modulation || !Negotiation.IsOffered(_call.Settings, modulation))
        {
            _call.Disconnect(T30EndReason.BadParameters);
            return;
        }

        _dcs = _dcs with { Modulation = modulation };
        _call.Agree(_dcs);
        Respond(Fcf.Ctr, () => AwaitMessage(shortTraining: false));
    }

    /// <summary>MPS, EOM, EOP after a page without error correction.</summary>
    public void TakePageCommand(T30FrameClass command)
    {
        _call.EnterPhase(T30Phase.D);
        if (!PageOpen)
        {
            Respond(Fcf.Rtn, AwaitRetrain);
            return;
        }

        PageQuality quality = FinishPage();
        if (_call.State == T30State.Disconnecting)
        {
            return;
        }

        if (quality.Rows == 0)
        {
            LetGo(quality, T30PageEvent.Rejected);
            Respond(Fcf.Rtn, AwaitRetrain);
            return;
        }

        PageOpen = false;
        Confirmation.Ask(command, CopyQuality.Judge(quality), quality);
    }

    /// <summary>A page command where no page came (T.30 §5.3.6.1.7): the response was lost, or the carrier was
    /// missed.</summary>
    public void RejectMissingPage()
    {
        if (Confirmation.AnsweredLast)
        {
            _call.SendControlAgain();
        }
        else
        {
            Respond(Fcf.Rtn, AwaitRetrain);
        }
    }

    public void Respond(byte fcf, Action then) => Respond(fcf, default, then);

    public void Respond(byte fcf, ReadOnlySpan<byte> fif, Action then)
    {
        _call.Control.Clear().Add((byte)(fcf | _call.XBit), fif);
        _call.SendControl(then);
        Confirmation.AnsweredLast = false;
    }

    /// <summary>False, and the call on its way out, where one page more is one too many.</summary>
    public bool OpenPage()
    {
        if (TryOpenPage())
        {
            return true;
        }

        _call.Disconnect(T30EndReason.LimitPages);
        return false;
    }

    public bool TryOpenPage()
    {
        if (!PageOpen && Page < _call.Settings.Limits.PagesMax)
        {
            PageOpen = true;
            _work.BeginPage(Page, _dcs);
            _call.Observer?.OnPage(_call.Now, Page, sent: false, T30PageEvent.Started);
        }

        return PageOpen;
    }

    /// <summary>Decodes the rest of the page. Disconnects if it went over its limits.</summary>
    public PageQuality FinishPage()
    {
        PageQuality quality = _work.FinishPage();
        PageQuality sum = _call.QualitySum;
        _call.QualitySum = new PageQuality(sum.Rows + quality.Rows, sum.BadRows + quality.BadRows,
            Math.Max(sum.LongestBadRun, quality.LongestBadRun), sum.LostOctets + quality.LostOctets);
        _call.Observer?.OnPageDecoded(_call.Now, Page, quality);
        if (CheckTooLong())
        {
            LetGo(quality, T30PageEvent.Abandoned);
            _call.Disconnect(T30EndReason.LimitPageSize);
        }

        return quality;
    }

    /// <summary>True where the open page is over its limits.</summary>
    public bool CheckTooLong()
    {
        if (_work.IsTooLong)
        {
            _call.Observer?.OnInput(_call.Now, T30Input.PageTooLong, Page);
        }

        return _work.IsTooLong;
    }

    public void ClosePage() => PageOpen = false;

    public void LetGo(in PageQuality quality, T30PageEvent what)
    {
        PageOpen = false;
        _sink!.AbandonPage(quality);
        _call.Observer?.OnPage(_call.Now, Page, sent: false, what);
    }

    /// <summary>The call is cut, or starts over: what there is of an open page is partial.</summary>
    public void Release()
    {
        Confirmation.Forget();
        if (_dcs.Ecm && (PageOpen || !Blocks.IsEmpty))
        {
            Blocks.SalvageRows();
        }

        if (PageOpen)
        {
            PageQuality quality = _work.FinishPage();
            _call.Observer?.OnPageDecoded(_call.Now, Page, quality);
            LetGo(quality, T30PageEvent.Abandoned);
        }
    }

    private void TakeImage(ReadOnlySpan<byte> octets, int lostOctets)
    {
        _call.Enter(T30State.ReceivingPage, ImageIdleMax);
        if (!OpenPage())
        {
            return;
        }

        if (lostOctets > 0)
        {
            _work.NoteLoss(lostOctets);
        }

        _work.Write(octets);
        if (CheckTooLong())
        {
            _call.Disconnect(T30EndReason.LimitPageSize);
        }
    }

    private T30EndReason Refuse(ReadOnlySpan<byte> fif, out DcsParameters dcs)
    {
        dcs = default;
        if (_sink is null)
        {
            return T30EndReason.CannotReceive;
        }

        if (!DcsParameters.TryParse(fif, out dcs) || !Negotiation.IsOffered(_call.Settings, dcs))
        {
            return T30EndReason.BadParameters;
        }

        bool admitted = _call.Role == T30Role.Calling || _call.Admit();
        return admitted ? T30EndReason.None : T30EndReason.AccessDenied;
    }
}
