// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Sdp;

/// <summary>Writes descriptions in the order of RFC 4566 §5. No value can end its line.</summary>
public static class SdpWriter
{
    /// <summary>The octets of a description.</summary>
    public static byte[] ToArray(SdpSession session)
    {
        StringBuilder text = new(512);
        SdpOrigin origin = session.Origin;
        Line(text, 'v', "0");
        string version = origin.Version.ToString(CultureInfo.InvariantCulture);
        Line(text, 'o', $"{origin.Username} {origin.SessionId} {version} IN {origin.AddressType} {origin.Address}");
        Line(text, 's', session.Name);
        Connection(text, session.Connection);
        Lines(text, 'b', session.Bandwidths);
        Line(text, 't', session.Time);
        Attributes(text, session.Attributes);
        foreach (SdpMedia media in session.Media)
        {
            string port = media.Port.ToString(CultureInfo.InvariantCulture);
            Line(text, 'm', $"{media.Type} {port} {media.Protocol} {string.Join(' ', media.Formats)}");
            Connection(text, media.Connection);
            Lines(text, 'b', media.Bandwidths);
            Attributes(text, media.Attributes);
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static void Connection(StringBuilder text, SdpConnection? connection)
    {
        if (connection is not null)
        {
            Line(text, 'c', $"IN {connection.AddressType} {connection.Address}");
        }
    }

    private static void Lines(StringBuilder text, char type, IReadOnlyList<string> values)
    {
        foreach (string value in values)
        {
            Line(text, type, value);
        }
    }

    private static void Attributes(StringBuilder text, IReadOnlyList<SdpAttribute> attributes)
    {
        foreach (SdpAttribute attribute in attributes)
        {
            Line(text, 'a', attribute.Value is null ? attribute.Name : $"{attribute.Name}:{attribute.Value}");
        }
    }

    private static void Line(StringBuilder text, char type, string value) =>
        text.Append(type).Append('=').Append(SipGrammar.OneLine(value)).Append("\r\n");
}
