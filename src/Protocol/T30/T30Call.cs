// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>What all parts of one call share: its state, timers, transmissions and what will be its result.</summary>
internal sealed class T30Call(T30Settings settings, T30Role role, IFaxModem modem, IT30Observer? observer)
{
    // Our limit: a control transmission is some 100 octets at 300 bit/s and its preamble; CED is 4 s at most.
    private static readonly TimeSpan ControlSendMax = TimeSpan.FromSeconds(30);

    private Action? _whenSent;
    private Action? _afterControl;
    private Action? _later;
    private int _heardSinceProgress;
    private string? _recognised;
    private bool _hasRecognised;

    public T30Settings Settings { get; } = settings;
    public T30Role Role { get; } = role;
    public IFaxModem Modem { get; } = modem;
    public IT30Observer? Observer { get; } = observer;
    public CallTimers Timers { get; } = new();
    public ControlFrames Control { get; } = new();

    /// <summary>The time of the entry that is being worked on.</summary>
    public TimeSpan Now { get; set; }
    public TimeSpan StartedAt { get; set; }
    public T30State State { get; private set; }
    public T30Phase Phase { get; private set; }
    public T30EndReason EndReason { get; private set; }

    /// <summary>The X bit of our control fields (T.30 §5.3.6.1): set once a valid DIS was received.</summary>
    public byte XBit { get; set; }
    public bool HeardFrame { get; set; }

    /// <summary>How often the present command was sent.</summary>
    public int Tries { get; private set; }

    public string? RemoteStationId { get; set; }
    public T30Addressing RemoteAddressing { get; set; } = new(null, null, null);
    public DcsParameters? Dcs { get; private set; }

    /// <summary>What the called station can do, by its last DIS; null before one came.</summary>
    public StationAbilities? RemoteAbilities { get; set; }
    public int PagesSent { get; set; }
    public int PagesReceived { get; set; }
    public int BadFrames { get; set; }
    public int TrainingFailures { get; set; }
    public int FramesRepeated { get; set; }
    public PageQuality QualitySum { get; set; }
    public TimeSpan EndedAt { get; private set; }

    /// <summary>Runs once when the call is being given up or has ended: open pages are let go of.</summary>
    public Action? Release { get; set; }

    /// <summary>Asks the host whether the caller may go on; without a rule everybody may.</summary>
    public bool Admit()
    {
        if (Settings.Admit is not { } admit)
        {
            return true;
        }

        bool admitted = admit(RemoteAddressing);
        Observer?.OnInput(Now, T30Input.Admitted, admitted ? 1 : 0);
        return admitted;
    }

    /// <summary>Asks the host whether this is the station that was meant; without a rule any is. A station that was
    /// recognised is not asked about again until it gives another number.</summary>
    public bool Recognise()
    {
        if (Settings.Recognise is not { } recognise || (_hasRecognised && _recognised == RemoteStationId))
        {
            return true;
        }

        bool recognised = recognise(RemoteStationId);
        Observer?.OnInput(Now, T30Input.Recognised, recognised ? 1 : 0);
        (_recognised, _hasRecognised) = (RemoteStationId, recognised);
        return recognised;
    }

    public void EnterPhase(T30Phase phase)
    {
        if (Phase != phase || phase == T30Phase.A)
        {
            Phase = phase;
            Observer?.OnPhase(Now, phase);
        }
    }

    public void Agree(in DcsParameters dcs)
    {
        Dcs = dcs;
        Observer?.OnNegotiated(Now, dcs.Modulation, dcs.Ecm, dcs.Compression, dcs.Format);
    }

    /// <summary>Real progress: the budget of frames that a phase may take starts anew.</summary>
    public void NoteProgress() => _heardSinceProgress = 0;

    /// <summary>False once the other side has talked without end.</summary>
    public bool CountHeard() => ++_heardSinceProgress <= Settings.Limits.FramesPerPhaseMax;

    /// <summary>A state that listens on V.21 for a time.</summary>
    public void Listen(T30State state, TimeSpan wait)
    {
        Enter(state, wait);
        Modem.ListenControl();
        Observer?.OnCommand(Now, ModemCommand.ListenControl, FaxModulation.V21, shortTraining: false);
    }

    public void ListenImage(T30State state, TimeSpan wait, FaxModulation modulation, bool shortTraining, bool ecm)
    {
        Enter(state, wait);
        Modem.ListenImage(modulation, shortTraining, ecm);
        Observer?.OnCommand(Now, ModemCommand.ListenImage, modulation, shortTraining);
    }

    public void Enter(T30State state, TimeSpan wait)
    {
        State = state;
        Timers.State = Now + wait;
    }

    /// <summary>Does <paramref name="step"/> after the pause that the Recommendation wants between signals.</summary>
    public void AfterPause(T30State state, Action step)
    {
        State = state;
        Timers.State = null;
        Timers.Hold = null;
        Timers.Send = Now + Settings.Timing.Pause;
        _whenSent = null;
        _later = step;
    }

    public void RunSend()
    {
        Timers.Send = null;
        Action? step = _later;
        _later = null;
        step?.Invoke();
    }

    /// <summary>Notes that the modem was told to send: <paramref name="whenSent"/> follows its OnSent.</summary>
    public void Sending(T30State state, ModemCommand command, FaxModulation modulation, bool shortTraining,
        TimeSpan limit, Action whenSent)
    {
        Enter(state, limit);
        _whenSent = whenSent;
        Observer?.OnCommand(Now, command, modulation, shortTraining);
    }

    public void OnSent()
    {
        Action? whenSent = _whenSent;
        _whenSent = null;
        whenSent?.Invoke();
    }

    /// <summary>Sends the frames in <see cref="Control"/> for the first time.</summary>
    public void SendControl(Action whenSent)
    {
        Control.Seal();
        Tries = 0;
        _afterControl = whenSent;
        SendControlAgain();
    }

    /// <summary>Sends the frames of the last control transmission again.</summary>
    public void SendControlAgain()
    {
        Tries++;
        AfterPause(T30State.SendingControl, TransmitControl);
    }

    /// <summary>A command whose response did not come, or came as "again": three tries, then DCN (T.30
    /// §5.4.1).</summary>
    public void RepeatCommand(T30EndReason otherwise)
    {
        if (Tries >= Settings.Timing.Tries)
        {
            Disconnect(otherwise);
        }
        else
        {
            SendControlAgain();
        }
    }

    /// <summary>Ends the call by DCN (T.30 §5.3.6.1.8), or at once where nobody was heard yet.</summary>
    public void Disconnect(T30EndReason reason)
    {
        if (State is T30State.Disconnecting or T30State.Ended)
        {
            return;
        }

        Release?.Invoke();
        EndReason = reason;
        EnterPhase(T30Phase.E);
        Timers.Phase = null;
        Timers.Heard = null;
        if (!HeardFrame)
        {
            End(reason);
            return;
        }

        Control.Clear().Add((byte)(Fcf.Dcn | XBit));
        SendControl(() => End(reason));
        State = T30State.Disconnecting;
    }

    public void End(T30EndReason reason)
    {
        if (State == T30State.Ended)
        {
            return;
        }

        if (State != T30State.Disconnecting)
        {
            Release?.Invoke();
        }

        EndReason = reason;
        State = T30State.Ended;
        EndedAt = Now;
        Timers.Stop();
        _whenSent = null;
        _later = null;
        Modem.SendSilence();
        Observer?.OnCommand(Now, ModemCommand.Silence, FaxModulation.V21, shortTraining: false);
        EnterPhase(T30Phase.E);
        Observer?.OnEnded(Now, Summarise());
    }

    public T30Result Summarise() => new()
    {
        EndReason = State == T30State.Ended ? EndReason : T30EndReason.None,
        PagesSent = PagesSent,
        PagesReceived = PagesReceived,
        Modulation = Dcs?.Modulation,
        Ecm = Dcs?.Ecm ?? false,
        Compression = Dcs?.Compression,
        Format = Dcs?.Format,
        RemoteStationId = RemoteStationId,
        RemoteAbilities = RemoteAbilities,
        RemoteAddressing = RemoteAddressing,
        Rows = QualitySum.Rows,
        BadRows = QualitySum.BadRows,
        LostOctets = QualitySum.LostOctets,
        EcmFramesRepeated = FramesRepeated,
        BadFrames = BadFrames,
        TrainingFailures = TrainingFailures,
        Duration = (State == T30State.Ended ? EndedAt : Now) - StartedAt,
    };

    private void TransmitControl()
    {
        Control.Rewind();
        Modem.SendControl(Control);
        T30State state = State == T30State.Disconnecting ? T30State.Disconnecting : T30State.SendingControl;
        Sending(state, ModemCommand.Control, FaxModulation.V21, shortTraining: false, ControlSendMax, _afterControl!);
        for (int i = 0; i < Control.Count; i++)
        {
            Observer?.OnFrame(Now, sent: true, FaxModulation.V21, Control[i], fcsValid: true);
        }
    }
}
