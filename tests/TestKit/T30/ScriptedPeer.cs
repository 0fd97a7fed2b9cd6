// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.TestKit.Simulation;

namespace Hermetic.TestKit.T30;

/// <summary>A far end that plays a script, however wrong: it hears and sends on cue and keeps what it heard.</summary>
public sealed class ScriptedPeer : IFaxModemEvents
{
    // A well-behaved station leaves the line quiet before it answers.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(200);

    private readonly FaxSimulation _simulation;
    private readonly DirectModem _modem;
    private readonly IEnumerator<PeerStep> _script;
    private readonly Queue<T30FrameClass> _unheard = new();
    private PeerStep? _step;
    private TimeSpan? _dueAt = TimeSpan.Zero;
    private int _imageEnds;
    private bool _sending;

    public ScriptedPeer(FaxSimulation simulation, DirectModem modem, IEnumerable<PeerStep> script)
    {
        _simulation = simulation;
        _modem = modem;
        _script = script.GetEnumerator();
        modem.Attach(this);
        simulation.Add(() => _dueAt, Advance);
    }

    /// <summary>Control frames heard, in order.</summary>
    public List<byte[]> Heard { get; } = [];

    /// <summary>Image frames heard, in order.</summary>
    public List<byte[]> HeardImageFrames { get; } = [];

    /// <summary>What class each control frame heard was of.</summary>
    public IEnumerable<T30FrameClass> HeardClasses => Heard.Select(frame => T30Frame.Parse(frame, true).Class);

    /// <summary>Times at which control frames were heard.</summary>
    public List<(TimeSpan At, T30FrameClass Frame)> Times { get; } = [];

    public bool ScriptEnded { get; private set; }

    public int Count(T30FrameClass frame) => HeardClasses.Count(heard => heard == frame);

    void IFaxModemEvents.OnSignal(TimeSpan now, LineSignal signal, FaxModulation modulation)
    {
        // The script goes by frames and carriers.
    }

    void IFaxModemEvents.OnFrame(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
    {
        if (modulation != FaxModulation.V21)
        {
            HeardImageFrames.Add(frame.ToArray());
            return;
        }

        Heard.Add(frame.ToArray());
        T30FrameClass heard = T30Frame.Parse(frame, fcsValid).Class;
        Times.Add((now, heard));
        _unheard.Enqueue(heard);
        Continue();
    }

    void IFaxModemEvents.OnImage(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> octets, int lostOctets)
    {
        // The script goes by carriers.
    }

    void IFaxModemEvents.OnCarrierEnd(TimeSpan now, FaxModulation modulation)
    {
        if (modulation != FaxModulation.V21)
        {
            _imageEnds++;
            Continue();
        }
    }

    void IFaxModemEvents.OnSent(TimeSpan now)
    {
        _sending = false;
        Next(TimeSpan.Zero);
    }

    private void Advance(TimeSpan now)
    {
        _dueAt = null;
        switch (_step)
        {
            case PeerStep.SendFrames send when !_sending:
                Start(() => _modem.SendControl(new Frames(send.Frames)));
                break;
            case PeerStep.SendCed when !_sending:
                Start(_modem.SendCed);
                break;
            case PeerStep.SendTcf send when !_sending:
                Start(() => _modem.SendTraining(send.Modulation, TimeSpan.FromSeconds(1.5)));
                break;
            case PeerStep.SendImage send when !_sending:
                Start(() => _modem.SendImage(send.Modulation, true, new Octets(send.Octets)));
                break;
            case PeerStep.SendBlock send when !_sending:
                Start(() => _modem.SendEcmBlock(send.Modulation, true, new Frames(send.Frames)));
                break;
            default:
                Next(TimeSpan.Zero);
                break;
        }
    }

    private void Start(Action send)
    {
        _sending = true;
        send();
    }

    private void Next(TimeSpan after)
    {
        if (!_script.MoveNext())
        {
            _step = null;
            ScriptEnded = true;
            return;
        }

        _step = _script.Current;
        switch (_step)
        {
            case PeerStep.HearFrame or PeerStep.HearImageEnd:
                Continue();
                break;
            case PeerStep.Pause pause:
                _dueAt = _simulation.Now + pause.Time;
                break;
            default:
                _dueAt = _simulation.Now + Breath + after;
                break;
        }
    }

    private void Continue()
    {
        if (_step is PeerStep.HearImageEnd && _imageEnds > 0)
        {
            _imageEnds--;
            Next(TimeSpan.Zero);
            return;
        }

        while (_step is PeerStep.HearFrame hear && _unheard.TryDequeue(out T30FrameClass heard))
        {
            if (heard == hear.Frame)
            {
                Next(TimeSpan.Zero);
                return;
            }
        }
    }

    private sealed class Frames(byte[][] frames) : IFrameSource
    {
        private int _next;

        public int FrameBytesMax => frames.Length == 0 ? 1 : frames.Max(frame => frame.Length);

        public bool TryNext(Span<byte> destination, out int length)
        {
            length = 0;
            if (_next == frames.Length)
            {
                return false;
            }

            length = frames[_next].Length;
            frames[_next++].CopyTo(destination);
            return true;
        }
    }

    private sealed class Octets(byte[] octets) : IImageSource
    {
        private int _at;

        public int Read(Span<byte> destination)
        {
            int count = Math.Min(destination.Length, octets.Length - _at);
            octets.AsSpan(_at, count).CopyTo(destination);
            _at += count;
            return count;
        }
    }
}
