// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Hermetic.Telephony;

/// <summary>Checks a setting against its range.</summary>
internal static class Within
{
    public static T Range<T>(T value, T min, T max, [CallerMemberName] string? name = null)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max, name);
        return value;
    }
}
