// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Lines;

/// <summary>The numbers on which a practice takes faxes. They are the practice's own, and nothing of a fax: opening
/// them is no disclosure.</summary>
internal sealed class LineReader(KeyStore keys, FaxStore store)
{
    /// <summary>The lines of a tenant that may be seen, by id.</summary>
    public async Task<IReadOnlyList<LineView>> ListAsync(
        Guid tenant, Func<Guid?, bool> maySee, CancellationToken cancellation)
    {
        List<LineRecord> lines = await store.Tenants.ListLinesAsync(tenant, cancellation).ConfigureAwait(false);
        return [.. lines.Where(line => maySee(line.LineId)).Select(line => new LineView(
            line.LineId, NumberOf(line), line.State.ToString().ToLowerInvariant(), line.CreatedAt))];
    }

    private string? NumberOf(LineRecord line)
    {
        try
        {
            return keys.OpenField(line.SealedNumber,
                new FieldBinding(line.TenantId, line.LineId, Provisioning.NumberColumn));
        }
        catch (Exception failure) when (failure is SealedObjectException
            or VaultKeyException { Fault: KeyFault.EpochDestroyed })
        {
            // The line goes on without its name, and `hermetic verify installation` says what is wrong with it.
            return null;
        }
    }
}
