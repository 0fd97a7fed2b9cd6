// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30.Transcripts;

/// <summary>What a replay came to.</summary>
/// <param name="IsSame">The engine did again, line by line and at the same times, what the transcript says.</param>
/// <param name="Fault">In plain words where it did not; no PHI.</param>
/// <param name="Line">Number of the first line that can't be read or differs, from 1; 0 if none.</param>
/// <param name="Recorded">That line as it was recorded.</param>
/// <param name="Replayed">What the engine did instead.</param>
/// <param name="Result">The replayed call's result.</param>
public sealed record TranscriptReplayReport(bool IsSame, string Fault, int Line, string? Recorded, string? Replayed,
    T30Result? Result);

/// <summary>Drives a session with what a transcript says drove the call, and compares what it does. Deterministic: all
/// inputs carry their times, and what depends on image content comes from the record.</summary>
public static class TranscriptReplay
{
    // Our limit: octets that one image line may stand for.
    private const int ImageBytesMax = 1 << 20;

    public static TranscriptReplayReport Run(IEnumerable<string> lines)
    {
        Transcript? transcript = Transcript.TryRead(lines, out int badLine);
        if (transcript is null)
        {
            return new TranscriptReplayReport(false, "the transcript can't be read", badLine, null, null, null);
        }

        List<string> replayed = [];
        T30Result? result = Drive(transcript, replayed.Add, out TranscriptEntry? unusable);
        if (unusable is not null)
        {
            return new TranscriptReplayReport(false, "an input can't be read", unusable.LineNumber, unusable.Line,
                null, null);
        }

        List<(string, int)> recorded =
        [
            .. transcript.Header.Lines().Select((line, index) => (line, index + 1)),
            .. transcript.Entries.Select(entry => (entry.Line, entry.LineNumber)),
        ];
        return Compare(recorded, replayed, result);
    }

    private static T30Result? Drive(Transcript transcript, Action<string> write, out TranscriptEntry? unusable)
    {
        TranscriptHeader header = transcript.Header;
        ReplayImageWork work = new(transcript);
        ReplayModem modem = new();
        Queue<bool> admitted = Answers(transcript, "admitted");
        Queue<bool> recognised = Answers(transcript, "recognised");
        T30Settings settings = header.Settings with
        {
            Admit = header.Settings.Admit is null ? null : _ => admitted.TryDequeue(out bool yes) && yes,
            Recognise = header.Settings.Recognise is null ? null : _ => recognised.TryDequeue(out bool yes) && yes,
        };
        T30Session session = new(settings, header.Role, modem, work, header.Receives ? new SilentSink() : null,
            header.HasDocument, new TranscriptWriter(write, header));
        unusable = null;
        for (int i = 0; i < transcript.Entries.Count; i++)
        {
            TranscriptEntry entry = transcript.Entries[i];
            if (!entry.IsInput)
            {
                continue;
            }

            work.PageGoesTooLong = false;
            bool stalled = false;
            for (int next = i + 1; next < transcript.Entries.Count && !transcript.Entries[next].IsInput; next++)
            {
                work.PageGoesTooLong |= transcript.Entries[next].Kind == "too-long";
                stalled |= transcript.Entries[next] is { Kind: "ended", Words: [nameof(T30EndReason.SendStalled), ..] };
            }

            if (entry.Kind == "timer" && !stalled)
            {
                modem.TakeSome();
            }

            if (!Feed(session, entry))
            {
                unusable = entry;
                return null;
            }
        }

        return session.Result;
    }

    // What the host said to one kind of question, in order.
    private static Queue<bool> Answers(Transcript transcript, string kind) =>
        new(transcript.Entries.Where(entry => entry.Mark == '=' && entry.Kind == kind)
            .Select(entry => entry.Number(0) == 1));

    private static bool Feed(T30Session session, TranscriptEntry entry)
    {
        IFaxModemEvents events = session;
        switch (entry.Kind)
        {
            case "start" when session.State == T30State.Idle:
                session.Start(entry.Time);
                return true;
            case "timer":
                session.Advance(entry.Time);
                return true;
            case "sent":
                events.OnSent(entry.Time);
                return true;
            case "line-lost":
                session.LineLost(entry.Time);
                return true;
            case "verdict" when entry.Value<PageVerdict>(0) is { } verdict:
                session.ConfirmPage(entry.Time, verdict);
                return true;
            case "abort" when entry.Value<T30EndReason>(0) is { } reason:
                session.Abort(entry.Time, reason);
                return true;
            case "carrier-end" when entry.Value<FaxModulation>(0) is { } modulation:
                events.OnCarrierEnd(entry.Time, modulation);
                return true;
            case "signal" when entry.Value<LineSignal>(0) is { } signal && entry.Value<FaxModulation>(1) is { } carrier:
                events.OnSignal(entry.Time, signal, carrier);
                return true;
            case "frame" when entry.Value<FaxModulation>(0) is { } modulation && entry.Words.Length > 2
                && TranscriptText.TryFrame(entry.Words[2], out byte[] frame):
                events.OnFrame(entry.Time, modulation, frame, entry.Words[1] == "ok");
                return true;
            case "image" when entry.Value<FaxModulation>(0) is { } modulation
                && entry.Number(1) is >= 0 and <= ImageBytesMax:
                byte[] filler = Filler(entry.Number(1), entry.Number(2));
                events.OnImage(entry.Time, modulation, filler, Math.Max(0, entry.Number(3)));
                return true;
            default:
                return false;
        }
    }

    // As many octets with as many ones in them.
    private static byte[] Filler(int octets, int ones)
    {
        byte[] filler = new byte[octets];
        for (int i = 0; i < octets && ones > 0; i++)
        {
            int bits = Math.Min(ones, 8);
            filler[i] = (byte)(0xFF << (8 - bits));
            ones -= bits;
        }

        return filler;
    }

    private static TranscriptReplayReport Compare(
        List<(string Line, int Number)> recorded, List<string> replayed, T30Result? result)
    {
        for (int i = 0; i < Math.Max(recorded.Count, replayed.Count); i++)
        {
            string? was = i < recorded.Count ? recorded[i].Line : null;
            string? now = i < replayed.Count ? replayed[i] : null;
            if (was != now)
            {
                int line = i < recorded.Count ? recorded[i].Number : recorded[^1].Number + 1;
                return new TranscriptReplayReport(false, "the engine did something else", line, was, now, result);
            }
        }

        return new TranscriptReplayReport(true, "", 0, null, null, result);
    }

    private sealed class SilentSink : IPageSink
    {
        public void BeginPage(in ReceivedPageInfo page)
        {
            // A replay keeps nothing.
        }

        public void WriteRow(ReadOnlySpan<byte> row)
        {
            // A replay keeps nothing.
        }

        public void EndPage(in PageQuality quality)
        {
            // The verdict comes from the record.
        }

        public void AbandonPage(in PageQuality quality)
        {
            // A replay keeps nothing.
        }
    }
}
