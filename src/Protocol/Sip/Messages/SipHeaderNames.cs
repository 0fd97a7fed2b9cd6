// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Text;

namespace Hermetic.Protocol.Sip;

/// <summary>Header names in their long form; the parser turns compact forms and any case into these.</summary>
public static class SipHeaderNames
{
    public const string Accept = "Accept";
    public const string Allow = "Allow";
    public const string Authorization = "Authorization";
    public const string CallId = "Call-ID";
    public const string Contact = "Contact";
    public const string ContentEncoding = "Content-Encoding";
    public const string ContentLength = "Content-Length";
    public const string ContentType = "Content-Type";
    public const string CSeq = "CSeq";
    public const string Date = "Date";
    public const string Expires = "Expires";
    public const string From = "From";
    public const string MaxForwards = "Max-Forwards";
    public const string MinExpires = "Min-Expires";
    public const string MinSE = "Min-SE";
    public const string PAssertedIdentity = "P-Asserted-Identity";
    public const string ProxyAuthenticate = "Proxy-Authenticate";
    public const string ProxyAuthorization = "Proxy-Authorization";
    public const string ProxyRequire = "Proxy-Require";
    public const string RAck = "RAck";
    public const string Reason = "Reason";
    public const string RecordRoute = "Record-Route";
    public const string Require = "Require";
    public const string RetryAfter = "Retry-After";
    public const string Route = "Route";
    public const string RSeq = "RSeq";
    public const string Server = "Server";
    public const string SessionExpires = "Session-Expires";
    public const string Supported = "Supported";
    public const string Timestamp = "Timestamp";
    public const string To = "To";
    public const string Unsupported = "Unsupported";
    public const string UserAgent = "User-Agent";
    public const string Via = "Via";
    public const string Warning = "Warning";
    public const string WwwAuthenticate = "WWW-Authenticate";

    // Those of RFC 3261 §20 that may occur once, and those of RFC 4028, 3262 that we act on.
    private static readonly FrozenSet<string> Singletons = FrozenSet.Create(
        StringComparer.Ordinal,
        CallId, ContentLength, ContentType, CSeq, Date, Expires, From, MaxForwards, MinExpires, MinSE, RAck, RetryAfter,
        RSeq, SessionExpires, Timestamp, To);

    private static readonly FrozenDictionary<string, string> Known = BuildKnown();
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> KnownBySpan =
        Known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>True for headers that make a message malformed when they occur twice.</summary>
    internal static bool IsSingleton(string name) => Singletons.Contains(name);

    /// <summary>The long form in its usual case, or the name as it is.</summary>
    internal static string Canonical(string name) => Known.TryGetValue(name, out string? known) ? known : name;

    internal static string Canonical(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[32];
        if (name.Length > text.Length)
        {
            return Encoding.Latin1.GetString(name);
        }

        int length = Encoding.Latin1.GetChars(name, text);
        return KnownBySpan.TryGetValue(text[..length], out string? known) ? known : new string(text[..length]);
    }

    private static FrozenDictionary<string, string> BuildKnown()
    {
        string[] names =
        [
            Accept, Allow, Authorization, CallId, Contact, ContentEncoding, ContentLength, ContentType, CSeq, Date,
            Expires, From, MaxForwards, MinExpires, MinSE, PAssertedIdentity, ProxyAuthenticate, ProxyAuthorization,
            ProxyRequire, RAck, Reason, RecordRoute, Require, RetryAfter, Route, RSeq, Server, SessionExpires,
            Supported, Timestamp, To, Unsupported, UserAgent, Via, Warning, WwwAuthenticate, "Subject", "Event",
            "Allow-Events", "Refer-To",
            "Referred-By", "Remote-Party-ID", "Privacy", "Diversion", "Content-Disposition", "Replaces", "Organization",
        ];
        Dictionary<string, string> known = names.ToDictionary(name => name, StringComparer.OrdinalIgnoreCase);

        // Compact forms: RFC 3261 §7.3.3 and §20, RFC 4028 §4 (x), RFC 6665 §8.2 (o, u), RFC 3515 §2.1 (r), RFC 3892
        // §2 (b).
        (string Compact, string Name)[] compact =
        [
            ("c", ContentType), ("e", ContentEncoding), ("f", From), ("i", CallId), ("k", Supported),
            ("l", ContentLength),
            ("m", Contact), ("s", "Subject"), ("t", To), ("v", Via), ("x", SessionExpires), ("o", "Event"),
            ("u", "Allow-Events"), ("r", "Refer-To"), ("b", "Referred-By"),
        ];
        foreach ((string letter, string name) in compact)
        {
            known.Add(letter, name);
        }

        return known.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
