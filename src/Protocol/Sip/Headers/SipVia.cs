// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Hermetic.Protocol.Sip;

/// <summary>One Via value: `SIP/2.0/UDP host:port;branch=…` (RFC 3261 §20.42).</summary>
/// <param name="Transport">In upper case: UDP, TCP, TLS…</param>
/// <param name="Host">Sent-by host; an IPv6 address with its brackets.</param>
/// <param name="Port">Sent-by port, 0 when none is given.</param>
public sealed record SipVia(string Transport, string Host, int Port)
{
    /// <summary>What a branch of an RFC 3261 element starts with (§8.1.1.7).</summary>
    public const string MagicCookie = "z9hG4bK";

    private const string Ours = "2.0";

    /// <summary>The parameters.</summary>
    public SipParameters Parameters { get; init; } = SipParameters.None;

    /// <summary>Transaction id.</summary>
    public string? Branch => Parameters["branch"];

    /// <summary>Where the request truly came from, if the next hop noted it.</summary>
    public string? Received => Parameters["received"];

    /// <summary>True when the sender asks for RFC 3581.</summary>
    public bool WantsRport => Parameters.Contains("rport");

    /// <summary>The source port noted by the next hop (RFC 3581 §4); 0 when none.</summary>
    public int Rport => SipGrammar.TryNumber(Parameters["rport"], out uint port) && port <= 65_535 ? (int)port : 0;

    /// <summary>The version of SIP that the sender speaks. Who speaks another than ours is told so with 505
    /// (RFC 3261 §21.5.6), which finds its way by this very field.</summary>
    public string Version { get; init; } = Ours;

    /// <summary>True when the branch holds more than the cookie: it then names the transaction (§17.2.3).</summary>
    public bool HasMagicBranch => Branch is { } branch && branch.Length > MagicCookie.Length
        && branch.StartsWith(MagicCookie, StringComparison.OrdinalIgnoreCase);

    /// <summary>Parses one value (no comma list). White space around the slashes and colon is allowed.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipVia? via)
    {
        via = null;
        text = SipGrammar.Trim(text);
        int first = text.IndexOf('/');
        int second = first < 0 ? -1 : text[(first + 1)..].IndexOf('/') + first + 1;
        if (second <= first || !SipGrammar.Trim(text[..first]).Equals("SIP", StringComparison.OrdinalIgnoreCase)
            || !SipGrammar.IsToken(SipGrammar.Trim(text[(first + 1)..second])))
        {
            return false;
        }

        string version = Known(SipGrammar.Trim(text[(first + 1)..second]));

        ReadOnlySpan<char> rest = SipGrammar.Trim(text[(second + 1)..]);
        int space = rest.IndexOfAny(' ', '\t');
        if (space < 0 || !SipGrammar.IsToken(rest[..space]))
        {
            return false;
        }

        int semicolon = rest.IndexOf(';');
        if (semicolon >= 0 && semicolon < space)
        {
            return false;
        }

        ReadOnlySpan<char> sentBy = SipGrammar.Trim(semicolon < 0 ? rest[space..] : rest[space..semicolon]);
        if (!SipGrammar.TryHostPort(sentBy, out ReadOnlySpan<char> host, out int port)
            || !SipParameters.TryParseAt(rest, semicolon, inUri: false, out SipParameters parameters))
        {
            return false;
        }

        via = new SipVia(Upper(rest[..space]), host.ToString(), port)
        {
            Version = version,
            Parameters = parameters,
        };
        return true;
    }

    /// <summary>Where a response goes (RFC 3261 §18.2.2, RFC 3581 §4): received or sent-by host, rport, sent-by port or
    /// default. maddr is not followed: it is for multicast, and would let a stranger aim our responses.</summary>
    public (string Host, int Port) ResponseTarget()
    {
        int port = Rport != 0 ? Rport : Port != 0 ? Port : Transport == "TLS" ? 5061 : 5060;
        return (Received ?? Host, port);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new($"SIP/{Version}/{Transport} {Host}");
        _ = Port == 0 ? text : text.Append(CultureInfo.InvariantCulture, $":{Port}");
        Parameters.AppendTo(text);
        return text.ToString();
    }

    private static string Known(ReadOnlySpan<char> version) => version is Ours ? Ours : version.ToString();

    private static string Upper(ReadOnlySpan<char> transport) => transport switch
    {
        "UDP" => "UDP",
        "TCP" => "TCP",
        "TLS" => "TLS",
        _ => transport.ToString().ToUpperInvariant(),
    };
}
