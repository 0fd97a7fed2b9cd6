// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Sites;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Checking;

/// <summary>Every site of a tenant: opens where it stands, and is found by its own name; every line stands at one that
/// is there.</summary>
internal sealed class SiteCheck(Installation installation, CheckNotes notes)
{
    private readonly SiteBook _book = new(installation.Keys, installation.Store, installation.Time);

    public async Task RunAsync(Guid tenant, CancellationToken cancellation)
    {
        List<SiteRecord> sites = await installation.Store.Sites.ListAsync(tenant, cancellation).ConfigureAwait(false);
        sites.ForEach(Check);
        foreach (LineRecord line in await installation.Store.Tenants.ListLinesAsync(tenant, cancellation)
            .ConfigureAwait(false))
        {
            if (line.SiteId is { } id && !sites.Exists(site => site.SiteId == id))
            {
                notes.Add($"tenant {tenant}, line {line.LineId}: site_id", "no site of the tenant has this id: its "
                    + "faxes go out under the practice's own name. Put the line at a site, or at none");
            }
        }
    }

    private void Check(SiteRecord record)
    {
        string place = $"tenant {record.TenantId}, site {record.SiteId}: sealed_entry";
        notes.Columns++;
        SiteEntry? entry = null;
        if (!notes.TryOpen(place, () => entry = _book.OpenOrThrow(record)))
        {
            return;
        }

        if (!FieldKey.TryReadEpoch(record.SealedEntry, out KeyEpoch epoch) || epoch.Encoded != record.KeyEpoch)
        {
            notes.Add(place, ColumnCheck.EpochWrong);
        }

        // A missing key of tags is told of beside the lines.
        if (installation.Keys.HasTags(record.TenantId)
            && !_book.NameTag(record.TenantId, entry!.Name).AsSpan().SequenceEqual(record.NameTag))
        {
            notes.Add(place, ColumnCheck.TagWrong);
        }
    }
}
