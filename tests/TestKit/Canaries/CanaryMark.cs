// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Hermetic.TestKit.Canaries;

/// <summary>A way to write octets down, and what a mark looks like so written.</summary>
public sealed record CanaryForm(string Name, byte[] Octets);

/// <summary>Something unique that was faxed in, and must lie nowhere in a form that can be read.</summary>
/// <param name="Name">What it is, for a test's message.</param>
/// <param name="Octets">At least 8 of them: fewer might stand anywhere by chance.</param>
public sealed record CanaryMark(string Name, byte[] Octets)
{
    public static CanaryMark Of(string name, string text) => new(name, Encoding.ASCII.GetBytes(text));

    private bool IsText => Octets.All(octet => octet is >= 0x20 and < 0x7F);

    /// <summary>All that it is looked for as, but packed.</summary>
    public IReadOnlyList<CanaryForm> Forms => field ??= [.. AllForms()];

    private IEnumerable<CanaryForm> AllForms()
    {
        byte[] turned = [.. Octets.Select(Turned)];
        yield return new("raw", Octets);
        yield return new("bit-reversed", turned);
        yield return new("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Octets)));
        yield return new("HEX", Encoding.ASCII.GetBytes(Convert.ToHexString(Octets)));
        for (int before = 0; before < 3; before++)
        {
            yield return new($"base64 behind {before}", Base64(Octets, before));
            yield return new($"bit-reversed base64 behind {before}", Base64(turned, before));
        }

        if (IsText)
        {
            string text = Encoding.ASCII.GetString(Octets);
            yield return new("utf16", Encoding.Unicode.GetBytes(text));
            yield return new("utf16 big-endian", Encoding.BigEndianUnicode.GetBytes(text));
            // T.30 §5.3.6.2.4: a station id goes last digit first.
            yield return new("t30", [.. turned.Reverse()]);
        }
    }

    // The characters that hold bits of the octets alone, whatever stands around them.
    private static byte[] Base64(byte[] octets, int before)
    {
        string all = Convert.ToBase64String([.. new byte[before], .. octets]);
        int first = ((before * 8) + 5) / 6;
        return Encoding.ASCII.GetBytes(all[first..((before + octets.Length) * 8 / 6)]);
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
