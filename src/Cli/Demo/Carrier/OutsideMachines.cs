// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Sandbox;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;

namespace Hermetic.Cli.Demo.Carrier;

/// <summary>The fax machines of the demo's outside world: they answer as their number says (those of the sandbox), and
/// one of them faxes in. Real SIP and T.38 on loopback.</summary>
internal sealed class OutsideMachines : IAsyncDisposable
{
    /// <summary>Takes every page, and is who faxes in.</summary>
    public static readonly string Hospital = NumberOf(SandboxBehaviour.TakesAll);

    public static readonly string Busy = NumberOf(SandboxBehaviour.Busy);

    public static readonly string BreaksOff = NumberOf(SandboxBehaviour.OnePageACall);

    public static readonly string SomebodyElse = NumberOf(SandboxBehaviour.OtherStation);

    private readonly SandboxStation _station = new();
    private readonly ConcurrentDictionary<string, int> _pages = [];
    private FaxEndpoint? _endpoint;

    private OutsideMachines()
    {
    }

    /// <summary>Where they take calls.</summary>
    public IPEndPoint Address => _endpoint!.Listening[0].Address;

    /// <exception cref="IOException">There is no port.</exception>
    public static async Task<OutsideMachines> StartAsync(TimeProvider time, CancellationToken cancellation)
    {
        OutsideMachines machines = new();
        machines._endpoint = await FaxEndpoint.StartAsync(
            new FaxEndpointSettings
            {
                Listeners = [new SipListener(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0))],
                Direct = new TrunkSettings { Name = "direct", FirstOffer = FirstOffer.T38 },
                OnIncoming = machines.Decide,
            },
            time, cancellation: cancellation);
        return machines;
    }

    /// <summary>How many pages ever began at a number, confirmed or not.</summary>
    public int PagesBegunAt(string number) => _pages.GetValueOrDefault(number);

    /// <summary>Faxes pages to a line of a server.</summary>
    public Task<CallReport> FaxAsync(
        IOutgoingPages pages, string number, IPEndPoint server, CancellationToken cancellation) =>
        _endpoint!.SendAsync(
            new OutgoingFax
            {
                To = $"sip:{number}@{server}",
                From = Hospital,
                Pages = pages,
                T30 = new T30Settings { StationId = Hospital },
            },
            cancellation);

    public ValueTask DisposeAsync() => _endpoint?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string NumberOf(SandboxBehaviour behaviour) =>
        SandboxNumbers.All.First(one => one.Behaviour == behaviour).Number;

    // On the line's thread: must not wait.
    private IncomingDecision Decide(IncomingCall call)
    {
        string number = call.DialledNumber;
        return _station.Decide(call) with { T30Observer = new PageCount(() => _pages.AddOrUpdate(number, 1, Next)) };
    }

    private static int Next(string number, int count) => count + 1;

    private sealed class PageCount(Action count) : IT30Observer
    {
        public void OnPage(TimeSpan now, int index, bool sent, T30PageEvent what)
        {
            if (what == T30PageEvent.Started)
            {
                count();
            }
        }
    }
}
