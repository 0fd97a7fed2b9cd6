// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.T30;
using Hermetic.Telephony;

namespace Hermetic.Server.Features.Sandbox;

/// <summary>The far end of the sandbox and of the demo: our own engine, which answers as the dialled number says and
/// keeps nothing of what it gets. Lives on the line's thread of its endpoint.</summary>
public sealed class SandboxStation
{
    private const int BusyHere = 486; // RFC 3261 §21.4.24
    private const int TemporarilyUnavailable = 480; // RFC 3261 §21.4.18
    private const int NotFound = 404; // RFC 3261 §21.4.5
    private const int ServiceUnavailable = 503; // RFC 3261 §21.5.4
    private const int Decline = 603; // RFC 3261 §21.6.2

    /// <summary>What a full network asks to wait (RFC 3261 §20.33). Our choice: longer than the retry rule's own delay,
    /// so that it is seen to be respected.</summary>
    public static readonly TimeSpan CongestionRetryAfter = TimeSpan.FromMinutes(2);

    /// <summary>Our choice: a pause before its first signal that outlasts every caller's T1 (T.30 §5.4.3.1).</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);

    private int _calls;

    /// <summary>What becomes of a call.</summary>
    public IncomingDecision Decide(IncomingCall call)
    {
        T30Settings station = new() { StationId = call.DialledNumber };
        _calls++;
        return SandboxNumbers.Of(call.DialledNumber) switch
        {
            SandboxBehaviour.TakesAll => Accept(call, station, int.MaxValue),
            SandboxBehaviour.Busy => IncomingDecision.Reject(BusyHere),
            SandboxBehaviour.NoAnswer => IncomingDecision.Reject(TemporarilyUnavailable),
            SandboxBehaviour.NotAFax => Accept(
                call, station with { Timing = T30Timing.Default with { Pause = Silence } }, 0),
            SandboxBehaviour.OnePageACall => Accept(call, station, 1),
            SandboxBehaviour.OtherStation => Accept(call, station with
            {
                StationId = string.Create(CultureInfo.InvariantCulture, $"+1555555{1000 + (_calls % 9000):D4}"),
            }, int.MaxValue),
            SandboxBehaviour.Congestion => IncomingDecision.Reject(ServiceUnavailable) with
            {
                RetryAfter = CongestionRetryAfter,
            },
            SandboxBehaviour.Slow => Accept(
                call, station with { Ecm = false, Modems = FaxModems.V27TerFallBack, RateMax = 2400 }, int.MaxValue),
            SandboxBehaviour.Rejected => IncomingDecision.Reject(Decline),
            SandboxBehaviour.NoPage => Accept(call, station, 0),
            _ => IncomingDecision.Reject(NotFound),
        };
    }

    private static IncomingDecision Accept(IncomingCall call, T30Settings station, int pagesMax) =>
        IncomingDecision.Accept(station, new Shredder(call.Handle, pagesMax));

    /// <summary>Takes so many pages and refuses the next one: no MCF goes out, and the call ends.</summary>
    private sealed class Shredder(FaxCallHandle call, int pagesMax) : IPageSink
    {
        private int _index;

        public void BeginPage(in ReceivedPageInfo page) => _index = page.Index;

        public void WriteRow(ReadOnlySpan<byte> row)
        {
        }

        public void EndPage(in PageQuality quality) =>
            call.ConfirmPage(_index < pagesMax ? PageVerdict.Kept : PageVerdict.Refused);

        public void AbandonPage(in PageQuality quality)
        {
        }
    }
}
