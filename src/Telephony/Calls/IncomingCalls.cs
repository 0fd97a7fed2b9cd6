// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using Hermetic.Protocol.Sip;
using Hermetic.Telephony.Sip;

namespace Hermetic.Telephony.Calls;

/// <summary>What becomes of INVITEs: limits first, then the host's word.</summary>
internal sealed class IncomingCalls(Line line)
{
    /// <summary>Our limit: a number or name longer than this is cut; T.30 and the public network know 20
    /// digits.</summary>
    private const int TextCharsMax = 128;

    /// <summary>An INVITE came that is in order.</summary>
    public void Take(TimeSpan now, SipCall sip)
    {
        TrunkLink trunk = line.TrunkOf(sip.Flow.Address);
        if (line.HalfOpenOf(sip.Flow.Address) >= line.Settings.TransportLimits.UnansweredInvitesPerAddressMax)
        {
            sip.Reject(now, 503, new SipHeader(SipHeaderNames.RetryAfter, "5"));
            return;
        }

        if (!line.HasRoom(trunk))
        {
            sip.Reject(now, 486);
            return;
        }

        FaxCallHandle handle = new(line.Loop.Post, () => line.Loop.IsCurrent);
        IncomingCall call = Describe(sip, trunk, handle);
        IncomingDecision decision = Decide(call);
        if (decision.RejectStatus != 0)
        {
            sip.Reject(now, decision.RejectStatus, RetryAfter(decision));
            return;
        }

        FaxCall fax = new(line, PlanOf(call, decision, trunk), handle, now);
        line.TryAdd(fax, trunk);
        fax.Answer(now, sip);
    }

    private IncomingDecision Decide(IncomingCall call)
    {
        try
        {
            return line.Settings.OnIncoming?.Invoke(call) ?? IncomingDecision.Reject(480);
        }
#pragma warning disable CA1031 // The host's own code: its fault refuses the call and leaves the line alone.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            line.Fault(failure);
            return IncomingDecision.Reject(500);
        }
    }

    private static SipHeader? RetryAfter(IncomingDecision decision) => decision.RetryAfter is not { } wait ? null
        : new SipHeader(SipHeaderNames.RetryAfter,
            Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture));

    private static IncomingCall Describe(SipCall sip, TrunkLink trunk, FaxCallHandle handle) => new()
    {
        DialledNumber = Cut(sip.Invite.RequestUri.UserDecoded),
        CallerNumber = Cut(sip.RemoteAddress.Uri.UserDecoded),
        CallerName = Cut(sip.RemoteAddress.DisplayName),
        RemoteAddress = new IPEndPoint(IPAddress.Parse(sip.Flow.Address), sip.Flow.Port),
        Transport = (SipTransportKind)sip.Flow.Transport,
        Trunk = trunk.Settings.Name,
        CallId = sip.CallId,
        Handle = handle,
    };

    private static CallPlan PlanOf(IncomingCall call, IncomingDecision decision, TrunkLink trunk) => new()
    {
        IsOutgoing = false,
        Trunk = trunk.Settings,
        T30 = decision.T30,
        LocalNumber = call.DialledNumber,
        RemoteNumber = call.CallerNumber,
        Pages = decision.PolledPages,
        Sink = decision.Sink,
        T30Observer = decision.T30Observer,
        T38Observer = decision.T38Observer,
        OnProgress = decision.OnProgress,
        OnReceived = decision.OnReceived,
        OnEnded = decision.OnEnded,
    };

    // Untrusted text: no control characters, no more than can be meant.
    private static string Cut(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        char[] kept = [.. text.Where(c => !char.IsControl(c)).Take(TextCharsMax)];
        return new string(kept);
    }
}
