// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sites;
using Hermetic.Server.Features.Tenants;
using Hermetic.Store;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Hosting;

/// <summary>Sows what the configuration says of tenants, their numbers and sites: what was never there is made, and
/// what the API made of it since stays (ADR 14).</summary>
/// <remarks>A tenant's and a line's id follow from its name and number by a keyed hash: the same configuration finds
/// the same tenants again, and an id alone tells nothing.</remarks>
internal sealed class Provisioning(Installation installation)
{
    /// <summary>The retention class of lines that say nothing else. Stored: never renumber.</summary>
    public const ushort DefaultRetention = 1;

    public const string NameColumn = "tenant.name";
    public const string NumberColumn = "line.number";
    public const string LineNameColumn = "line.name";

    private readonly TenantBook _book = new(installation.Keys, installation.Store, installation.Time);
    private readonly SiteBook _sites = new(installation.Keys, installation.Store, installation.Time);

    /// <summary>Makes what is missing; the routes of all open numbers.</summary>
    /// <exception cref="InstallationException">A number belongs to a tenant that the configuration says
    /// otherwise.</exception>
    public async Task<IReadOnlyList<(byte[] Tag, NumberRoute Route)>> RunAsync(CancellationToken cancellation)
    {
        Dictionary<string, LineRoute> known =
            await installation.Store.Tenants.RoutesAsync(cancellation).ConfigureAwait(false);
        for (int i = 0; i < installation.Settings.Tenants.Count; i++)
        {
            await SowAsync(i, installation.Settings.Tenants[i], known, cancellation).ConfigureAwait(false);
        }

        await EnsureEpochsAsync(cancellation).ConfigureAwait(false);
        return RouteKeeper.Open(known, installation.SandboxLines);
    }

    /// <summary>Makes the keys of this month and, soon enough, of the next, of all tenants.</summary>
    public async Task EnsureEpochsAsync(CancellationToken cancellation)
    {
        foreach (Guid tenant in await installation.Store.Tenants.IdsAsync(cancellation).ConfigureAwait(false))
        {
            _book.EnsureEpochs(tenant);
        }

        installation.LineKeys.Refresh();
        installation.Keys.Refresh();
    }

    private async Task SowAsync(
        int index, TenantSettings tenant, Dictionary<string, LineRoute> known, CancellationToken cancellation)
    {
        Guid id = _book.IdOf(tenant.Name);
        TenantRecord? there = await installation.Store.Tenants.FindAsync(id, cancellation).ConfigureAwait(false);
        if (there is null)
        {
            _book.EnsureEpochs(id);
            await _book.RegisterAsync(tenant.Name, cancellation).ConfigureAwait(false);
        }

        Dictionary<string, Guid> places = await PlacesAsync(id, tenant, cancellation).ConfigureAwait(false);
        for (int j = 0; j < tenant.Numbers.Count; j++)
        {
            await SowAsync(id, there, tenant.Numbers[j], $"tenants[{index}].numbers[{j}]", known, places, cancellation)
                .ConfigureAwait(false);
        }

        for (int j = 0; j < tenant.SandboxNumbers.Count; j++)
        {
            await SowAsync(id, there, tenant.SandboxNumbers[j], $"tenants[{index}].sandbox[{j}]", known, places,
                cancellation).ConfigureAwait(false);
        }

        foreach (SiteSettings site in there?.State == ServiceState.Closed ? [] : tenant.Sites)
        {
            await SowAsync(id, site, cancellation).ConfigureAwait(false);
        }
    }

    // By number, the site of the settings that is there already: a new line stands at it from the start.
    private async Task<Dictionary<string, Guid>> PlacesAsync(
        Guid tenant, TenantSettings settings, CancellationToken cancellation)
    {
        Dictionary<string, Guid> places = [];
        foreach (SiteSettings site in settings.Sites)
        {
            Guid id = _sites.IdOf(tenant, site.Entry.Name);
            if (await installation.Store.Sites.FindAsync(tenant, id, cancellation).ConfigureAwait(false) is not null)
            {
                foreach (string number in site.Numbers)
                {
                    places.Add(number, id);
                }
            }
        }

        return places;
    }

    // With the lines that stand at no site yet. One that was there stays as the API left it, removed ones too; and a
    // site that the API gave the same name is it.
    private async Task SowAsync(Guid tenant, SiteSettings site, CancellationToken cancellation)
    {
        Guid id = _sites.IdOf(tenant, site.Entry.Name);
        if (!await installation.Store.Sites.WasAddedAsync(tenant, id, cancellation).ConfigureAwait(false))
        {
            await installation.Store.Sites.AddAsync(_sites.Make(tenant, id, site.Entry),
                [.. site.Numbers.Select(_book.LineIdOf)], int.MaxValue, cancellation).ConfigureAwait(false);
        }
    }

    private async Task SowAsync(Guid tenant, TenantRecord? there, string dialled, string place,
        Dictionary<string, LineRoute> known, Dictionary<string, Guid> places, CancellationToken cancellation)
    {
        string number = DialledNumber.Normalize(dialled);
        string tag = Convert.ToHexString(_book.RoutingTag(number));
        if (known.TryGetValue(tag, out LineRoute? route))
        {
            if (route.TenantId != tenant && !await HadAsync(tenant, number, cancellation).ConfigureAwait(false))
            {
                throw new InstallationException($"{place}: this number was given to another tenant before, whose faxes "
                    + "would now go elsewhere. Close it there first");
            }
        }
        else if (there?.State != ServiceState.Closed)
        {
            Guid? site = places.TryGetValue(number, out Guid at) ? at : null;
            known.Add(tag, await _book.AddLineAsync(tenant, number, site, cancellation).ConfigureAwait(false));
        }
    }

    // It was this tenant's, and was closed and given away since.
    private async Task<bool> HadAsync(Guid tenant, string number, CancellationToken cancellation) =>
        (await installation.Store.Tenants.ListLinesAsync(tenant, cancellation).ConfigureAwait(false))
            .Any(line => line.LineId == _book.LineIdOf(number) && line.State == ServiceState.Closed);

    /// <summary>The id of a tenant by its name, or of a line by its number.</summary>
    public static Guid IdOf(KeyStore keys, string column, string value) =>
        new(keys.Routing.Tag($"id.{column}", value).AsSpan(0, 16), bigEndian: true);
}
