// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Hermetic.Protocol.Sip;

/// <summary>Reason: why a call ended, as `Q.850;cause=16;text="…"` or `SIP;cause=487` (RFC 3326 §2).</summary>
/// <param name="Protocol">SIP or Q.850, as sent.</param>
/// <param name="Cause">The status code or Q.850 cause; 0 when absent.</param>
/// <param name="Text">Plain words; null when absent.</param>
public sealed record SipReason(string Protocol, int Cause, string? Text)
{
    /// <summary>Parses one value.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipReason? reason)
    {
        reason = null;
        text = SipGrammar.Trim(text);
        int semicolon = text.IndexOf(';');
        ReadOnlySpan<char> protocol = SipGrammar.Trim(semicolon < 0 ? text : text[..semicolon]);
        if (!SipGrammar.IsToken(protocol)
            || !SipParameters.TryParseAt(text, semicolon, inUri: false, out SipParameters parameters))
        {
            return false;
        }

        int cause = SipGrammar.TryNumber(parameters["cause"], out uint number) && number <= 999 ? (int)number : 0;
        string? words = parameters["text"];
        reason = new SipReason(protocol.ToString(), cause, words is null ? null : SipGrammar.Unquote(words));
        return true;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new(Protocol);
        _ = Cause == 0 ? text : text.Append(CultureInfo.InvariantCulture, $";cause={Cause}");
        _ = Text is null ? text : text.Append(";text=").Append(SipGrammar.Quote(Text));
        return text.ToString();
    }
}

/// <summary>Retry-After: seconds to wait before asking again (RFC 3261 §20.33); comment and duration are
/// ignored.</summary>
public readonly record struct SipRetryAfter(uint Seconds)
{
    /// <summary>Parses `18000;duration=3600` or `120 (I'm in a meeting)`.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipRetryAfter retry)
    {
        text = SipGrammar.Trim(text);
        int end = text.IndexOfAnyExceptInRange('0', '9');
        bool parsed = SipGrammar.TryNumber(end < 0 ? text : text[..end], out uint seconds);
        retry = new SipRetryAfter(seconds);
        return parsed && (end < 0 || text[end] is ' ' or '\t' or ';' or '(');
    }

    /// <inheritdoc/>
    public override string ToString() => Seconds.ToString(CultureInfo.InvariantCulture);
}
