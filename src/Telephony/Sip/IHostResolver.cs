// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Hermetic.Telephony.Sip;

/// <summary>Turns a host name into addresses (A and AAAA). SRV and NAPTR (RFC 3263) are not asked for: see
/// DIVERGENCES.md.</summary>
public interface IHostResolver
{
    /// <summary>The addresses of a name, best first; none if it is not known.</summary>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation);
}

/// <summary>Asks the system.</summary>
public sealed class SystemHostResolver : IHostResolver
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? literal))
        {
            return [literal];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return [];
        }
    }
}
