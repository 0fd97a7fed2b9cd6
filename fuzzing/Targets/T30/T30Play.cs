// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Fuzzing.Targets.T30;

/// <summary>One session, its line and its host, in simulated time.</summary>
internal sealed class T30Play
{
    // Our limit on the work of one input: a call of all its steps needs some thousand of these at most.
    private const int EventsMax = 20_000;

    // Our limit: what the session may still need once the far end has fallen silent (three tries of anything).
    private const int EventsAfterwardsMax = 2_000;

    // Ends the mutated call soon in simulated time too. Our limit.
    private static readonly TimeSpan CallMax = TimeSpan.FromMinutes(10);

    // What DCN and the timers may add to it: T5 is the longest (T.30 §A.5.4.1).
    private static readonly TimeSpan EndMax = CallMax + TimeSpan.FromSeconds(70);

    private readonly T30Session session;
    private readonly DrainingModem modem = new();
    private readonly StrictHost host;
    private TimeSpan now;
    private FaxModulation? carrier;
    private FaxModulation imageModulation = FaxModulation.V29At9600;
    private int events;

    public T30Play(byte settings, byte hostMode)
    {
        T30Role role = (settings & 1) == 0 ? T30Role.Called : T30Role.Calling;
        host = new StrictHost(hostMode, () => now);
        T30Settings t30 = new()
        {
            StationId = "+1 555 0100",
            Ecm = (settings & 2) == 0,
            Poll = (settings & 4) != 0,
            EcmFrames64 = (settings & 8) != 0,
            Admit = (settings & 16) != 0 ? _ => host.Admits : null,
            Limits = new() { CallMax = CallMax, RowsPerPageMax = 300, PageBytesMax = 32 << 10, PagesMax = 20 },
        };
        bool sends = role == T30Role.Calling ? (settings & 32) == 0 : (settings & 32) != 0;
        session = new T30Session(t30, role, modem, sends ? new SmallPages() : null, (settings & 64) == 0 ? host : null,
            host);
        host.Confirm = verdict => session.ConfirmPage(now, verdict);
    }

    private IFaxModemEvents Ear => session;

    private bool IsSending => session.State is T30State.SendingControl or T30State.SendingTcf or T30State.SendingPage
        or T30State.SendingBlock or T30State.Disconnecting;

    public void Start()
    {
        session.Start(now);
        Settle();
    }

    /// <summary>A V.21 transmission of one frame; if it is not alone, its carrier is there already and
    /// stays.</summary>
    public void SayOnV21(ReadOnlySpan<byte> frame, bool fcsValid, bool alone)
    {
        if (alone)
        {
            Signal(LineSignal.Preamble, FaxModulation.V21);
            Pass(TimeSpan.FromSeconds(1));
        }

        Ear.OnFrame(now, FaxModulation.V21, frame, fcsValid);
        Settle();
        if (alone)
        {
            EndCarrier();
        }
    }

    public void SayOnImageCarrier(ReadOnlySpan<byte> frame, bool fcsValid)
    {
        Ear.OnFrame(now, imageModulation, frame, fcsValid);
        Settle();
    }

    public void Signal(LineSignal signal, FaxModulation modulation)
    {
        if (signal == LineSignal.Training && modulation != FaxModulation.V21)
        {
            imageModulation = modulation;
        }

        carrier = signal is LineSignal.Preamble or LineSignal.Training ? modulation : carrier;
        Ear.OnSignal(now, signal, modulation);
        Settle();
    }

    public void Image(ReadOnlySpan<byte> octets, int lostOctets)
    {
        Ear.OnImage(now, imageModulation, octets, lostOctets);
        Settle();
    }

    public void EndCarrier()
    {
        if (carrier is { } ending)
        {
            carrier = null;
            Ear.OnCarrierEnd(now, ending);
            Settle();
            Oracle.Holds(session.IsEnded || session.NextDeadline is not null, "a call that goes on is timed");
        }
    }

    public void Wait(TimeSpan time) => Pass(time);

    public void Host(int what)
    {
        switch (what)
        {
            case 0:
                host.Answer(PageVerdict.Kept);
                break;
            case 1:
                host.Answer(PageVerdict.Refused);
                break;
            case 2:
                session.Abort(now, T30EndReason.Aborted);
                break;
            case 3:
                session.LineLost(now);
                break;
            default:
                HearItOut();
                break;
        }

        Settle();
    }

    /// <summary>Nothing more is heard: the session must end by itself, and be right about what it did.</summary>
    public void FallSilent()
    {
        int before = events;
        while (!session.IsEnded && now < EndMax && Next() is not null)
        {
            Pass(Later(Next()!.Value - now));
            Oracle.Holds(events - before < EventsAfterwardsMax, "silence ends in few steps");
        }

        Oracle.Holds(session.IsEnded, "silence ends the call");
        T30Result result = session.Result;
        Oracle.Holds(result.EndReason != T30EndReason.None, "the end has a reason");
        Oracle.Holds(result.PagesReceived <= host.Kept, "no page is confirmed that was not kept");
        Oracle.Holds(!host.IsOpen, "a page that was begun is ended or abandoned");
        Oracle.Holds(result.RemoteStationId is not { } id || (id.Length <= 20 && id.All(c => c is >= ' ' and <= '~')),
            "a station id is short and safe to show");
        Ear.OnFrame(now, FaxModulation.V21, [T30Frame.Address, T30Frame.Control | T30Frame.FinalBit, Fcf.Dis, 0, 0x77,
            0x1E], fcsValid: true);
        session.ConfirmPage(now, PageVerdict.Kept);
        session.Advance(now + TimeSpan.FromHours(1));
        Oracle.Holds(session.IsEnded && session.NextDeadline is null && session.Result.EndReason == result.EndReason,
            "what has ended stays so");
    }

    // As far as our own transmission goes, with what follows it by itself (TCF behind DCS).
    private void HearItOut()
    {
        while (IsSending && Next() is { } next)
        {
            Pass(Later(next - now));
        }
    }

    private static TimeSpan Later(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private TimeSpan? Next() =>
        modem.SentAt is { } sent && !(session.NextDeadline < sent) ? sent : session.NextDeadline;

    private void Pass(TimeSpan time)
    {
        TimeSpan until = now + time;
        Settle();
        while (Next() is { } next && next <= until)
        {
            now = next > now ? next : now;
            Settle();
        }

        now = until;
        Settle();
    }

    // All that is due now. A session that wants to be called again for the same instant for ever is caught here.
    private void Settle()
    {
        while (true)
        {
            modem.Take(now);
            if (modem.SentAt <= now)
            {
                modem.Sent();
                Ear.OnSent(now);
            }
            else if (session.NextDeadline <= now)
            {
                session.Advance(now);
            }
            else
            {
                return;
            }

            Oracle.Holds(++events < EventsMax, "work is bounded");
        }
    }
}
