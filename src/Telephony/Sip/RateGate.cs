// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Hermetic.Telephony.Sip;

/// <summary>A token bucket an address: so many messages a second, after a burst of as many. Loop's thread.</summary>
internal sealed class RateGate(int perSecond)
{
    // Our limit: with an allow list of half the internet the table must not grow; a full one is simply started anew.
    private const int AddressesMax = 4096;

    private readonly Dictionary<IPAddress, (double Tokens, TimeSpan At)> _buckets = [];

    /// <summary>Takes one message of <paramref name="address"/>'s allowance; false if there is none left.</summary>
    public bool TryTake(IPAddress address, TimeSpan now)
    {
        if (!_buckets.TryGetValue(address, out (double Tokens, TimeSpan At) bucket))
        {
            if (_buckets.Count >= AddressesMax)
            {
                _buckets.Clear();
            }

            bucket = (perSecond, now);
        }

        double tokens = Math.Min(perSecond, bucket.Tokens + ((now - bucket.At).TotalSeconds * perSecond));
        bool allowed = tokens >= 1;
        _buckets[address] = (allowed ? tokens - 1 : tokens, now);
        return allowed;
    }
}
