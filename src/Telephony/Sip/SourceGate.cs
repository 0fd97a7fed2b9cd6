// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;

namespace Hermetic.Telephony.Sip;

/// <summary>Who may talk to us: the networks of the allow list and the addresses of the trunks. Everyone else gets no
/// answer at all, so that a scanner can't tell us from a dead port.</summary>
internal sealed class SourceGate
{
    private readonly IReadOnlyList<IPNetwork> _networks;
    private readonly ConcurrentDictionary<IPAddress, string> _trunks = new();

    public SourceGate(IReadOnlyList<IPNetwork> networks) => _networks = networks;

    /// <summary>True if a source may talk to us. Any thread.</summary>
    public bool Allows(IPAddress address)
    {
        IPAddress plain = Plain(address);
        return _trunks.ContainsKey(plain) || IsInNetworks(plain);
    }

    /// <summary>The trunk that an address belongs to, or null.</summary>
    public string? TrunkOf(IPAddress address) => _trunks.GetValueOrDefault(Plain(address));

    /// <summary>True if the allow list itself (not a trunk) names the address.</summary>
    public bool IsInNetworks(IPAddress address)
    {
        IPAddress plain = Plain(address);
        foreach (IPNetwork network in _networks)
        {
            if (network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A trunk's host resolved to these addresses.</summary>
    public void AddTrunk(string trunk, IEnumerable<IPAddress> addresses)
    {
        foreach (IPAddress address in addresses)
        {
            _trunks[Plain(address)] = trunk;
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
