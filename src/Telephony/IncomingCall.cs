// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;
using Hermetic.Telephony.Sip;

namespace Hermetic.Telephony;

/// <summary>A call that wants in. Names and numbers are untrusted text and PHI: never to be logged.</summary>
public sealed record IncomingCall
{
    /// <summary>The user part of the Request-URI: the number that was dialled.</summary>
    public required string DialledNumber { get; init; }

    /// <summary>The user part of From: the caller's number as claimed; empty if there is none.</summary>
    public required string CallerNumber { get; init; }

    /// <summary>From's display name as claimed; empty if there is none.</summary>
    public required string CallerName { get; init; }

    /// <summary>Where the INVITE came from.</summary>
    public required IPEndPoint RemoteAddress { get; init; }

    /// <summary>What carried it.</summary>
    public required SipTransportKind Transport { get; init; }

    /// <summary>The trunk that it came by, or the direct terms' name.</summary>
    public required string Trunk { get; init; }

    /// <summary>The SIP Call-ID.</summary>
    public required string CallId { get; init; }

    /// <summary>The call, to confirm its pages with or to end it.</summary>
    public required FaxCallHandle Handle { get; init; }
}

/// <summary>What becomes of an incoming call.</summary>
public sealed record IncomingDecision
{
    private IncomingDecision()
    {
    }

    /// <summary>The final status that refuses it: 400 to 699; 0 if it is taken.</summary>
    public int RejectStatus { get; private init; }

    /// <summary>When the caller may try again (RFC 3261 §20.33); null to say nothing of it.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Our station.</summary>
    public T30Settings T30 { get; private init; } = new();

    /// <summary>Where its pages go.</summary>
    public IPageSink? Sink { get; private init; }

    /// <summary>What a caller who polls gets; null for nothing.</summary>
    public IOutgoingPages? PolledPages { get; init; }

    /// <summary>Watches T.30, on the line's thread.</summary>
    public IT30Observer? T30Observer { get; init; }

    /// <summary>Watches T.38, on the line's thread.</summary>
    public IT38Observer? T38Observer { get; init; }

    /// <summary>Gets the report so far, once, when the MCF of the last page has gone out and only the caller's goodbye
    /// (DCN) is left, which takes it a second and more: the fax is whole, whatever becomes of the call. Not called for
    /// a call that ends otherwise. Line's thread.</summary>
    public Action<CallReport>? OnReceived { get; init; }

    /// <summary>Gets the report when the call is over. Line's thread.</summary>
    public Action<CallReport>? OnEnded { get; init; }

    /// <summary>Gets the call's progress. Line's thread.</summary>
    public Action<CallProgress>? OnProgress { get; init; }

    /// <summary>Refuses the call.</summary>
    public static IncomingDecision Reject(int status) => new() { RejectStatus = Within.Range(status, 400, 699) };

    /// <summary>Answers the call.</summary>
    public static IncomingDecision Accept(T30Settings t30, IPageSink sink) => new() { T30 = t30, Sink = sink };
}
