// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Protocol.Sip;

/// <summary>CSeq: number and method (RFC 3261 §20.16).</summary>
public readonly record struct SipCSeq(uint Number, string Method)
{
    /// <summary>§8.1.1.5: below 2^31.</summary>
    public const uint NumberMax = int.MaxValue;

    /// <summary>Parses `1 INVITE`.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipCSeq cseq)
    {
        cseq = default;
        text = SipGrammar.Trim(text);
        int space = text.IndexOfAny(' ', '\t');
        if (space < 0 || !SipGrammar.TryNumber(text[..space], out uint number) || number > NumberMax)
        {
            return false;
        }

        ReadOnlySpan<char> method = SipGrammar.Trim(text[space..]);
        cseq = new SipCSeq(number, method.ToString());
        return SipGrammar.IsToken(method);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} {Method}");
}

/// <summary>RAck: the RSeq and CSeq of the provisional response that a PRACK confirms (RFC 3262 §7.2).</summary>
public readonly record struct SipRAck(uint RSeq, SipCSeq CSeq)
{
    /// <summary>Parses `776656 1 INVITE`.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipRAck rack)
    {
        rack = default;
        text = SipGrammar.Trim(text);
        int space = text.IndexOfAny(' ', '\t');
        if (space < 0 || !SipGrammar.TryNumber(text[..space], out uint rseq)
            || !SipCSeq.TryParse(text[space..], out SipCSeq cseq))
        {
            return false;
        }

        rack = new SipRAck(rseq, cseq);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RSeq} {CSeq}");
}
