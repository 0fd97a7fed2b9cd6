// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Hermetic.Store;

namespace Hermetic.Server.Features.Reading;

/// <summary>Whether a caller may see what is in a fax: because it lies in an inbox of his, or because he broke the
/// glass for it; the ledger then says which.</summary>
internal sealed class FaxDoor(FaxStore store, GlassBreaking glass)
{
    /// <summary>The fax, and the reason that its disclosure is journaled with.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">Which fax.</param>
    /// <param name="why">Why, as the request says.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ProblemException">It is not there, or not for the caller: one answer. Or it was
    /// erased.</exception>
    public async Task<(FaxRecord Fax, EntryReason Why)> RequireAsync(
        Caller caller, Guid id, EntryReason why, CancellationToken cancellation)
    {
        FaxRecord? fax = await store.Faxes.FindAsync(caller.OwnTenant, id, cancellation).ConfigureAwait(false);
        // Looked for when there is no such fax, too: both answers take the same way.
        EntryReason? broken = fax is not null && caller.MaySee(fax.LineId) ? null
            : await glass.FindAsync(caller, id, cancellation).ConfigureAwait(false);
        return (fax is null ? FaxAccess.NotThere
                : AccessPolicy.Decide(caller, fax.TenantId, fax.LineId, broken?.Reason)) switch
        {
            FaxAccess.Ordinary => (Kept(fax!), why),
            FaxAccess.BreakGlass => (Kept(fax!), broken!),
            _ => throw new ProblemException(ProblemCode.NotFound),
        };
    }

    /// <summary>The fax, unless it was erased: nothing is left of it to be shown.</summary>
    /// <exception cref="ProblemException">It was.</exception>
    public static FaxRecord Kept(FaxRecord fax) =>
        fax.State == FaxState.Erased ? throw new ProblemException(ProblemCode.Erased) : fax;
}
