// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Ledger.Notes;

/// <summary>Base64 of RFC 4648 §4 in its one canonical form: what .NET's decoder forgives (spaces, loose trailing
/// bits) is refused, so that one value has one text and a flipped character never goes unseen.</summary>
internal static class Base64Text
{
    public static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64String(text, bytes, out int count))
        {
            bytes = [];
            return false;
        }
        bytes = bytes[..count];
        return Convert.ToBase64String(bytes) == text;
    }
}
