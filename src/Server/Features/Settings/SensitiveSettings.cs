// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Configuration;

namespace Hermetic.Server.Features.Settings;

/// <summary>The part of the configuration that says where the installation listens, whom it takes calls from, where it
/// sends them, and which identity providers it asks on its own network: flat, as `trunks:0:host`. No secret is among
/// it: those lie in files of their own, and the reader refuses them elsewhere.</summary>
internal static class SensitiveSettings
{
    // How many calls there may be, what we call ourselves and which ports media use open no door.
    private static readonly string[] Harmless = ["sip:callsMax", "sip:stationId", "sip:mediaPorts"];

    private static readonly string[] Sections = ["http", "sip", "trunks", "signOn"];

    /// <summary>What of a configuration is sensitive.</summary>
    public static SortedDictionary<string, string> Of(IConfiguration configuration)
    {
        SortedDictionary<string, string> found = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string? value) in configuration.AsEnumerable().Where(one => IsSensitive(one.Key)))
        {
            if (value is not null)
            {
                found[key] = value;
            }
        }

        return found;
    }

    /// <summary>A configuration with other sensitive settings in the place of its own.</summary>
    public static IConfiguration With(IConfiguration configuration, IReadOnlyDictionary<string, string> approved) =>
        new ConfigurationBuilder().AddInMemoryCollection(
        [
            .. configuration.AsEnumerable().Where(one => one.Value is not null && !IsSensitive(one.Key)),
            .. approved.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)),
        ]).Build();

    /// <summary>What is asked for and was not approved, in plain words, a line for each setting.</summary>
    public static IReadOnlyList<string> Differences(
        IReadOnlyDictionary<string, string> approved, IReadOnlyDictionary<string, string> asked) =>
    [
        .. approved.Keys.Union(asked.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)
            .Select(key => (key, approved.GetValueOrDefault(key), asked.GetValueOrDefault(key)))
            .Where(one => one.Item2 != one.Item3)
            .Select(one => Words(one.key, one.Item2, one.Item3)),
    ];

    private static bool IsSensitive(string key) =>
        Sections.Contains(key.Split(':')[0], StringComparer.OrdinalIgnoreCase)
        && !Harmless.Contains(key, StringComparer.OrdinalIgnoreCase);

    private static string Words(string key, string? from, string? to)
    {
        // As the reader's complaints name a setting: `trunks[0].host`.
        string name = string.Concat(key.Split(':').Select((part, index) =>
            part.All(char.IsAsciiDigit) ? $"[{part}]" : index == 0 ? part : $".{part}"));
        return from is null ? $"{name} is new: {to}" : to is null ? $"{name} is taken away: {from}"
            : $"{name} becomes {to} in the place of {from}";
    }
}
