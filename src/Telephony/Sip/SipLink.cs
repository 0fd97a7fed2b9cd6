// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Protocol.Sip;

namespace Hermetic.Telephony.Sip;

/// <summary>The way between us and one peer: a UDP socket and the peer's address, or a connection. Loop's
/// thread.</summary>
internal abstract class SipLink
{
    public abstract SipTransportKind Kind { get; }

    /// <summary>The peer's end.</summary>
    public abstract IPEndPoint Remote { get; }

    /// <summary>False once a connection is gone.</summary>
    public abstract bool IsOpen { get; }

    /// <summary>What the SIP core calls it.</summary>
    public abstract SipFlow Flow { get; }

    /// <summary>Sends octets of one message; false if they can't go out.</summary>
    public abstract bool Send(ReadOnlySpan<byte> message);
}

/// <summary>Who takes what the transports receive. All calls come on the loop's thread.</summary>
internal interface ISipReceiver
{
    /// <summary>A well-formed message from an allowed source.</summary>
    void OnMessage(TimeSpan now, SipFlow flow, SipMessage message);

    /// <summary>A malformed one; with a message if it can be answered.</summary>
    void OnMalformed(TimeSpan now, SipFlow flow, SipMessage? message, SipParseError error);

    /// <summary>Something could not be sent on a flow, or its connection is gone.</summary>
    void OnFlowFailed(TimeSpan now, SipFlow flow);
}

/// <summary>What the transports count. Written on the loop's thread.</summary>
internal sealed class SipTransportCounters
{
    public long Received { get; set; }

    public long Sent { get; set; }

    /// <summary>From sources that are not allowed: they got no answer.</summary>
    public long Unknown { get; set; }

    public long Malformed { get; set; }

    /// <summary>Over the rate, or over the limit of connections.</summary>
    public long Throttled { get; set; }
}
