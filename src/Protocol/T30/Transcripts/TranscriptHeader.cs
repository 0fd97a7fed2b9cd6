// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30.Transcripts;

/// <summary>What a call was started with, as far as it decides anything: the header of a transcript. Texts (our number,
/// addresses, passwords) are only told as lengths.</summary>
internal sealed record TranscriptHeader(T30Role Role, T30Settings Settings, bool Receives, bool HasDocument,
    IReadOnlyList<PageFormat> Pages)
{
    /// <summary>The header's lines.</summary>
    public IReadOnlyList<string> Lines() =>
    [
        TranscriptText.FirstLine,
        "call " + string.Join(' ', Words().Select(word => $"{word.Key}={word.Value}")),
        .. Pages.Select(page => $"page {page.Resolution} {page.Width}"),
    ];

    /// <summary>Reads the "call" line; false where something is missing, unknown or out of range.</summary>
    public static bool TryParse(string line, IReadOnlyList<PageFormat> pages, out TranscriptHeader? header)
    {
        header = null;
        Dictionary<string, string> words = [];
        foreach (string word in line.Split(' ').Skip(1))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !words.TryAdd(word[..equals], word[(equals + 1)..]))
            {
                return false;
            }
        }

        try
        {
            header = Read(words, pages);
            return true;
        }
        catch (Exception bad) when (bad is FormatException or OverflowException or ArgumentException
            or KeyNotFoundException)
        {
            // The values' own types know their ranges; a transcript that breaks them is none.
            return false;
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Words()
    {
        T30Settings s = Settings;
        (string, object)[] words =
        [
            ("role", Role), ("receives", Receives), ("document", HasDocument), ("admits", s.Admit is not null),
            ("recognises", s.Recognise is not null), ("identifies", s.IdentifyOnly),
            ("station-id", s.StationId.Length), ("sub", s.SubAddress?.Length ?? 0),
            ("sep", s.SelectivePolling?.Length ?? 0), ("password", s.Password?.Length ?? 0),
            ("ecm", s.Ecm), ("frames64", s.EcmFrames64), ("poll", s.Poll), ("rate", s.RateMax),
            ("scan", s.MinimumScanLineMs), ("width", s.WidthMax), ("modems", (int)s.Modems),
            ("compressions", string.Join(',', s.Compressions.Order())),
            ("resolutions", string.Join(',', s.Resolutions.Order())),
            ("rtn", s.RtnResendsMax), ("ctc", s.CtcRoundsMax), ("tries", s.Timing.Tries),
            ("frames-max", s.Limits.FramesPerPhaseMax), ("pages-max", s.Limits.PagesMax),
            ("rows-max", s.Limits.RowsPerPageMax), ("bytes-max", s.Limits.PageBytesMax),
            ("call-max", s.Limits.CallMax.Ticks), ("t0", s.Timing.T0.Ticks), ("t1", s.Timing.T1.Ticks),
            ("t2", s.Timing.T2.Ticks), ("t4", s.Timing.T4.Ticks), ("t5", s.Timing.T5.Ticks),
            ("pause", s.Timing.Pause.Ticks), ("tcf", s.Timing.Tcf.Ticks),
            ("carrier-end", s.Timing.CarrierEndWait.Ticks), ("frame-wait", s.Timing.FrameWait.Ticks),
            ("grace", s.Timing.ConfirmGrace.Ticks),
        ];
        return words.Select(word => KeyValuePair.Create(word.Item1, TranscriptText.Join(word.Item2)));
    }

    private static TranscriptHeader Read(Dictionary<string, string> words, IReadOnlyList<PageFormat> pages)
    {
        int Number(string key) => int.Parse(words[key], NumberStyles.None, CultureInfo.InvariantCulture);
        bool Flag(string key) => Number(key) != 0;
        TimeSpan Ticks(string key) => TimeSpan.FromTicks(long.Parse(words[key], CultureInfo.InvariantCulture));
        string Text(string key) => new('0', Math.Min(Number(key), StationId.Length));
        T30Settings settings = new()
        {
            StationId = Text("station-id"),
            SubAddress = Text("sub"),
            SelectivePolling = Text("sep"),
            Password = Text("password"),
            Admit = Flag("admits") ? _ => true : null,

            // Transcripts of before the guard do not say it.
            Recognise = words.ContainsKey("recognises") && Flag("recognises") ? _ => true : null,
            IdentifyOnly = words.ContainsKey("identifies") && Flag("identifies"),
            Ecm = Flag("ecm"),
            EcmFrames64 = Flag("frames64"),
            Poll = Flag("poll"),
            RateMax = Number("rate"),
            MinimumScanLineMs = Number("scan"),
            WidthMax = Enum.Parse<PageWidth>(words["width"]),
            Modems = (FaxModems)Number("modems"),
            Compressions = Values<FaxCompression>(words["compressions"]),
            Resolutions = Values<FaxResolution>(words["resolutions"]),
            RtnResendsMax = Number("rtn"),
            CtcRoundsMax = Number("ctc"),
            Limits = new T30Limits
            {
                FramesPerPhaseMax = Number("frames-max"),
                PagesMax = Number("pages-max"),
                RowsPerPageMax = Number("rows-max"),
                PageBytesMax = Number("bytes-max"),
                CallMax = Ticks("call-max"),
            },
            Timing = new T30Timing
            {
                T0 = Ticks("t0"),
                T1 = Ticks("t1"),
                T2 = Ticks("t2"),
                T4 = Ticks("t4"),
                T5 = Ticks("t5"),
                Pause = Ticks("pause"),
                Tcf = Ticks("tcf"),
                Tries = Number("tries"),
                CarrierEndWait = Ticks("carrier-end"),
                FrameWait = Ticks("frame-wait"),
                ConfirmGrace = Ticks("grace"),
            },
        };
        return new TranscriptHeader(Enum.Parse<T30Role>(words["role"]), settings, Flag("receives"), Flag("document"),
            pages);
    }

    private static HashSet<T> Values<T>(string list)
        where T : struct, Enum
        => [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<T>)];
}
