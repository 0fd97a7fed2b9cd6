// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Hermetic.Server.Configuration;

/// <summary>Time zones by their names in the IANA database.</summary>
internal static partial class IanaZone
{
    /// <summary>The zone; null if this machine knows none of this name. A name is looked up as a file below the
    /// machine's zones, so that only what such a name may look like gets there.</summary>
    public static TimeZoneInfo? Find(string? name) =>
        name is not null && Name().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone)
            && zone.HasIanaId ? zone : null;

    // tzdb's theory.html, "Names of timezones": parts of letters, digits, -, + and _, of 14 characters at most each. No
    // part begins with a hyphen there, and none holds a dot.
    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_+-]{0,29}(/[A-Za-z0-9_][A-Za-z0-9_+-]{0,29}){0,2}$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
