// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hermetic.Protocol.T30.Transcripts;

/// <summary>The words of a transcript line: times, frames without their content (docs/formats/transcript.md).</summary>
internal static class TranscriptText
{
    public const string FirstLine = "hermetic-transcript 1";

    // Our limit: what one frame of a transcript may unfold to.
    private const int FrameBytesMax = 4096;

    /// <summary>Seconds since the call began, exact to the tick, so that a replay is given the same times.</summary>
    public static string Time(TimeSpan now)
    {
        (long seconds, long ticks) = Math.DivRem(now.Ticks, TimeSpan.TicksPerSecond);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}.{ticks:D7}");
    }

    public static bool TryTime(string text, out TimeSpan time)
    {
        time = default;
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || text.Length - dot != 8
            || !long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || !long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            || seconds > 1_000_000)
        {
            return false;
        }

        time = TimeSpan.FromTicks(seconds * TimeSpan.TicksPerSecond + ticks);
        return true;
    }

    /// <summary>A frame with what may be PHI left out: hex of what tells frames apart and of capability and ECM fields,
    /// then "+n" for n octets not told. Ids, addresses, non-standard fields and coded data are only counted, and so is
    /// all of a frame that came damaged.</summary>
    public static string Frame(ReadOnlySpan<byte> frame, bool fcsValid)
    {
        int told = Math.Min(frame.Length, ToldBytes(T30Frame.Parse(frame, fcsValid).Class));
        string hex = Convert.ToHexStringLower(frame[..told]);
        return told == frame.Length && told > 0 ? hex : $"{hex}+{frame.Length - told}";
    }

    /// <summary>The frame again, with zeros for what was not told.</summary>
    public static bool TryFrame(string text, out byte[] frame)
    {
        int plus = text.IndexOf('+', StringComparison.Ordinal);
        ReadOnlySpan<char> hex = plus < 0 ? text : text.AsSpan(0, plus);
        int masked = 0;
        frame = [];
        if (hex.Length % 2 != 0 || (plus >= 0 && !int.TryParse(text.AsSpan(plus + 1), NumberStyles.None,
            CultureInfo.InvariantCulture, out masked)) || masked > FrameBytesMax || hex.Length > FrameBytesMax)
        {
            return false;
        }

        frame = new byte[hex.Length / 2 + masked];
        return Convert.FromHexString(hex, frame, out _, out _) == OperationStatus.Done;
    }

    public static string Join(params ReadOnlySpan<object?> words)
    {
        StringBuilder line = new();
        foreach (object? word in words)
        {
            if (line.Length > 0)
            {
                line.Append(' ');
            }

            line.Append(word switch
            {
                bool yes => yes ? "1" : "0",
                IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                _ => word,
            });
        }

        return line.ToString();
    }

    private static int ToldBytes(T30FrameClass frame) => frame switch
    {
        T30FrameClass.Damaged or T30FrameClass.Malformed => 0,
        T30FrameClass.Dis or T30FrameClass.Dtc or T30FrameClass.Dcs => T30Frame.FifOffset + CapabilityField.BytesMax,
        T30FrameClass.Pps or T30FrameClass.Eor => T30Frame.FifOffset + T30Frame.PpsFifBytes,
        T30FrameClass.Ppr => T30Frame.FifOffset + T30Frame.PprFifBytes,
        T30FrameClass.Ctc => T30Frame.FifOffset + T30Frame.CtcFifBytes,
        T30FrameClass.Fcd => T30Frame.FifOffset + 1,
        _ => T30Frame.FifOffset,
    };
}
