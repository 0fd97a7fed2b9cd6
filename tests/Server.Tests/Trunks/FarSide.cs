// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Server.Features.Sandbox;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;

namespace Hermetic.Server.Tests.Trunks;

/// <summary>What stands behind a trunk in these tests: our own endpoint, which answers as the number says.</summary>
internal static class FarSide
{
    public const string FaxMachine = "+15555550100";
    public const string Busy = "+15555550101";
    public const string Silent = "+15555550103";

    public static Task<FaxEndpoint> StartAsync(Func<IncomingCall, IncomingDecision>? decide = null) =>
        FaxEndpoint.StartAsync(new FaxEndpointSettings
        {
            Listeners = [new(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0))],
            OnIncoming = decide ?? new SandboxStation().Decide,
        }, TimeProvider.System, cancellation: TestContext.Current.CancellationToken);

    /// <summary>More of the configuration: a trunk to it.</summary>
    public static string Trunk(IPEndPoint far, int callsMax = 7) => $$"""
        , "trunks": [ { "name": "carrier-a", "host": "127.0.0.1", "port": {{far.Port}}, "firstOffer": "t38",
          "callsMax": {{callsMax}} } ]
        """;
}
