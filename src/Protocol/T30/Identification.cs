// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>Phase A and the start of phase B: CNG and CED, DIS, DTC, and who sends (T.30 §5.3.6.1.1,
/// §5.3.6.1.2).</summary>
internal sealed class Identification(T30Call call, DocumentSender sender, bool canReceive, bool hasDocument)
{
    private T30Settings Settings => call.Settings;

    private T30Timing Timing => call.Settings.Timing;

    public void Start()
    {
        call.EnterPhase(T30Phase.A);
        if (call.Role == T30Role.Called)
        {
            // T.30 §4.3.1: CED is 4 s at most; the guard is ours.
            call.Modem.SendCed();
            call.Sending(T30State.SendingControl, ModemCommand.Ced, FaxModulation.V21, shortTraining: false,
                TimeSpan.FromSeconds(15), SendDis);
            return;
        }

        call.Timers.Phase = call.Now + Timing.T0;
        call.Listen(T30State.AwaitDis, Timing.T0);
        call.Modem.SendCng();
        call.Observer?.OnCommand(call.Now, ModemCommand.Cng, FaxModulation.V21, shortTraining: false);
    }

    /// <summary>Somebody is there: from now on T1 counts (T.30 §5.4.3.1), and CNG ends. One more CNG would cross the
    /// called station's DIS, and a gateway that plays it holds our DCS back meanwhile.</summary>
    public void NoteAnswer()
    {
        if (!Answered && call.State == T30State.AwaitDis)
        {
            Answered = true;
            call.Timers.Phase = call.Now + Timing.T1;
            call.Timers.State = call.Timers.Phase;
            call.Modem.SendSilence();
            call.Observer?.OnCommand(call.Now, ModemCommand.Silence, FaxModulation.V21, shortTraining: false);
        }
    }

    /// <summary>True once anything was heard of the called station.</summary>
    public bool Answered { get; private set; }

    /// <summary>(NSF) CSI DIS.</summary>
    public void SendDis()
    {
        call.EnterPhase(T30Phase.B);
        call.Timers.Phase ??= call.Now + Timing.T1;
        call.XBit = 0;
        Span<byte> fif = stackalloc byte[CapabilityField.BytesMax];
        int length = StationCapabilities.Of(Settings, canReceive, hasDocument).Write(fif);
        call.Control.Clear().AddId(Fcf.Csi, Settings.StationId).Add(Fcf.Dis, fif[..length]);
        call.SendControl(() => call.Listen(T30State.AwaitDisAnswer, Timing.T4));
    }

    public void TakeDis(ReadOnlySpan<byte> fif)
    {
        call.EnterPhase(T30Phase.B);
        call.Timers.Phase = null;
        call.XBit = Fcf.X;
        StationCapabilities remote = StationCapabilities.Parse(fif);
        call.RemoteAbilities = StationAbilities.Of(remote);
        if (!call.Recognise())
        {
            call.Disconnect(T30EndReason.WrongStation);
        }
        else if (Settings.IdentifyOnly)
        {
            call.Disconnect(T30EndReason.Identified);
        }
        else if (sender.HasPages)
        {
            Decide(remote.CanReceive, T30EndReason.RemoteCannotReceive, () => sender.Begin(remote));
        }
        else if (Settings.Poll && canReceive)
        {
            Decide(remote.HasDocument, T30EndReason.RemoteHasNothingToPoll, () => SendDtc(remote));
        }
        else
        {
            call.Disconnect(T30EndReason.NothingToSend);
        }
    }

    /// <summary>The called station is polled: it becomes the sender.</summary>
    public void TakeDtc(ReadOnlySpan<byte> fif)
    {
        call.Timers.Phase = null;
        StationCapabilities remote = StationCapabilities.Parse(fif);
        if (!hasDocument || !sender.HasPages)
        {
            call.Disconnect(T30EndReason.NothingToSend);
        }
        else
        {
            Decide(call.Admit(), T30EndReason.AccessDenied, () => sender.Begin(remote));
        }
    }

    private void SendDtc(StationCapabilities remote)
    {
        Span<byte> fif = stackalloc byte[CapabilityField.BytesMax];
        StationCapabilities ours = StationCapabilities.Of(Settings, canReceive: true, hasDocument: false) with
        {
            // T.30 Table 2: in DTC these say that SEP and PWD come; SUB has no place there.
            SelectivePolling = remote.SelectivePolling && !string.IsNullOrEmpty(Settings.SelectivePolling),
            Password = remote.Password && !string.IsNullOrEmpty(Settings.Password),
            SubAddress = false,
        };
        int length = ours.Write(fif);
        call.Control.Clear()
            .AddId(Fcf.Cig, Settings.StationId)
            .AddId(Fcf.Sep, ours.SelectivePolling ? Settings.SelectivePolling : null)
            .AddId(Fcf.Pwd, ours.Password ? Settings.Password : null)
            .Add(Fcf.Dtc, fif[..length]);
        call.SendControl(() => call.Listen(T30State.AwaitDtcAnswer, Timing.T4));
    }

    private void Decide(bool possible, T30EndReason otherwise, Action step)
    {
        if (possible)
        {
            step();
        }
        else
        {
            call.Disconnect(otherwise);
        }
    }
}
