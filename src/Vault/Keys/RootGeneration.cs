// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Vault.Keys;

/// <summary>One root key of a source: its number (a rotation makes the next) and a short id that no other key
/// has.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Id">Eight bytes as a number.</param>
public readonly record struct RootGeneration(uint Number, ulong Id)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out RootGeneration generation)
    {
        generation = default;
        string[] parts = text.Split('-');
        return parts.Length == 2
            && uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            && ulong.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong id)
            && number > 0
            && (generation = new(number, id)).ToString() == text;
    }

    /// <summary>As in 0001-9f86d081884c7d65.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Number:0000}-{Id:x16}");
}
