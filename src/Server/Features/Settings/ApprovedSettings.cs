// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Hosting;
using Hermetic.Store.Access;
using Hermetic.Vault.Sealing;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Settings;

/// <summary>The sensitive settings as they were last approved, sealed in the access database, in parts of a size that a
/// sealed field takes. Each part is bound to its place among the others of the same approval: none can be left out,
/// changed, or taken from another one.</summary>
internal sealed class ApprovedSettings(AccessDatabase database, AccessKeys keys, TimeProvider time)
{
    /// <summary>Our choice: what a sealed field takes, with some air.</summary>
    private const int PartBytesMax = 4000;

    /// <summary>What was approved; null before the first run has written it down.</summary>
    /// <exception cref="InstallationException">It is gone, or is not what was written.</exception>
    public async Task<SortedDictionary<string, string>?> LoadAsync(CancellationToken cancellation)
    {
        List<ApprovedSettingsRow> parts = await database.ReadAsync(context => context.ApprovedSettings
            .OrderBy(row => row.Number).ToListAsync(cancellation)).ConfigureAwait(false);
        if (parts.Count == 0)
        {
            return keys.HasApprovedSettings ? throw Lost("are missing from") : null;
        }

        try
        {
            byte[] whole =
            [
                .. parts.SelectMany(part => keys.OpenBytes(
                    parts[0].ApprovalId, Column(part.Number, parts.Count), part.SealedPart)),
            ];
            return new SortedDictionary<string, string>(
                JsonSerializer.Deserialize<Dictionary<string, string>>(whole) ?? throw Lost("are empty in"),
                StringComparer.OrdinalIgnoreCase);
        }
        catch (Exception failure) when (failure is SealedObjectException or JsonException)
        {
            throw Lost("are not those that were written into");
        }
    }

    /// <summary>Writes down what is approved from now on.</summary>
    public async Task SaveAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellation)
    {
        Guid approval = Guid.CreateVersion7(time.GetUtcNow());
        byte[][] parts = [.. JsonSerializer.SerializeToUtf8Bytes(settings).Chunk(PartBytesMax)];
        await database.WriteAsync(
            async (context, cancel) =>
            {
                await context.ApprovedSettings.ExecuteDeleteAsync(cancel).ConfigureAwait(false);
                context.ApprovedSettings.AddRange(parts.Select((part, index) => new ApprovedSettingsRow
                {
                    Number = index,
                    ApprovalId = approval,
                    SealedPart = keys.Seal(approval, Column(index, parts.Length), part),
                    ApprovedAt = time.GetUtcNow(),
                }));
                return true;
            },
            cancellation).ConfigureAwait(false);
        // From now on rows that are gone are no first run.
        keys.MarkApprovedSettings();
    }

    private static string Column(int number, int count) => $"settings.{number + 1}-of-{count}";

    private static InstallationException Lost(string how) => new(
        $"the approved settings of listeners and trunks {how} the access database. Put it back from its newest backup: "
        + "the configuration file was not taken in their place, because two people have to agree to it");
}
