// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Vault.Sealing;

/// <summary>What a key pair is for: a calendar month (UTC) and a retention class. All that is sealed in it is destroyed
/// together with it.</summary>
public readonly record struct KeyEpoch
{
    private const int MonthsAYear = 12;

    /// <summary>Our limit: four digits of a year, so that file names sort by time.</summary>
    private const int YearMax = 5000;

    private readonly ushort _months;

    /// <param name="year">From 1 to 5000.</param>
    /// <param name="month">From 1 to 12.</param>
    /// <param name="retentionClass">A number that the host gives to each class of retention.</param>
    public KeyEpoch(int year, int month, ushort retentionClass)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(year, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, YearMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(month, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(month, MonthsAYear);
        _months = (ushort)((year * MonthsAYear) + month - 1);
        RetentionClass = retentionClass;
    }

    /// <summary>The year.</summary>
    public int Year => _months / MonthsAYear;

    /// <summary>The month, from 1.</summary>
    public int Month => (_months % MonthsAYear) + 1;

    /// <summary>The host's number for the class.</summary>
    public ushort RetentionClass { get; }

    /// <summary>Four bytes as a number: months since the year 0, then the class.</summary>
    public uint Encoded => ((uint)_months << 16) | RetentionClass;

    /// <summary>The epoch of an instant.</summary>
    public static KeyEpoch At(DateTimeOffset time, ushort retentionClass) =>
        new(time.UtcDateTime.Year, time.UtcDateTime.Month, retentionClass);

    /// <summary>The other way of <see cref="Encoded"/>; false for what no epoch encodes to.</summary>
    public static bool TryDecode(uint encoded, out KeyEpoch epoch)
    {
        uint months = encoded >> 16;
        bool valid = months is >= MonthsAYear and < ((YearMax + 1) * MonthsAYear);
        epoch = valid
            ? new((int)months / MonthsAYear, ((int)months % MonthsAYear) + 1, (ushort)encoded)
            : default;
        return valid;
    }

    /// <summary>Reads what <see cref="ToString"/> wrote, and nothing else.</summary>
    public static bool TryParse(string text, out KeyEpoch epoch)
    {
        epoch = default;
        string[] parts = text.Split('-');
        return parts.Length == 3
            && ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort year)
            && ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort month)
            && ushort.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out ushort retention)
            && year is >= 1 and <= YearMax && month is >= 1 and <= MonthsAYear
            && (epoch = new(year, month, retention)).ToString() == text;
    }

    /// <summary>As in 2026-11-0003: year, month, class.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}-{RetentionClass:0000}");
}
