// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Hermetic.Cli.Replay;

/// <summary>Reads a file line by line without ever holding more than a line of a transcript may have.</summary>
internal static class TranscriptLines
{
    /// <summary>Our limit: the longest line that `--transcript` writes is a frame of 266 octets, in hexadecimal, with
    /// some words around it, or the settings of a session.</summary>
    public const int LineCharsMax = 16_384;

    /// <summary>The lines, each without its end (LF, or CR and LF).</summary>
    /// <exception cref="InvalidDataException">A line is too long; the message says which.</exception>
    public static IEnumerable<string> Read(TextReader reader)
    {
        char[] buffer = new char[4096];
        StringBuilder line = new();
        int number = 1;
        for (int count; (count = reader.Read(buffer)) > 0;)
        {
            int at = 0;
            for (int end; (end = Array.IndexOf(buffer, '\n', at, count - at)) >= 0; at = end + 1)
            {
                yield return Take(line, buffer.AsSpan(at, end - at), number++).TrimEnd('\r');
                line.Clear();
            }

            _ = Take(line, buffer.AsSpan(at, count - at), number);
        }

        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }

    private static string Take(StringBuilder line, ReadOnlySpan<char> more, int number)
    {
        if (line.Length + more.Length > LineCharsMax)
        {
            throw new InvalidDataException($"line {number}: it is longer than {LineCharsMax} characters");
        }

        return line.Append(more).ToString();
    }
}
