// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Hermetic.Protocol.Sip;

/// <summary>`Scheme name=value, name="value"…` of WWW-Authenticate, Proxy-Authenticate, Authorization and
/// Proxy-Authorization (RFC 3261 §25.1). Holds credentials' hashes: never log it.</summary>
public sealed class SipAuthHeader
{
    /// <summary>Our limit: digest defines a dozen.</summary>
    private const int CountMax = 32;

    private readonly List<(string Name, string Value)> _items = [];

    private SipAuthHeader(string scheme) => Scheme = scheme;

    /// <summary>Digest, Basic…</summary>
    public string Scheme { get; }

    /// <summary>A parameter's value with quotes undone, or null.</summary>
    public string? this[string name]
    {
        get
        {
            int at = _items.FindIndex(item => item.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            return at < 0 ? null : _items[at].Value;
        }
    }

    /// <summary>Parses one line. A parameter named twice is malformed: two readers could differ.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipAuthHeader? header)
    {
        header = null;
        text = SipGrammar.Trim(text);
        int space = text.IndexOfAny(' ', '\t');
        if (space < 0 || !SipGrammar.IsToken(text[..space]))
        {
            return false;
        }

        SipAuthHeader read = new(text[..space].ToString());
        text = SipGrammar.Trim(text[space..]);
        while (!text.IsEmpty)
        {
            int comma = SipGrammar.IndexOutside(text, ',');
            ReadOnlySpan<char> item = SipGrammar.Trim(comma < 0 ? text : text[..comma]);
            int equals = item.IndexOf('=');
            ReadOnlySpan<char> name = equals < 0 ? [] : SipGrammar.Trim(item[..equals]);
            if (comma == -2 || !SipGrammar.IsToken(name) || read._items.Count == CountMax
                || read[name.ToString()] is not null)
            {
                return false;
            }

            read._items.Add((name.ToString(), SipGrammar.Unquote(SipGrammar.Trim(item[(equals + 1)..]))));
            text = comma < 0 ? [] : SipGrammar.Trim(text[(comma + 1)..]);
        }

        header = read;
        return read._items.Count > 0;
    }
}

/// <summary>Algorithms of digest authentication, the weaker first (RFC 7616 §3.7: the stronger is preferred).</summary>
public enum SipDigestAlgorithm
{
    Md5,
    Md5Sess,
    Sha256,
    Sha256Sess,
}

/// <summary>A Digest challenge that we can answer (RFC 3261 §22.4, RFC 7616 §3.3, RFC 8760).</summary>
/// <param name="Realm">Whose password is asked for.</param>
/// <param name="Nonce">The server's nonce.</param>
/// <param name="Opaque">Given back as it came; null when absent.</param>
/// <param name="Algorithm">MD5 when not told.</param>
/// <param name="Qop">auth, auth-int, or null for the RFC 2069 form.</param>
/// <param name="Stale">Only the nonce was too old: the password is right.</param>
public sealed record SipChallenge(
    string Realm, string Nonce, string? Opaque, SipDigestAlgorithm Algorithm, string? Qop, bool Stale)
{
    /// <summary>Reads one challenge; false when it is not Digest, malformed, or of an algorithm or qop unknown to
    /// us.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipChallenge? challenge)
    {
        challenge = null;
        if (!SipAuthHeader.TryParse(text, out SipAuthHeader? header)
            || !header!.Scheme.Equals("Digest", StringComparison.OrdinalIgnoreCase)
            || header["realm"] is not { } realm || header["nonce"] is not { } nonce
            || AlgorithmOf(header["algorithm"]) is not { } algorithm)
        {
            return false;
        }

        string? qop = header["qop"];
        const StringSplitOptions neat = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] offered = qop?.Split(',', neat) ?? [];
        string? chosen = Choose(offered, "auth") ?? Choose(offered, "auth-int");
        bool stale = "true".Equals(header["stale"], StringComparison.OrdinalIgnoreCase);
        challenge = new SipChallenge(realm, nonce, header["opaque"], algorithm, chosen, stale);
        return offered.Length == 0 || chosen is not null;
    }

    /// <summary>The Authorization or Proxy-Authorization value.</summary>
    /// <param name="credentials">Ours.</param>
    /// <param name="method">Of the request.</param>
    /// <param name="uri">Of the request, as written in its start line.</param>
    /// <param name="body">Of the request: counts for auth-int.</param>
    /// <param name="cnonce">Fresh randomness, letters and digits.</param>
    /// <param name="nonceCount">1 for the first use of the nonce, and one more each time.</param>
    public string Authorize(
        SipCredentials credentials, string method, string uri, ReadOnlySpan<byte> body, string cnonce, uint nonceCount)
    {
        SipDigestInput input = new(credentials, Realm, Nonce, method, uri, cnonce, nonceCount, Qop, Algorithm);
        StringBuilder text = new StringBuilder("Digest username=").Append(SipGrammar.Quote(credentials.UsernameOctets));
        text.Append(", realm=").Append(SipGrammar.Quote(Realm)).Append(", nonce=").Append(SipGrammar.Quote(Nonce));
        text.Append(", uri=").Append(SipGrammar.Quote(uri));
        text.Append(", response=\"").Append(SipDigest.Response(input, body)).Append('"');
        text.Append(", algorithm=").Append(NameOf(Algorithm));
        if (Qop is not null || Algorithm is SipDigestAlgorithm.Md5Sess or SipDigestAlgorithm.Sha256Sess)
        {
            text.Append(", cnonce=\"").Append(cnonce).Append('"');
        }

        if (Qop is not null)
        {
            text.Append(", qop=").Append(Qop).Append(CultureInfo.InvariantCulture, $", nc={nonceCount:x8}");
        }

        _ = Opaque is null ? text : text.Append(", opaque=").Append(SipGrammar.Quote(Opaque));
        return text.ToString();
    }

    /// <summary>As written; null for one unknown to us.</summary>
    public static SipDigestAlgorithm? AlgorithmOf(string? name) => name?.ToUpperInvariant() switch
    {
        null or "" or "MD5" => SipDigestAlgorithm.Md5,
        "MD5-SESS" => SipDigestAlgorithm.Md5Sess,
        "SHA-256" => SipDigestAlgorithm.Sha256,
        "SHA-256-SESS" => SipDigestAlgorithm.Sha256Sess,
        _ => null,
    };

    private static string NameOf(SipDigestAlgorithm algorithm) => algorithm switch
    {
        SipDigestAlgorithm.Sha256 => "SHA-256",
        SipDigestAlgorithm.Sha256Sess => "SHA-256-sess",
        SipDigestAlgorithm.Md5Sess => "MD5-sess",
        _ => "MD5",
    };

    private static string? Choose(string[] offered, string qop) =>
        Array.Exists(offered, one => one.Equals(qop, StringComparison.OrdinalIgnoreCase)) ? qop : null;
}
