// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text.Json;
using Hermetic.Server.Features.Access;

namespace Hermetic.Server.Features.Settings;

/// <summary>What the configuration file asked for at this start and nobody has approved.</summary>
/// <param name="Settings">The sensitive settings as the file has them.</param>
/// <param name="Differences">What differs from those in force, in plain words.</param>
internal sealed record AskedSettings(IReadOnlyDictionary<string, string> Settings, IReadOnlyList<string> Differences)
{
    public static readonly AskedSettings Nothing = new(new Dictionary<string, string>(), []);

    /// <summary>By which an approval is known to be of these and no others.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new SortedDictionary<string, string>(Settings.ToDictionary(), StringComparer.OrdinalIgnoreCase))));
}

/// <summary>The approval of what the file asked for. It is in force at the next start: a listener that moved or a trunk
/// that was exchanged in the middle of calls would cut them.</summary>
internal sealed class SettingsChange(AskedSettings asked, ApprovedSettings approved) : ITwoPersonChange
{
    public const string Word = "settings.change";

    public string Kind => Word;

    public async Task<ChangeOutcome?> ApplyAsync(Guid? tenant, AccessChange change, CancellationToken cancellation)
    {
        if (tenant is not null || change.SettingsDigest != asked.Digest)
        {
            return null;
        }

        await approved.SaveAsync(asked.Settings, cancellation).ConfigureAwait(false);
        return new ChangeOutcome(change.Target);
    }
}
