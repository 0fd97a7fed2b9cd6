// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;

namespace Hermetic.Telephony;

/// <summary>A fax to send (or to fetch, by polling).</summary>
public sealed record OutgoingFax
{
    /// <summary>A SIP URI (`sip:5551234@host`), or a number, which goes to the trunk's host.</summary>
    public required string To { get; init; }

    /// <summary>The trunk's name; null for a call to the URI's own host on the endpoint's direct terms.</summary>
    public string? Trunk { get; init; }

    /// <summary>The user part of our From; the trunk's own if null.</summary>
    public string? From { get; init; }

    /// <summary>The pages; null only if <see cref="T30"/> polls.</summary>
    public IOutgoingPages? Pages { get; init; }

    /// <summary>Where polled pages go.</summary>
    public IPageSink? Sink { get; init; }

    /// <summary>Our station and what it may do.</summary>
    public T30Settings T30 { get; init; } = new();

    /// <summary>Watches T.30, on the line's thread.</summary>
    public IT30Observer? T30Observer { get; init; }

    /// <summary>Watches T.38, on the line's thread.</summary>
    public IT38Observer? T38Observer { get; init; }

    /// <summary>Gets the call as soon as it is placed. Line's thread.</summary>
    public Action<FaxCallHandle>? OnPlaced { get; init; }

    /// <summary>Gets the call's progress. Line's thread.</summary>
    public Action<CallProgress>? OnProgress { get; init; }
}

/// <summary>Where a call stands.</summary>
public enum CallProgress
{
    /// <summary>The INVITE is on its way.</summary>
    Placed,
    /// <summary>The far end rings (180) or lets us hear something (183).</summary>
    Ringing,
    /// <summary>Answered; audio, or T.38 at once.</summary>
    Answered,
    /// <summary>T.38 is agreed; T.30 begins.</summary>
    T38,
}
