// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Protocol.Sip;
using Hermetic.Telephony.Calls;
using Hermetic.Telephony.Sip;

namespace Hermetic.Telephony;

/// <summary>A fax machine on the network: takes and places fax calls over SIP and T.38.</summary>
/// <remarks>All calls live on one thread, the line's own, where also all callbacks run. Disposal hangs up what is left.
/// </remarks>
public sealed class FaxEndpoint : IAsyncDisposable
{
    private readonly Line _line;

    private FaxEndpoint(Line line) => _line = line;

    /// <summary>Where SIP is taken; with the true ports where 0 was asked for.</summary>
    public IReadOnlyList<SipListener> Listening => _line.Listening;

    /// <summary>Calls that are alive.</summary>
    public int CallCount => _line.CallCount;

    /// <summary>Starts listening and registering.</summary>
    /// <param name="settings">How it is set up.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Tags, branches and port choices; the system's cryptographic source if null.</param>
    /// <param name="cancellation">Gives the start up.</param>
    /// <exception cref="IOException">A listener's port is taken.</exception>
    public static async Task<FaxEndpoint> StartAsync(FaxEndpointSettings settings, TimeProvider time,
        ISipRandom? random = null, CancellationToken cancellation = default)
    {
        Line line = new(settings, time, random ?? new SystemRandom());
        try
        {
            await line.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            await line.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new FaxEndpoint(line);
    }

    /// <summary>Places a call, sends the fax and says what it came to. Failure is a report, not an exception;
    /// cancelling
    /// ends the call in an orderly way and still gives its report.</summary>
    public Task<CallReport> SendAsync(OutgoingFax fax, CancellationToken cancellation = default) =>
        _line.SendAsync(fax, cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _line.DisposeAsync();

    private sealed class SystemRandom : ISipRandom
    {
        public void Fill(Span<byte> octets) => RandomNumberGenerator.Fill(octets);
    }
}
