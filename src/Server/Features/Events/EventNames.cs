// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Http;

namespace Hermetic.Server.Features.Events;

/// <summary>What events are called outside: `fax.` and the kind's own words, as in `fax.received-in-part`;
/// that of a broadcast is no fax's.</summary>
internal static class EventNames
{
    // A webhook keeps the kinds that it hears of as bits of one number.
    private static readonly FrozenDictionary<int, string> ByKind = Enum.GetValues<FaxEventKind>()
        .Select(kind => KeyValuePair.Create((int)kind,
            kind == FaxEventKind.BroadcastEnded ? "broadcast.ended" : "fax." + EnumWord.Of(kind)))
        .Append(KeyValuePair.Create(GlassBreaking.EventKind, GlassBreaking.EventName))
        .ToFrozenDictionary();

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<string> All { get; } = [.. ByKind.OrderBy(one => one.Key).Select(one => one.Value)];

    /// <summary>The names of kinds that are given as bits.</summary>
    public static IReadOnlyList<string> Of(long kinds) =>
        [.. ByKind.Where(one => (kinds & (1L << one.Key)) != 0).OrderBy(one => one.Key).Select(one => one.Value)];

    /// <summary>Kinds as bits, by their names.</summary>
    public static long KindsOf(IEnumerable<string> names) =>
        ByKind.Where(one => names.Contains(one.Value)).Aggregate(0L, (kinds, one) => kinds | (1L << one.Key));

    /// <summary>A kind's name; null for what only this installation's own parts have to hear of.</summary>
    public static string? NameOf(int kind) => ByKind.GetValueOrDefault(kind);
}
