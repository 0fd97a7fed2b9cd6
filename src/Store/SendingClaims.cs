// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Who may call whom now. All claims of all processes run one behind the other, so that what is counted here
/// stays true until the commit.</summary>
internal static class SendingClaims
{
    private const string Due =
        """
        SELECT * FROM (
            SELECT s.*, ROW_NUMBER() OVER (PARTITION BY s.remote_tag
                ORDER BY s.priority DESC, s.due_at, s.created_at, s.fax_id) AS place
            FROM sendings s
            WHERE s.tenant_id = {0} AND s.state = {1} AND s.due_at <= {2} AND NOT EXISTS (
                SELECT 1 FROM sendings o
                WHERE o.tenant_id = s.tenant_id AND o.remote_tag = s.remote_tag AND o.state = {3})
        ) AS due
        WHERE place = 1
        ORDER BY priority DESC, due_at, created_at, fax_id LIMIT {4}
        """;

    public static async Task<ClaimedSendings> ClaimAsync(StoreContext context, SendingClaim claim,
        CancellationToken cancel)
    {
        if (context.TryClaimLock is { } claimLock
            && !(await context.Database.SqlQueryRaw<bool>(claimLock).ToListAsync(cancel).ConfigureAwait(false))[0])
        {
            return new ClaimedSendings(true, []);
        }
        int room = Math.Min(claim.Limit, claim.TenantCallsMax - await context.Sendings
            .CountAsync(row => row.TenantId == claim.TenantId && row.State == SendingState.Calling, cancel)
            .ConfigureAwait(false));
        if (room <= 0)
        {
            return new ClaimedSendings(false, []);
        }
        Dictionary<Guid, int> taken = await TakenAsync(context, cancel).ConfigureAwait(false);
        List<SendingRow> due = await context.Sendings
            .FromSqlRaw(Due, context.Parameter(claim.TenantId), (int)SendingState.Waiting,
                claim.Now.ToUnixTimeMilliseconds(), (int)SendingState.Calling, SendingClaim.CandidatesMax)
            .AsTracking()
            .ToListAsync(cancel)
            .ConfigureAwait(false);
        List<SendingRecord> claimed = [];
        foreach (SendingRow row in due.TakeWhile(_ => claimed.Count < room))
        {
            if (TrunkOf(row, claim, taken) is { } trunk)
            {
                taken[trunk] = taken.GetValueOrDefault(trunk) + 1;
                (row.State, row.TrunkId, row.LeaseOwner) = (SendingState.Calling, trunk, claim.Owner);
                row.Attempt++;
                row.Beat++;
                claimed.Add(SendingTable.Record(row));
            }
        }
        return new ClaimedSendings(false, claimed);
    }

    /// <summary>The trunk that it was to go by, or the next one that has room; null if none has.</summary>
    private static Guid? TrunkOf(SendingRow row, SendingClaim claim, Dictionary<Guid, int> taken)
    {
        IEnumerable<(Guid TrunkId, int CallsMax)> order = claim.Trunks
            .OrderByDescending(trunk => trunk.TrunkId == row.TrunkId);
        if (row.TrunkFixed && row.TrunkId is { } only)
        {
            // One that is not there any more takes all: the call says so, and the fax does not wait for ever.
            order = [.. order.Where(trunk => trunk.TrunkId == only).DefaultIfEmpty((only, int.MaxValue))];
        }
        foreach ((Guid trunk, int callsMax) in order)
        {
            if (taken.GetValueOrDefault(trunk) < callsMax)
            {
                return trunk;
            }
        }
        return null;
    }

    // Of all tenants, since they share the trunks; an index probe a tenant.
    private static async Task<Dictionary<Guid, int>> TakenAsync(StoreContext context, CancellationToken cancel) => (
        await (from tenant in context.Tenants
               join row in context.Sendings on tenant.TenantId equals row.TenantId
               where row.State == SendingState.Calling && row.TrunkId != null
               group row by row.TrunkId into calls
               select new { calls.Key, Count = calls.Count() })
            .ToListAsync(cancel).ConfigureAwait(false)).ToDictionary(calls => calls.Key!.Value, calls => calls.Count);
}
