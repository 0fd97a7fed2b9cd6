// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>What a request must satisfy before a call sees it, in the order of RFC 3261 §8.2. Max-Forwards is not
/// among it: only who forwards acts on it (§16.3), the target answers even at 0 (RFC 4475 §3.3.11).</summary>
internal static class SipRequestRules
{
    private static readonly string[] Extensions = ["100rel", "timer"];

    /// <summary>0 if in order, else the status, with the header that explains it.</summary>
    public static int Check(SipRequest request, out SipHeader? why)
    {
        why = null;
        if (!SipMethods.IsKnown(request.Method))
        {
            why = new SipHeader(SipHeaderNames.Allow, SipMethods.Allowed);
            return 501; // §8.2.1 with §21.5.2: a method that we do not know at all.
        }

        if (request.RequestUri is { IsSip: false, Scheme: not "tel" })
        {
            return 416; // §8.2.2.1
        }

        List<string> unknown = [];
        foreach (string tag in request.Headers.Values(SipHeaderNames.Require))
        {
            if (tag.Length > 0 && !Extensions.Contains(tag, StringComparer.OrdinalIgnoreCase))
            {
                unknown.Add(tag);
            }
        }

        if (unknown.Count > 0)
        {
            why = new SipHeader(SipHeaderNames.Unsupported, string.Join(", ", unknown));
            return 420; // §8.2.2.3
        }

        return 0;
    }

    /// <summary>Outside a dialog only INVITE and OPTIONS have a meaning to us; what belongs to a dialog gets
    /// 481.</summary>
    public static int CheckOutside(SipRequest request, out SipHeader? why)
    {
        why = null;
        switch (request.Method)
        {
            case SipMethods.Invite or SipMethods.Options:
                return 0;
            case SipMethods.Bye or SipMethods.Prack or SipMethods.Update or SipMethods.Info or SipMethods.Notify:
                return 481;
            default:
                why = new SipHeader(SipHeaderNames.Allow, SipMethods.Allowed);
                return 405; // §8.2.1
        }
    }
}
