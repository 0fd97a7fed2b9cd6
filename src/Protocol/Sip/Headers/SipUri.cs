// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hermetic.Protocol.Sip;

/// <summary>A URI (RFC 3261 §19.1). `sip` and `sips` are taken apart; another scheme is kept whole in
/// <see cref="Opaque"/>.</summary>
public sealed record SipUri
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 33).Select(code => (char)code), '<', '>', '"', '\x7f']);

    /// <summary>In lower case.</summary>
    public string Scheme { get; init; } = "sip";

    /// <summary>As written, escapes kept; null when there is none.</summary>
    public string? User { get; init; }

    /// <summary>Deprecated by §19.1.1 and kept only so that a URI is handed on as it came.</summary>
    public string? Password { get; init; }

    /// <summary>Name or address; an IPv6 address with its brackets. Empty for an opaque URI.</summary>
    public string Host { get; init; } = "";

    /// <summary>0 when none is given.</summary>
    public int Port { get; init; }

    /// <summary>The parameters.</summary>
    public SipParameters Parameters { get; init; } = SipParameters.None;

    /// <summary>What follows the question mark; null when there is none.</summary>
    public string? Headers { get; init; }

    /// <summary>What follows the colon of a scheme that is not SIP's.</summary>
    public string? Opaque { get; init; }

    /// <summary>sip or sips.</summary>
    public bool IsSip => Opaque is null;

    /// <summary>TLS on every hop.</summary>
    public bool IsSecure => Scheme == "sips";

    /// <summary>The transport parameter in lower case; null when absent.</summary>
    public string? Transport => Parameters["transport"]?.ToLowerInvariant();

    /// <summary>The user with its escapes undone, or the digits of a tel URI; null when there is none.</summary>
    public string? UserDecoded => User is not null ? Unescape(User)
        : Scheme == "tel" && Opaque is not null ? Opaque.Split(';')[0] : null;

    /// <summary>Parses a whole URI, without angle brackets.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipUri? uri)
    {
        uri = null;
        int colon = text.IndexOf(':');
        if (colon <= 0 || text.ContainsAny(Forbidden) || !char.IsAsciiLetter(text[0])
            || !SipGrammar.IsToken(text[..colon]))
        {
            return false;
        }

        ReadOnlySpan<char> rest = text[(colon + 1)..];
        string scheme = LowerScheme(text[..colon]);
        if (scheme is "sip" or "sips")
        {
            return TryParseSip(scheme, rest, out uri);
        }

        uri = new SipUri { Scheme = scheme, Opaque = rest.ToString() };
        return !rest.IsEmpty;
    }

    /// <summary>Parses, and throws a <see cref="FormatException"/> if malformed: for settings and tests.</summary>
    public static SipUri Parse(string text) =>
        TryParse(text, out SipUri? uri) ? uri! : throw new FormatException("Malformed SIP URI.");

    /// <summary>Makes text fit for a URI's user part (RFC 3261 §25.1 user).</summary>
    public static string EscapeUser(string user)
    {
        StringBuilder text = new(user.Length);
        foreach (byte octet in Encoding.UTF8.GetBytes(user))
        {
            char c = (char)octet;
            bool plain = char.IsAsciiLetterOrDigit(c) || "-_.!~*'()&=+$,;?/".Contains(c, StringComparison.Ordinal);
            _ = plain ? text.Append(c) : text.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return text.ToString();
    }

    /// <summary>Equal as §19.1.4 compares: host, scheme and parameter names without case, user with it; transport,
    /// user, ttl, method and maddr must be on both or on neither.</summary>
    public bool Matches(SipUri other)
    {
        if (!IsSip || !other.IsSip)
        {
            return this == other;
        }

        if (Scheme != other.Scheme || Port != other.Port || Unescape(User ?? "") != Unescape(other.User ?? "")
            || (User is null) != (other.User is null) || Password != other.Password
            || !Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string[] strict = ["transport", "user", "ttl", "method", "maddr"];
        return Array.TrueForAll(strict, name => Parameters.Contains(name) == other.Parameters.Contains(name)
            && string.Equals(Parameters[name], other.Parameters[name], StringComparison.OrdinalIgnoreCase));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new StringBuilder(Scheme).Append(':');
        AppendRest(text);
        return text.ToString();
    }

    private void AppendRest(StringBuilder text)
    {
        if (Opaque is not null)
        {
            text.Append(Opaque);
            return;
        }

        if (User is not null)
        {
            text.Append(User);
            _ = Password is null ? text : text.Append(':').Append(Password);
            text.Append('@');
        }

        text.Append(Host);
        _ = Port == 0 ? text : text.Append(CultureInfo.InvariantCulture, $":{Port}");
        Parameters.AppendTo(text);
        _ = Headers is null ? text : text.Append('?').Append(Headers);
    }

    // sip:user:password@host:port;uri-parameters?headers
    private static bool TryParseSip(string scheme, ReadOnlySpan<char> text, out SipUri? uri)
    {
        uri = null;
        string? user = null, password = null, headers = null;
        int at = text.IndexOf('@');
        if (at >= 0)
        {
            ReadOnlySpan<char> info = text[..at];
            int colon = info.IndexOf(':');
            user = (colon < 0 ? info : info[..colon]).ToString();
            password = colon < 0 ? null : info[(colon + 1)..].ToString();
            text = text[(at + 1)..];
            if (user.Length == 0 || text.Contains('@'))
            {
                return false;
            }
        }

        int question = text.IndexOf('?');
        if (question >= 0)
        {
            headers = text[(question + 1)..].ToString();
            text = text[..question];
        }

        int semicolon = text.IndexOf(';');
        ReadOnlySpan<char> hostPort = semicolon < 0 ? text : text[..semicolon];
        if (!SipGrammar.TryHostPort(hostPort, out ReadOnlySpan<char> host, out int port)
            || !SipParameters.TryParseAt(text, semicolon, inUri: true, out SipParameters parameters))
        {
            return false;
        }

        uri = new SipUri
        {
            Scheme = scheme,
            User = user,
            Password = password,
            Host = host.ToString(),
            Port = port,
            Parameters = parameters,
            Headers = headers,
        };
        return true;
    }

    private static string LowerScheme(ReadOnlySpan<char> scheme) =>
        scheme.Equals("sip", StringComparison.OrdinalIgnoreCase) ? "sip"
        : scheme.Equals("sips", StringComparison.OrdinalIgnoreCase) ? "sips"
        : scheme.ToString().ToLowerInvariant();

    // An escape that is not two hexadecimal digits stands for itself.
    private static string Unescape(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        List<byte> octets = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            const NumberStyles hex = NumberStyles.AllowHexSpecifier;
            if (text[i] == '%' && i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), hex, CultureInfo.InvariantCulture, out byte octet))
            {
                octets.Add(octet);
                i += 2;
            }
            else
            {
                octets.Add((byte)text[i]);
            }
        }

        return Encoding.UTF8.GetString([.. octets]);
    }
}
