// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using Hermetic.Server.Configuration;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Receiving;

/// <summary>Where a dialled number leads, decided in memory: an INVITE is answered on the line's own thread, which must
/// not wait for a database. Holds tags and no number.</summary>
internal sealed class NumberRoutes(EqualityTagKey routing)
{
    /// <summary>The column that routing tags are made for.</summary>
    public const string Purpose = "line.number";

    private FrozenDictionary<string, NumberRoute> _routes = FrozenDictionary<string, NumberRoute>.Empty;

    /// <summary>Puts other routes in force, all at once.</summary>
    public void Replace(IEnumerable<(byte[] Tag, NumberRoute Route)> routes) => _routes = routes
        .ToFrozenDictionary(route => Convert.ToHexString(route.Tag), route => route.Route);

    /// <summary>The tag of a number; null if it is none.</summary>
    public byte[]? TagOf(string dialled) =>
        DialledNumber.Normalize(dialled) is { Length: > 0 } number ? routing.Tag(Purpose, number) : null;

    /// <summary>The line that a number is for; null if it is nobody's, and then the call is refused
    /// unanswered.</summary>
    public NumberRoute? Find(string dialled) =>
        TagOf(dialled) is { } tag && _routes.TryGetValue(Convert.ToHexString(tag), out NumberRoute? route)
            ? route : null;
}

/// <summary>A line of a tenant.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Line">Which of the tenant's lines.</param>
/// <param name="RetentionClass">How long its faxes are kept.</param>
internal sealed record NumberRoute(Guid Tenant, Guid Line, ushort RetentionClass);
