// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.TestKit.Simulation;

/// <summary>One end of a <see cref="DirectLine"/>. Each transmission is an iterator that yields the time until its next
/// step.</summary>
public sealed class DirectModem : IFaxModem
{
    private readonly DirectLine _line;
    private IFaxModemEvents? _events;
    private Func<IEnumerator<TimeSpan>>? _next;
    private IEnumerator<TimeSpan>? _running;
    private TimeSpan _dueAt;
    private TimeSpan _now;
    private FaxModulation? _carrier;

    internal DirectModem(DirectLine line) => _line = line;

    /// <summary>Decides what becomes of a frame that this end sends: V.21 and image carrier.</summary>
    public Func<FaxModulation, byte[], FrameFate> OnFrame { get; set; } = (_, _) => FrameFate.Deliver;

    /// <summary>May change the TCF or page octets that this end sends; null drops them.</summary>
    public Func<FaxModulation, byte[], byte[]?> OnImage { get; set; } = (_, octets) => octets;

    /// <summary>True to let nothing of this end's signals through any more.</summary>
    public bool Mute { get; set; }

    /// <summary>Octets of the last non-ECM page sent, to look at fill.</summary>
    public List<byte> LastImage { get; } = [];

    internal DirectModem Far { get; set; } = null!;

    public TimeSpan? NextDeadline => _next is not null ? TimeSpan.Zero : _running is not null ? _dueAt : null;

    public void Attach(IFaxModemEvents events) => _events = events;

    public void Advance(TimeSpan now)
    {
        _now = now;
        if (_next is { } next)
        {
            _next = null;
            EndCarrier();
            _running = next();
            _dueAt = now;
        }

        while (_running is { } running && _dueAt <= now && _next is null)
        {
            if (running.MoveNext())
            {
                _dueAt += running.Current;
                continue;
            }

            _running = null;
        }
    }

    public void SendSilence() => _next = Nothing;

    public void SendCng() => _next = Cng;

    public void SendCed() => _next = Ced;

    public void SendControl(IFrameSource frames) => _next = () => Control(frames);

    public void SendTraining(FaxModulation modulation, TimeSpan tcf) => _next = () => Training(modulation, tcf);

    public void SendImage(FaxModulation modulation, bool shortTraining, IImageSource image)
        => _next = () => Image(modulation, shortTraining, image);

    public void SendEcmBlock(FaxModulation modulation, bool shortTraining, IFrameSource frames)
        => _next = () => Block(modulation, shortTraining, frames);

    public void ListenControl()
    {
        // All is heard at all times.
    }

    public void ListenImage(FaxModulation modulation, bool shortTraining, bool ecm)
    {
        // All is heard at all times.
    }

    private static IEnumerator<TimeSpan> Nothing()
    {
        yield break;
    }

    private IEnumerator<TimeSpan> Cng()
    {
        while (true)
        {
            Carry((events, now) => events.OnSignal(now, LineSignal.Cng, FaxModulation.V21));
            yield return TimeSpan.FromSeconds(3.5);
        }
    }

    private IEnumerator<TimeSpan> Ced()
    {
        Carry((events, now) => events.OnSignal(now, LineSignal.Ced, FaxModulation.V21));
        yield return TimeSpan.FromSeconds(2.675);
        Done();
    }

    private IEnumerator<TimeSpan> Control(IFrameSource frames)
    {
        BeginCarrier(LineSignal.Preamble, FaxModulation.V21);
        yield return TimeSpan.FromSeconds(1);
        byte[] buffer = new byte[frames.FrameBytesMax];
        while (frames.TryNext(buffer, out int length))
        {
            // FCS and a flag behind each frame.
            yield return TimeSpan.FromSeconds((length + 3) * 8 / 300.0);
            CarryFrame(FaxModulation.V21, buffer[..length]);
        }

        EndCarrier();
        Done();
    }

    private IEnumerator<TimeSpan> Training(FaxModulation modulation, TimeSpan tcf)
    {
        BeginCarrier(LineSignal.Training, modulation);
        yield return TimeSpan.FromSeconds(1.2);
        int octets = (int)(modulation.BitsPerSecond() * tcf.TotalSeconds / 8);
        while (octets > 0)
        {
            int count = Math.Min(octets, modulation.BitsPerSecond() / 80);
            CarryImage(modulation, new byte[count]);
            octets -= count;
            yield return TimeSpan.FromMilliseconds(100);
        }

        EndCarrier();
        Done();
    }

    private IEnumerator<TimeSpan> Image(FaxModulation modulation, bool shortTraining, IImageSource image)
    {
        LastImage.Clear();
        BeginCarrier(LineSignal.Training, modulation);
        yield return TimeSpan.FromSeconds(shortTraining ? 0.142 : 1.2);
        byte[] buffer = new byte[modulation.BitsPerSecond() / 80];
        int count;
        while ((count = image.Read(buffer)) > 0)
        {
            LastImage.AddRange(buffer.AsSpan(0, count));
            CarryImage(modulation, buffer[..count]);
            yield return TimeSpan.FromMilliseconds(100);
        }

        EndCarrier();
        Done();
    }

    private IEnumerator<TimeSpan> Block(FaxModulation modulation, bool shortTraining, IFrameSource frames)
    {
        BeginCarrier(LineSignal.Training, modulation);
        yield return TimeSpan.FromSeconds(shortTraining ? 0.142 : 1.2);
        byte[] buffer = new byte[frames.FrameBytesMax];
        while (frames.TryNext(buffer, out int length))
        {
            yield return TimeSpan.FromSeconds((length + 3) * 8.0 / modulation.BitsPerSecond());
            CarryFrame(modulation, buffer[..length]);
        }

        EndCarrier();
        Done();
    }

    private void Done() => _events?.OnSent(_now);

    private void BeginCarrier(LineSignal signal, FaxModulation modulation)
    {
        _carrier = modulation;
        Carry((events, now) => events.OnSignal(now, signal, modulation));
    }

    private void EndCarrier()
    {
        if (_carrier is { } carrier)
        {
            _carrier = null;
            Carry((events, now) => events.OnCarrierEnd(now, carrier));
        }
    }

    private void CarryFrame(FaxModulation modulation, byte[] frame)
    {
        FrameFate fate = OnFrame(modulation, frame);
        if (fate != FrameFate.Drop)
        {
            Carry((events, now) => events.OnFrame(now, modulation, frame, fate == FrameFate.Deliver));
        }
    }

    private void CarryImage(FaxModulation modulation, byte[] octets)
    {
        if (OnImage(modulation, octets) is { } carried)
        {
            Carry((events, now) => events.OnImage(now, modulation, carried, lostOctets: 0));
        }
    }

    private void Carry(Action<IFaxModemEvents, TimeSpan> what)
    {
        if (!Mute)
        {
            _line.Carry(_now, now =>
            {
                if (Far._events is { } events)
                {
                    what(events, now);
                }
            });
        }
    }
}
