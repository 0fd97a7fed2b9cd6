// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.InteropServices;

namespace Hermetic.Protocol.T30;

/// <summary>
/// One fax call: the T.30 procedures of a calling or called station over a modem. Sans-IO and single-threaded: every
/// entry brings the time. What a frame does is decided by <see cref="T30StateTable"/>; what silence does, by
/// <see cref="Silence"/>.
/// </summary>
/// <remarks>Failure modes: a host that throws from its sink or pages lets that through to the caller, who must end the
/// call by <see cref="LineLost"/>; a modem that never reports OnSent ends the call as SendStalled.</remarks>
public sealed class T30Session : IFaxModemEvents
{
    private readonly T30Call _call;
    private readonly Identification _identification;
    private readonly DocumentSender _sender;
    private readonly DocumentReceiver _receiver;
    private readonly FrameActions _actions;
    private readonly Silence _silence;

    // The command that was heard last and waits for its carrier to end: nobody answers into a carrier (T.30 §3.2).
    private readonly byte[] _heard = new byte[T30Frame.ControlBytesMax];
    private int _heardLength;

    public T30Session(T30Settings settings, T30Role role, IFaxModem modem, IOutgoingPages? pages, IPageSink? sink,
        IT30Observer? observer = null)
        : this(settings, role, modem, new LiveImageWork(pages, sink, settings.Limits), sink, pages is not null,
            observer)
    {
        observer?.OnSession(role, settings, pages, sink is not null);
    }

    internal T30Session(T30Settings settings, T30Role role, IFaxModem modem, IImageWork work, IPageSink? sink,
        bool hasDocument, IT30Observer? observer)
    {
        _call = new T30Call(settings, role, modem, observer);
        _sender = new DocumentSender(_call, work);
        _receiver = new DocumentReceiver(_call, work, sink);
        _identification = new Identification(_call, _sender, canReceive: sink is not null, hasDocument);
        _actions = new FrameActions(_call, _identification, _sender, _receiver);
        _silence = new Silence(_call, _identification, _sender, _receiver);
        _call.Release = () =>
        {
            _sender.Release();
            _receiver.Release();
        };
    }

    /// <summary>When Advance must be called at the latest; null when nothing is timed.</summary>
    public TimeSpan? NextDeadline => _call.Timers.Next;

    public bool IsEnded => _call.State == T30State.Ended;

    /// <summary>The MCF of the last page has gone out (T.30 §3.2.4: EOP), and nothing but the other side's DCN is owed:
    /// whether that comes or not, the call is a success.</summary>
    public bool IsReceived => _call.State == T30State.AwaitDcn && !_receiver.LostPage;

    /// <summary>Where the call stands, for tests and displays.</summary>
    public T30State State => _call.State;

    /// <summary>What the call came to: final once <see cref="IsEnded"/>, a view of it so far before.</summary>
    public T30Result Result => _call.Summarise();

    public void Start(TimeSpan now)
    {
        if (_call.State != T30State.Idle)
        {
            throw new InvalidOperationException("a session is started once");
        }

        _call.Now = now;
        _call.StartedAt = now;
        _call.Observer?.OnInput(now, T30Input.Start, 0);
        _call.Timers.Call = now + _call.Settings.Limits.CallMax;
        _identification.Start();
    }

    public void Advance(TimeSpan now)
    {
        _call.Now = now;
        CallTimers timers = _call.Timers;
        if (timers.Next is not { } due || due > now)
        {
            return;
        }

        _call.Observer?.OnInput(now, T30Input.Timer, 0);
        if (timers.Call <= now)
        {
            timers.Call = null;
            _call.Disconnect(T30EndReason.LimitCallTime);
        }

        if (timers.Send <= now)
        {
            _call.RunSend();
        }

        if (timers.Hold <= now)
        {
            timers.Hold = null;
        }

        if (timers.Heard <= now)
        {
            timers.Hold = null;
            TakeHeard();
        }

        if (timers.IsDue(timers.Phase, now))
        {
            _silence.EndPhase();
        }

        if (timers.IsDue(timers.State, now))
        {
            timers.State = null;
            _silence.EndState();
        }
    }

    /// <summary>The host's answer to IPageSink.EndPage.</summary>
    public void ConfirmPage(TimeSpan now, PageVerdict verdict)
    {
        _call.Now = now;
        _call.Observer?.OnVerdict(now, verdict);
        _receiver.Confirmation.Confirm(verdict);
    }

    /// <summary>Ends the call in an orderly way: DCN where the other side was heard, then the end.</summary>
    public void Abort(TimeSpan now, T30EndReason reason)
    {
        _call.Now = now;
        _call.Observer?.OnInput(now, T30Input.Abort, (int)reason);
        if (_call.State != T30State.Idle)
        {
            _call.Disconnect(reason);
        }
        else
        {
            _call.End(reason);
        }
    }

    /// <summary>The transport is gone: the call ends at once. A call that was only waiting for DCN had
    /// succeeded.</summary>
    public void LineLost(TimeSpan now)
    {
        _call.Now = now;
        _call.Observer?.OnInput(now, T30Input.LineLost, 0);
        T30EndReason reason = _call.State switch
        {
            T30State.Disconnecting => _call.EndReason,
            T30State.AwaitDcn when !_receiver.LostPage => T30EndReason.CompletedWithoutDcn,
            _ => T30EndReason.LineLost,
        };
        _call.End(reason);
    }

    void IFaxModemEvents.OnSignal(TimeSpan now, LineSignal signal, FaxModulation modulation)
    {
        _call.Now = now;
        _call.Observer?.OnSignal(now, signal, modulation);
        if (IsOver || (signal is LineSignal.Preamble or LineSignal.Training && !CountHeard()))
        {
            return;
        }

        switch (signal)
        {
            case LineSignal.Preamble:
                _identification.NoteAnswer();
                HoldTimers();
                break;
            case LineSignal.Ced:
                _identification.NoteAnswer();
                break;
            case LineSignal.Training:
                TakeHeard();
                _call.Timers.Hold = null;
                _receiver.OnCarrier(modulation);
                break;
            default:
                break;
        }
    }

    void IFaxModemEvents.OnFrame(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
    {
        _call.Now = now;
        _call.Observer?.OnFrame(now, sent: false, modulation, frame, fcsValid);
        if (IsOver)
        {
            return;
        }

        T30Frame parsed = T30Frame.Parse(frame, fcsValid);
        if (modulation == FaxModulation.V21)
        {
            TakeControlFrame(parsed);
        }
        else if (parsed.Class is T30FrameClass.Fcd or T30FrameClass.Rcp)
        {
            TakeHeard();
            _actions.Take(parsed, parsed.Class);
        }
        else
        {
            _call.BadFrames++;
        }
    }

    void IFaxModemEvents.OnImage(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> octets, int lostOctets)
    {
        _call.Now = now;
        if (_call.Observer is { } observer)
        {
            observer.OnImage(now, modulation, octets.Length, CountOnes(octets), lostOctets);
        }

        TakeHeard();
        if (!IsOver)
        {
            _receiver.OnImage(modulation, octets, lostOctets);
        }
    }

    void IFaxModemEvents.OnCarrierEnd(TimeSpan now, FaxModulation modulation)
    {
        _call.Now = now;
        _call.Observer?.OnCarrierEnd(now, modulation);
        if (IsOver)
        {
            return;
        }

        if (modulation != FaxModulation.V21)
        {
            _receiver.OnCarrierEnd(modulation);
            return;
        }

        _call.Timers.Hold = null;
        if (_call.Timers.Heard is not null)
        {
            TakeHeard();
        }
        else
        {
            _silence.NoteUselessCarrier();
        }
    }

    void IFaxModemEvents.OnSent(TimeSpan now)
    {
        _call.Now = now;
        _call.Observer?.OnSent(now);
        if (!IsOver || _call.State == T30State.Disconnecting)
        {
            _call.OnSent();
        }
    }

    private bool IsOver => _call.State is T30State.Idle or T30State.Disconnecting or T30State.Ended;

    private void TakeControlFrame(in T30Frame frame)
    {
        if (!CountHeard())
        {
            return;
        }

        // FCD and RCP have no business on V.21 (T.4 §A.3).
        T30FrameClass kind = frame.Class is T30FrameClass.Fcd or T30FrameClass.Rcp ? T30FrameClass.Other : frame.Class;
        bool sound = kind is not (T30FrameClass.Damaged or T30FrameClass.Malformed);
        _call.HeardFrame |= sound;
        _identification.NoteAnswer();
        HoldTimers();
        T30Action action = T30StateTable.Decide(_call.State, kind).Action;
        if (action is T30Action.Ignore or T30Action.KeepStationId or T30Action.KeepAddress or T30Action.CountDamaged
            or T30Action.RemoteEnded or T30Action.Complete)
        {
            _actions.Take(frame, kind);
            return;
        }

        if (frame.Octets.Length <= _heard.Length)
        {
            frame.Octets.CopyTo(_heard);
            _heardLength = frame.Octets.Length;
            T30Timing timing = _call.Settings.Timing;
            _call.Timers.Heard = _call.Now + (frame.IsFinal ? timing.CarrierEndWait : timing.FrameWait);
        }
    }

    private void TakeHeard()
    {
        if (_call.Timers.Heard is null)
        {
            return;
        }

        _call.Timers.Heard = null;
        T30Frame frame = T30Frame.Parse(_heard.AsSpan(0, _heardLength), fcsValid: true);
        _actions.Take(frame, frame.Class);
    }

    // T.30 §5.4.2: a command or response on its way is not silence. Not while we send: there the guard decides.
    private void HoldTimers()
    {
        if (_call.State is not (T30State.SendingControl or T30State.SendingTcf or T30State.SendingPage
            or T30State.SendingBlock))
        {
            _call.Timers.Hold = _call.Now + _call.Settings.Timing.FrameWait;
        }
    }

    private bool CountHeard()
    {
        if (_call.CountHeard())
        {
            return true;
        }

        _call.Disconnect(T30EndReason.LimitFrames);
        return false;
    }

    private static int CountOnes(ReadOnlySpan<byte> octets)
    {
        int ones = 0;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(octets);
        foreach (ulong word in words)
        {
            ones += BitOperations.PopCount(word);
        }

        foreach (byte octet in octets[(words.Length * sizeof(ulong))..])
        {
            ones += BitOperations.PopCount(octet);
        }

        return ones;
    }
}
