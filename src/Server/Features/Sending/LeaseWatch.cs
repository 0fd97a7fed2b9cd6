// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store;

namespace Hermetic.Server.Features.Sending;

/// <summary>Tells whose leases stand still. Each process looks with its own clock, and only at how much time passes on
/// it: clocks that are set, here or elsewhere, make no lease run out.</summary>
internal sealed class LeaseWatch(SendingLimits limits, TimeProvider time)
{
    private Dictionary<(Guid Tenant, Guid Fax), (Guid? Owner, int Attempt, long Beat, long Since)> _seen = [];
    private long? _looked;

    /// <summary>Those of the leases that have not been counted up for too long.</summary>
    /// <param name="leases">All that there are, but those of this process that are alive.</param>
    /// <param name="isSole">True if nobody else can be alive.</param>
    public IReadOnlyList<SendingRecord> Still(IEnumerable<SendingRecord> leases, bool isSole)
    {
        if (isSole)
        {
            return [.. leases];
        }

        long now = time.GetTimestamp();
        if (_looked is { } last && time.GetElapsedTime(last, now) > limits.OthersStillMax / 4)
        {
            // We stood still ourselves, and perhaps all of us did: the others get their time anew.
            _seen.Clear();
        }

        _looked = now;
        Dictionary<(Guid, Guid), (Guid?, int, long, long)> seen = [];
        List<SendingRecord> still = [];
        foreach (SendingRecord lease in leases)
        {
            (Guid, Guid) key = (lease.TenantId, lease.FaxId);
            bool same = _seen.TryGetValue(key, out (Guid? Owner, int Attempt, long Beat, long Since) before)
                && (before.Owner, before.Attempt, before.Beat) == (lease.LeaseOwner, lease.Attempt, lease.Beat);
            seen[key] = (lease.LeaseOwner, lease.Attempt, lease.Beat, same ? before.Since : now);
            if (same && time.GetElapsedTime(before.Since, now) >= limits.OthersStillMax)
            {
                still.Add(lease);
            }
        }

        _seen = seen;
        return still;
    }
}
