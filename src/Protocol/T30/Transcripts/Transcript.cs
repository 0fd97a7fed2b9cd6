// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30.Transcripts;

/// <summary>A transcript that was read: its header and entries, IFP left out.</summary>
internal sealed class Transcript
{
    // Our limit: lines of a transcript; an hour at 2,400 bit/s in small packets is some 200,000.
    private const int LinesMax = 2_000_000;

    private Transcript(TranscriptHeader header, IReadOnlyList<TranscriptEntry> entries)
    {
        Header = header;
        Entries = entries;
    }

    public TranscriptHeader Header { get; }

    public IReadOnlyList<TranscriptEntry> Entries { get; }

    /// <summary>Null and the number of the first line that can't be read, from 1.</summary>
    public static Transcript? TryRead(IEnumerable<string> lines, out int badLine)
    {
        List<TranscriptEntry> entries = [];
        List<PageFormat> pages = [];
        string? call = null;
        badLine = 0;
        foreach (string line in lines)
        {
            badLine++;
            bool good = badLine switch
            {
                1 => line == TranscriptText.FirstLine,
                2 => TakeCall(line, out call),
                > LinesMax => false,
                _ => TakePage(line, pages) || TakeEntry(line, badLine, entries),
            };
            if (!good)
            {
                return null;
            }
        }

        if (call is null || !TranscriptHeader.TryParse(call, pages, out TranscriptHeader? header))
        {
            badLine = Math.Min(badLine, 2);
            return null;
        }

        return new Transcript(header!, entries);
    }

    private static bool TakeCall(string line, out string? call)
    {
        call = line;
        return line.StartsWith("call ", StringComparison.Ordinal);
    }

    private static bool TakePage(string line, List<PageFormat> pages)
    {
        string[] words = line.Split(' ');
        if (words is not ["page", _, _] || !Enum.TryParse(words[1], out FaxResolution resolution)
            || !Enum.TryParse(words[2], out PageWidth width))
        {
            return false;
        }

        pages.Add(new PageFormat(resolution, width));
        return Enum.IsDefined(resolution) && Enum.IsDefined(width);
    }

    private static bool TakeEntry(string line, int number, List<TranscriptEntry> entries)
    {
        string[] words = line.Split(' ');
        if (words.Length < 3 || !TranscriptText.TryTime(words[0], out TimeSpan time) || words[1] is not [_])
        {
            return false;
        }

        if (words[1] != "~")
        {
            entries.Add(new TranscriptEntry(time, words[1][0], words[2], words[3..], line, number));
        }

        return words[1] is "<" or ">" or "=" or "~";
    }
}

/// <summary>One line: input (&gt;), what the call did (&lt;) or a fact about an image (=). Lines are numbered from
/// 1.</summary>
internal sealed record TranscriptEntry(
    TimeSpan Time, char Mark, string Kind, string[] Words, string Line, int LineNumber)
{
    public bool IsInput => Mark == '>';

    /// <summary>A number of the line; −1 where there is none.</summary>
    public int Number(int index)
        => index < Words.Length
            && int.TryParse(Words[index], NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : -1;

    public T? Value<T>(int index)
        where T : struct, Enum
        => index < Words.Length && Enum.TryParse(Words[index], out T value) && Enum.IsDefined(value) ? value : null;
}
