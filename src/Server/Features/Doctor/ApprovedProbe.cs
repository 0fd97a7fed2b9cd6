// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Settings;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Store.Access;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Features.Doctor;

/// <summary>P4: whether the listeners and trunks of the configuration file are those that people agreed to; and which
/// ones are really in force, for the other probes.</summary>
internal sealed class ApprovedProbe(ServerSettings settings, TimeProvider time)
{
    private readonly FindingList _found = new("P4");

    public IReadOnlyList<Finding> Found => _found.All;

    /// <summary>The settings that a server on this installation goes by.</summary>
    public async Task<ServerSettings> RunAsync(CancellationToken cancellation)
    {
        try
        {
            using IRootKeySource source = InstallationParts.OpenKeySource(settings);
            using KeyStore store = KeyStore.Open(new DiskFiles(settings.DataFolder), source);
            if (!AccessKeys.HasBegun(store))
            {
                return Unknown("this installation has not been served yet");
            }

            using AccessKeys keys = new(store);
            AccessDatabase database = await InstallationParts
                .ReadAccessAsync(settings, cancellation).ConfigureAwait(false);
            await using (database.ConfigureAwait(false))
            {
                return Compare(await new ApprovedSettings(database, keys, time).LoadAsync(cancellation)
                    .ConfigureAwait(false));
            }
        }
        catch (Exception failure) when (failure is VaultKeyException or StoreUnavailableException or IOException)
        {
            return Unknown("the approved listeners and trunks could not be looked at");
        }
        catch (InstallationException failure)
        {
            _found.Broken(failure.Message, "put the access database back, and find out who changed it");
            return settings;
        }
    }

    private ServerSettings Compare(SortedDictionary<string, string>? approved)
    {
        if (approved is null)
        {
            return Unknown("no listeners and trunks have been approved yet: the next start takes those of the file");
        }

        IReadOnlyList<string> differences =
            SensitiveSettings.Differences(approved, SensitiveSettings.Of(settings.Source));
        if (differences.Count == 0)
        {
            _found.Holds("the listeners and trunks of the configuration file are those that were approved");
            return settings;
        }

        _found.Broken($"the configuration file asks for {differences.Count} settings of listeners or trunks that "
            + $"nobody has approved ({differences[0]}{(differences.Count > 1 ? "; and more" : "")}); those that were "
            + "approved are in force",
            "find out who changed the file; have two operators agree to it, or change it back");
        return ServerSettingsReader.Read(SensitiveSettings.With(settings.Source, approved));
    }

    private ServerSettings Unknown(string saw)
    {
        _found.Unknown(saw, "start `hermetic serve`, and run the doctor beside it as the same account");
        return settings;
    }
}
