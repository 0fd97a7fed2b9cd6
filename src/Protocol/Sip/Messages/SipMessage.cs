// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>A request or response: start line, header lines, body. One that the parser accepted has well-formed Via,
/// From, To, Call-ID and CSeq. Typed views are parsed from the header line when asked for, and kept until the line
/// changes.</summary>
public abstract class SipMessage
{
    private (string? Line, SipAddress? Value) _from, _to;
    private (string? Line, SipVia? Value) _via;
    private (string? Line, SipCSeq Value) _cseq;

    /// <summary>The header lines.</summary>
    public SipHeaders Headers { get; } = new();

    /// <summary>The body; its length is what Content-Length says on the wire.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>The media type of the body without parameters, in lower case; empty when not told.</summary>
    public string ContentType =>
        (Headers[SipHeaderNames.ContentType] ?? "").Split(';')[0].Trim(' ', '\t').ToLowerInvariant();

    /// <summary>Empty when absent.</summary>
    public string CallId => Headers[SipHeaderNames.CallId] ?? "";

    /// <summary>Null when absent or malformed.</summary>
    public SipAddress? From => Address(SipHeaderNames.From, ref _from);

    /// <summary>Null when absent or malformed.</summary>
    public SipAddress? To => Address(SipHeaderNames.To, ref _to);

    /// <summary>Number 0 and an empty method when absent or malformed.</summary>
    public SipCSeq CSeq
    {
        get
        {
            string? line = Headers[SipHeaderNames.CSeq];
            if (!ReferenceEquals(line, _cseq.Line))
            {
                _cseq = (line, SipCSeq.TryParse(line, out SipCSeq value) ? value : new SipCSeq(0, ""));
            }

            return _cseq.Value.Method is null ? new SipCSeq(0, "") : _cseq.Value;
        }
    }

    /// <summary>The first Via value; null when absent or malformed.</summary>
    public SipVia? TopVia
    {
        get
        {
            string? line = Headers[SipHeaderNames.Via];
            if (!ReferenceEquals(line, _via.Line))
            {
                int comma = line is null ? -1 : SipGrammar.IndexOutside(line, ',');
                bool parsed = SipVia.TryParse(comma < 0 ? line : line.AsSpan(0, comma), out SipVia? value);
                _via = (line, parsed ? value : null);
            }

            return _via.Value;
        }
    }

    /// <summary>Sets body and Content-Type.</summary>
    public void SetBody(string contentType, ReadOnlyMemory<byte> body)
    {
        Headers.Set(SipHeaderNames.ContentType, contentType);
        Body = body;
    }

    /// <summary>The addresses of a list header (Contact, Route, Record-Route); malformed ones are left out.</summary>
    public IReadOnlyList<SipAddress> Addresses(string header)
    {
        List<SipAddress> addresses = [];
        foreach (string value in Headers.Values(header))
        {
            if (SipAddress.TryParse(value, out SipAddress? address))
            {
                addresses.Add(address!);
            }
        }

        return addresses;
    }

    /// <summary>The first Contact, or null.</summary>
    public SipAddress? Contact => Addresses(SipHeaderNames.Contact) is [var first, ..] ? first : null;

    private SipAddress? Address(string name, ref (string? Line, SipAddress? Value) kept)
    {
        string? line = Headers[name];
        if (!ReferenceEquals(line, kept.Line))
        {
            kept = (line, SipAddress.TryParse(line, out SipAddress? value) ? value : null);
        }

        return kept.Value;
    }
}

/// <summary>A request.</summary>
public sealed class SipRequest(string method, SipUri requestUri) : SipMessage
{
    /// <summary>Compared with case.</summary>
    public string Method { get; } = method;

    /// <summary>Where it goes.</summary>
    public SipUri RequestUri { get; set; } = requestUri;

    /// <summary>Notes on the top Via where the request truly came from: received if it differs from sent-by, and the
    /// port if rport was asked for (RFC 3261 §18.2.1, RFC 3581 §4). For the transport, before anything else sees the
    /// request.</summary>
    public void NoteSource(string address, int port)
    {
        if (TopVia is not { } via)
        {
            return;
        }

        SipParameters parameters = via.Parameters;
        if (via.WantsRport)
        {
            parameters = parameters.With("rport", port.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .With("received", address);
        }
        else if (!via.Host.Trim('[', ']').Equals(address, StringComparison.OrdinalIgnoreCase))
        {
            parameters = parameters.With("received", address);
        }

        if (!ReferenceEquals(parameters, via.Parameters))
        {
            IReadOnlyList<string> vias = Headers.Values(SipHeaderNames.Via);
            Headers.Set(SipHeaderNames.Via, (via with { Parameters = parameters }).ToString());
            for (int i = 1; i < vias.Count; i++)
            {
                Headers.InsertAfter(SipHeaderNames.Via, vias[i]);
            }
        }
    }

    /// <summary>A copy of the headers and body under the same method, for a request that is sent again.</summary>
    public SipRequest Copy()
    {
        SipRequest copy = new(Method, RequestUri) { Body = Body };
        foreach (SipHeader header in Headers)
        {
            copy.Headers.AddParsed(header.Name, header.Value);
        }

        return copy;
    }
}

/// <summary>A response.</summary>
public sealed class SipResponse(int statusCode, string reasonPhrase) : SipMessage
{
    /// <summary>100 to 699.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>As sent; may be empty.</summary>
    public string ReasonPhrase { get; } = reasonPhrase;

    /// <summary>100 to 199.</summary>
    public bool IsProvisional => StatusCode < 200;

    /// <summary>200 to 299.</summary>
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>Begins a response to a request (RFC 3261 §8.2.6.2): Via, From, To, Call-ID and CSeq as they came, the
    /// To tag added if there is none. A 100 also repeats Timestamp (§8.2.6.1) and takes no tag.</summary>
    public static SipResponse For(SipRequest request, int statusCode, string? reason = null, string? toTag = null)
    {
        SipResponse response = new(statusCode, reason ?? SipStatus.Phrase(statusCode));
        foreach (SipHeader header in request.Headers)
        {
            switch (header.Name)
            {
                case SipHeaderNames.Via or SipHeaderNames.From or SipHeaderNames.CallId or SipHeaderNames.CSeq:
                case SipHeaderNames.Timestamp when statusCode == 100:
                    response.Headers.AddParsed(header.Name, header.Value);
                    break;
                case SipHeaderNames.To:
                    bool tagged = toTag is null || statusCode == 100 || request.To is not { Tag: null };
                    string to = tagged ? header.Value : request.To!.WithTag(toTag!).ToString();
                    response.Headers.AddParsed(header.Name, to);
                    break;
                default:
                    break;
            }
        }

        return response;
    }
}
