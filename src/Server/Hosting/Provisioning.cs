// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Receiving;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Hosting;

/// <summary>Brings store and keys to what the configuration says of tenants and their numbers.</summary>
/// <remarks>A tenant's and a line's id follow from its name and number by a keyed hash: the same configuration finds
/// the same tenants again, and an id alone tells nothing.</remarks>
internal sealed class Provisioning(Installation installation)
{
    /// <summary>The retention class of lines that say nothing else. Stored: never renumber.</summary>
    public const ushort DefaultRetention = 1;

    /// <summary>Our choice: next month's keys are there three days early, so that a desk that stands still over the
    /// first of the month stops no line.</summary>
    private static readonly TimeSpan EpochLead = TimeSpan.FromDays(3);

    public const string NameColumn = "tenant.name";
    public const string NumberColumn = "line.number";

    /// <summary>Makes what is missing; the routes of all numbers.</summary>
    /// <exception cref="InstallationException">A number belongs to a tenant that the configuration says
    /// otherwise.</exception>
    public async Task<IReadOnlyList<(byte[] Tag, NumberRoute Route)>> RunAsync(CancellationToken cancellation)
    {
        List<(byte[], NumberRoute)> routes = [];
        HashSet<Guid> tenants =
            [.. await installation.Store.Tenants.IdsAsync(cancellation).ConfigureAwait(false)];
        Dictionary<string, LineRoute> known =
            await installation.Store.Tenants.RoutesAsync(cancellation).ConfigureAwait(false);
        for (int i = 0; i < installation.Settings.Tenants.Count; i++)
        {
            TenantSettings tenant = installation.Settings.Tenants[i];
            Guid id = IdOf(NameColumn, tenant.Name);
            EnsureEpochs(id);
            if (tenants.Add(id))
            {
                await AddTenantAsync(id, tenant.Name, cancellation).ConfigureAwait(false);
            }

            for (int j = 0; j < tenant.Numbers.Count; j++)
            {
                string number = DialledNumber.Normalize(tenant.Numbers[j]);
                byte[] tag = installation.Keys.Routing.Tag(NumberRoutes.Purpose, number);
                if (!known.TryGetValue(Convert.ToHexString(tag), out LineRoute? route))
                {
                    route = await AddLineAsync(id, number, tag, cancellation).ConfigureAwait(false);
                    known.Add(Convert.ToHexString(tag), route);
                }

                if (route.TenantId != id)
                {
                    throw new InstallationException($"tenants[{i}].numbers[{j}]: this number was given to another "
                        + "tenant before, whose faxes would now go elsewhere. Close it there first");
                }

                routes.Add((tag, new NumberRoute(route.TenantId, route.LineId, (ushort)route.RetentionClass)));
            }

            await AddSandboxAsync(id, tenant, known, i, cancellation).ConfigureAwait(false);
        }

        return routes;
    }

    // Lines of the sandbox have no route: whoever calls their number comes nowhere.
    private async Task AddSandboxAsync(Guid id, TenantSettings tenant, Dictionary<string, LineRoute> known, int place,
        CancellationToken cancellation)
    {
        for (int i = 0; i < tenant.SandboxNumbers.Count; i++)
        {
            string number = DialledNumber.Normalize(tenant.SandboxNumbers[i]);
            byte[] tag = installation.Keys.Routing.Tag(NumberRoutes.Purpose, number);
            if (!known.TryGetValue(Convert.ToHexString(tag), out LineRoute? route))
            {
                route = await AddLineAsync(id, number, tag, cancellation).ConfigureAwait(false);
                known.Add(Convert.ToHexString(tag), route);
            }

            if (route.TenantId != id)
            {
                throw new InstallationException($"tenants[{place}].sandbox[{i}]: this number was given to another "
                    + "tenant before. Take another one");
            }
        }
    }

    /// <summary>Makes the keys of this month and, soon enough, of the next.</summary>
    public void EnsureEpochs()
    {
        foreach (TenantSettings tenant in installation.Settings.Tenants)
        {
            EnsureEpochs(IdOf(NameColumn, tenant.Name));
        }

        installation.LineKeys.Refresh();
    }

    private void EnsureEpochs(Guid tenant)
    {
        DateTimeOffset now = installation.Time.GetUtcNow();
        EnsureEpoch(tenant, KeyEpoch.At(now, DefaultRetention));
        EnsureEpoch(tenant, KeyEpoch.At(now + EpochLead, DefaultRetention));
    }

    private void EnsureEpoch(Guid tenant, KeyEpoch epoch)
    {
        try
        {
            installation.Keys.Ensure(tenant, epoch);
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            // An operator destroyed the month that runs: the line seals to the newest key before it, and if there is
            // none refuses this tenant's faxes alone.
        }
    }

    private async Task AddTenantAsync(Guid id, string name, CancellationToken cancellation)
    {
        DateTimeOffset now = installation.Time.GetUtcNow();
        EpochKeys keys = installation.Keys.Ensure(id, KeyEpoch.At(now, DefaultRetention));
        await installation.Store.Tenants.RegisterAsync(
            new TenantRecord(id, ServiceState.Active, now, keys.Sealing.Epoch.Encoded,
                keys.Fields.Seal(new FieldBinding(id, id, NameColumn), name)),
            cancellation).ConfigureAwait(false);
    }

    private async Task<LineRoute> AddLineAsync(
        Guid tenant, string number, byte[] tag, CancellationToken cancellation)
    {
        Guid id = IdOf(NumberColumn, number);
        DateTimeOffset now = installation.Time.GetUtcNow();
        EpochKeys keys = installation.Keys.Ensure(tenant, KeyEpoch.At(now, DefaultRetention));
        await installation.Store.Tenants.AddLineAsync(
            new LineRecord(tenant, id, ServiceState.Active, now, DefaultRetention, keys.Sealing.Epoch.Encoded,
                installation.Keys.Tags(tenant).Tag(NumberColumn, number),
                keys.Fields.Seal(new FieldBinding(tenant, id, NumberColumn), number), null),
            tag, cancellation).ConfigureAwait(false);
        return new LineRoute(tenant, id, DefaultRetention, ServiceState.Active, ServiceState.Active);
    }

    private Guid IdOf(string column, string value) => IdOf(installation.Keys, column, value);

    /// <summary>The id of a tenant by its name, or of a line by its number.</summary>
    public static Guid IdOf(KeyStore keys, string column, string value) =>
        new(keys.Routing.Tag($"id.{column}", value).AsSpan(0, 16), bigEndian: true);
}
