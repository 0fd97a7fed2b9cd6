// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Hosting;
using Hermetic.Store;

namespace Hermetic.Server.Features.Checking;

/// <summary>Faxes that were split off others: that one is there, of the same line and key epoch, so that both go
/// together, and has the pages that they are made of.</summary>
internal sealed class PartCheck(Installation installation, CheckNotes notes)
{
    private const string Wrong = "the fax that it says it was split off does not fit it. Treat it as tampering, and "
        + "put the database back from a backup";

    public async Task RunAsync(Guid tenant, IReadOnlyList<FaxRecord> some, CancellationToken cancellation)
    {
        Dictionary<Guid, FaxRecord> faxes = some.ToDictionary(fax => fax.FaxId);
        List<FaxPart> parts = await installation.Store.Splits.ListAsync(tenant, faxes.Keys, cancellation)
            .ConfigureAwait(false);
        parts.RemoveAll(part => !faxes.ContainsKey(part.FaxId));
        Dictionary<Guid, FaxRecord> origins = (await installation.Store.Faxes
            .FindAllAsync(tenant, [.. parts.Select(part => part.OriginId)], cancellation).ConfigureAwait(false))
            .ToDictionary(fax => fax.FaxId);
        foreach (FaxPart part in parts)
        {
            if (!origins.TryGetValue(part.OriginId, out FaxRecord? origin)
                || !Fits(part, faxes[part.FaxId], origin))
            {
                notes.Add($"tenant {tenant}, fax {part.FaxId}", Wrong);
            }
        }
    }

    private static bool Fits(FaxPart part, FaxRecord fax, FaxRecord origin) =>
        part.Pages.Count == fax.PagesStored
        && part.Pages.All(page => page >= 1 && page <= origin.PagesStored)
        && (fax.LineId, fax.KeyEpoch, fax.BegunAt, fax.Direction)
            == (origin.LineId, origin.KeyEpoch, origin.BegunAt, FaxDirection.Inbound);
}
