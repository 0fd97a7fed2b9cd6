// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;

namespace Hermetic.Benchmarks.Calls;

/// <summary>An endpoint as the product sets one up, with room for the calls of the bench.</summary>
internal static class CallsEndpoint
{
    public const int CallingPorts = 12_000;
    public const int AnsweringPorts = 16_000;
    private const int PortSpan = 3_998;

    public static Task<FaxEndpoint> StartAsync(int calls, int firstPort, Func<IncomingCall, IncomingDecision>? decide,
        CancellationToken cancellation) =>
        FaxEndpoint.StartAsync(new FaxEndpointSettings
        {
            Listeners = [new SipListener(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0))],
            MediaPorts = new MediaPortRange(firstPort, firstPort + PortSpan),
            Direct = new TrunkSettings { Name = "direct", Limits = new CallLimits { CallsMax = calls } },
            CallsMax = calls,
            OnIncoming = decide,
            OnFault = fault => Console.Error.WriteLine($"a fault of ours: {fault}"),
        }, TimeProvider.System, cancellation: cancellation);
}
