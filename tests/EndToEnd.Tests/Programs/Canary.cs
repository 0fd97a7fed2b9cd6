// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>Strings that stand for a patient's data: planted in documents, names and numbers, looked for where they
/// must not be.</summary>
internal static class Canary
{
    /// <summary>In the document's text.</summary>
    public const string Text = "ZEBRAFINCH-7Q";

    /// <summary>Part of the file's name.</summary>
    public const string FileName = "quetzal-patient";

    /// <summary>Our number.</summary>
    public const string From = "5559173046";

    /// <summary>The number that is dialled.</summary>
    public const string Dialled = "5552648197";

    /// <summary>The listener's number.</summary>
    public const string Station = "5558350264";

    private static readonly string[] All = [Text, FileName, From, Dialled, Station];

    /// <summary>The canaries that occur in some octets: as text, or as T.30 codes a station id (T.30 §5.3.6.2.4: each
    /// digit bit-reversed, last first), raw or in hexadecimal.</summary>
    public static IReadOnlyList<string> FoundIn(byte[] octets)
    {
        string text = Encoding.Latin1.GetString(octets);
        return [.. All.Where(canary =>
            Forms(canary).Any(form => text.Contains(form, StringComparison.OrdinalIgnoreCase)))];
    }

    /// <summary>All that a canary could look like.</summary>
    public static IEnumerable<string> Forms(string canary)
    {
        byte[] plain = Encoding.Latin1.GetBytes(canary);
        byte[] coded = [.. plain.Reverse().Select(Turned)];
        foreach (byte[] form in new[] { plain, coded })
        {
            yield return Encoding.Latin1.GetString(form);
            yield return Convert.ToHexString(form);
            yield return Convert.ToBase64String(form)[..^2];
        }
    }

    private static byte Turned(byte value)
    {
        int turned = 0;
        for (int bit = 0; bit < 8; bit++)
        {
            turned |= ((value >> bit) & 1) << (7 - bit);
        }

        return (byte)turned;
    }
}
