// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;

namespace Hermetic.Server.Features.Sandbox;

/// <summary>A telephone network within the process, for lines whose faxes must reach nobody: real SIP and T.38, from an
/// endpoint that knows no trunk but this, to another one that answers as <see cref="SandboxStation"/> says. Both keep
/// to a loopback address of their own, and answer nobody else.</summary>
internal sealed class SandboxNetwork : ISendingLine, IAsyncDisposable
{
    /// <summary>How it is called among trunks. No trunk of the configuration may have this name.</summary>
    public const string TrunkName = "sandbox";

    /// <summary>Our choice: an address of this machine (RFC 1122 §3.2.1.3) that nothing else uses, so that even
    /// programs of the same machine get no answer.</summary>
    public static readonly IPAddress Address = IPAddress.Parse("127.0.0.38");

    private readonly FaxEndpoint _caller;
    private readonly FaxEndpoint _station;

    private SandboxNetwork(FaxEndpoint caller, FaxEndpoint station) => (_caller, _station) = (caller, station);

    /// <summary>Its id among trunks.</summary>
    public static Guid TrunkId { get; } = ReceivingContext.TrunkId(TrunkName);

    /// <summary>True if any practice of the configuration has a sandbox line.</summary>
    public static bool IsWanted(ServerSettings settings) =>
        settings.Tenants.Any(tenant => tenant.SandboxNumbers.Count > 0);

    /// <summary>Starts both ends.</summary>
    /// <exception cref="IOException">The loopback address can't be used.</exception>
    public static async Task<SandboxNetwork> StartAsync(
        TimeProvider time, Action<Exception> onFault, CancellationToken cancellation)
    {
        SandboxStation answers = new();
        FaxEndpointSettings settings = new()
        {
            Listeners = [new SipListener(SipTransportKind.Udp, new IPEndPoint(Address, 0))],
            Allow = [new IPNetwork(Address, 32)],
            OnFault = onFault,
        };
        FaxEndpoint station = await FaxEndpoint.StartAsync(
            settings with { OnIncoming = answers.Decide }, time, cancellation: cancellation).ConfigureAwait(false);
        try
        {
            TrunkSettings trunk = new()
            {
                Name = TrunkName,
                Host = Address.ToString(),
                Port = station.Listening[0].Address.Port,
                FirstOffer = FirstOffer.T38,
            };
            return new SandboxNetwork(
                await FaxEndpoint.StartAsync(settings with { Allow = [], Trunks = [trunk] }, time,
                    cancellation: cancellation).ConfigureAwait(false),
                station);
        }
        catch
        {
            await station.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<CallReport> SendAsync(OutgoingFax fax, CancellationToken cancellation) =>
        _caller.SendAsync(fax, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _caller.DisposeAsync().ConfigureAwait(false);
        await _station.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>Parts the ways: what goes by the sandbox goes there and nowhere else.</summary>
internal sealed class SplitLine(ISendingLine line, ISendingLine sandbox) : ISendingLine
{
    public Task<CallReport> SendAsync(OutgoingFax fax, CancellationToken cancellation) =>
        (fax.Trunk == SandboxNetwork.TrunkName ? sandbox : line).SendAsync(fax, cancellation);
}
