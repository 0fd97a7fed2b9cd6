// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>Checks what every message must carry, and the syntax of what we act on.</summary>
internal static class SipEssentials
{
    /// <summary>The headers without which nothing can be answered or matched (RFC 3261 §8.1.1).</summary>
    public static SipFault Check(SipMessage message)
    {
        SipHeaders headers = message.Headers;
        foreach (string name in (ReadOnlySpan<string>)
            [SipHeaderNames.Via, SipHeaderNames.From, SipHeaderNames.To, SipHeaderNames.CallId, SipHeaderNames.CSeq])
        {
            if (!headers.Contains(name))
            {
                return SipFault.MissingHeader;
            }
        }

        SipCSeq cseq = message.CSeq;
        return message.TopVia is null ? SipFault.Via
            : message.From is null ? SipFault.From
            : message.To is null ? SipFault.To
            : message.CallId.Length == 0 || message.CallId.AsSpan().ContainsAny(' ', '\t') ? SipFault.CallId
            : cseq.Method.Length == 0 ? SipFault.CSeq
            : message is SipRequest request && request.Method != cseq.Method ? SipFault.CSeqMethod
            : SipFault.None;
    }

    /// <summary>What else makes a message malformed.</summary>
    public static SipFault CheckRest(SipMessage message, SipLimits limits)
    {
        SipHeaders headers = message.Headers;
        foreach (string name in (ReadOnlySpan<string>)
            [SipHeaderNames.MaxForwards, SipHeaderNames.RSeq, SipHeaderNames.MinExpires])
        {
            if (headers.Contains(name) && !headers.TryGetNumber(name, out _))
            {
                return name == SipHeaderNames.MaxForwards ? SipFault.MaxForwards : SipFault.Number;
            }
        }

        if (headers.TryGetNumber(SipHeaderNames.MaxForwards, out uint hops) && hops > 255)
        {
            return SipFault.MaxForwards; // RFC 3261 §20.22: 0 to 255.
        }

        SipFault fault = CheckVias(headers, limits);
        foreach (string name in (ReadOnlySpan<string>)
            [SipHeaderNames.Contact, SipHeaderNames.Route, SipHeaderNames.RecordRoute])
        {
            fault = fault == SipFault.None ? CheckAddresses(headers, name, limits) : fault;
        }

        return fault;
    }

    private static SipFault CheckVias(SipHeaders headers, SipLimits limits)
    {
        int count = 0;
        foreach (string value in headers.Values(SipHeaderNames.Via))
        {
            if (++count > limits.ValuesMax)
            {
                return SipFault.TooManyValues;
            }

            // The top one has been parsed by Check.
            if (count > 1 && !SipVia.TryParse(value, out _))
            {
                return SipFault.Via;
            }
        }

        return SipFault.None;
    }

    private static SipFault CheckAddresses(SipHeaders headers, string name, SipLimits limits)
    {
        int count = 0;
        foreach (string value in headers.Values(name))
        {
            if (++count > limits.ValuesMax)
            {
                return SipFault.TooManyValues;
            }

            // RFC 3261 §10.2.2: REGISTER may carry `Contact: *`.
            if (!SipAddress.TryParse(value, out _) && !(value == "*" && name == SipHeaderNames.Contact))
            {
                return name == SipHeaderNames.Contact ? SipFault.Contact : SipFault.Route;
            }
        }

        return SipFault.None;
    }
}
