// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Hosting;

namespace Hermetic.Server.Features.Settings;

/// <summary>Decides at a start which listeners and trunks are in force: those that were approved, whatever the file
/// says. The first run takes the file as it is; from then on what it asks for waits until people agree
/// (docs/adr/0015).</summary>
internal static class SettingsGate
{
    private static readonly EntryActor File = new("configuration file", "", "", "");

    /// <summary>The settings that are in force, and what was asked for beside them.</summary>
    /// <exception cref="InstallationException">What was approved is gone or was changed.</exception>
    public static async Task<(ServerSettings InForce, AskedSettings Asked)> DecideAsync(
        Installation installation, CancellationToken cancellation)
    {
        ServerSettings file = installation.Settings;
        SortedDictionary<string, string> wanted = SensitiveSettings.Of(file.Source);
        ApprovedSettings store = new(installation.Access, installation.AccessKeys, installation.Time);
        AccessJournal journal = new(installation.Journal, installation.Time);
        WaitingChanges waiting = new(installation.Access, installation.AccessKeys, installation.Time);
        SortedDictionary<string, string>? approved = await store.LoadAsync(cancellation).ConfigureAwait(false);
        if (approved is null)
        {
            await journal.ChangedAsync(null, File, "settings.first", [], cancellation).ConfigureAwait(false);
            await store.SaveAsync(wanted, cancellation).ConfigureAwait(false);
            return (file, AskedSettings.Nothing);
        }

        IReadOnlyList<string> differences = SensitiveSettings.Differences(approved, wanted);
        if (differences.Count == 0)
        {
            await waiting.ReplaceAsync(SettingsChange.Word, null, cancellation).ConfigureAwait(false);
            return (file, AskedSettings.Nothing);
        }

        AskedSettings asked = new(wanted, differences);
        AccessChange change = new(Guid.CreateVersion7(installation.Time.GetUtcNow()))
        {
            SettingsDigest = asked.Digest,
            SettingsWords = WordsOf(differences),
        };
        if (!await waiting.HasAsync(SettingsChange.Word, old => old.SettingsDigest == asked.Digest, cancellation)
            .ConfigureAwait(false))
        {
            await journal.ChangedAsync(null, File, "settings.change found", [change.Target], cancellation)
                .ConfigureAwait(false);
            await waiting.ReplaceAsync(SettingsChange.Word, change, cancellation).ConfigureAwait(false);
        }

        return (ServerSettingsReader.Read(SensitiveSettings.With(file.Source, approved)), asked);
    }

    /// <summary>Our limit: what waits for a second person is one sealed field. All of it is at
    /// /api/v1/settings.</summary>
    private const int WordsCharsMax = 2000;

    private static string WordsOf(IReadOnlyList<string> differences)
    {
        string all = string.Join("; ", differences);
        return all.Length <= WordsCharsMax ? all
            : $"{differences.Count} settings differ: read them all at /api/v1/settings before you agree";
    }
}
