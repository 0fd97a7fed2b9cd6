// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Sdp;

/// <summary>Why a description was refused.</summary>
public enum SdpFault
{
    None,
    TooLong,
    LineTooLong,
    TooManyLines,
    TooManyMedia,
    TooManyFormats,
    Nul,
    Line,
    Version,
    Origin,
    MissingOrigin,
    Connection,
    Media,
}

/// <summary>
/// Parses a description: lines `x=value`, first `v=0`; lines before the first `m=` are the session's, those behind an
/// `m=` are that medium's (RFC 4566 §5).
/// </summary>
/// <remarks>Strict in what decides where media goes (o, c, m) and in its limits; lenient in the order of the other
/// lines, in what s= and t= hold or whether they are there, in LF alone as line end, and in lines of unknown
/// types.</remarks>
public static class SdpParser
{
    /// <summary>Parses; false with the fault if refused.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> octets, SdpLimits limits, out SdpSession? session, out SdpFault fault)
    {
        session = null;
        Builder builder = new(limits);
        fault = octets.Length > limits.BytesMax ? SdpFault.TooLong
            : octets.Contains((byte)0) ? SdpFault.Nul
            : SdpFault.None;
        int lines = 0;
        while (fault == SdpFault.None && !octets.IsEmpty)
        {
            int end = octets.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? octets : octets[..end]).TrimEnd((byte)'\r');
            octets = end < 0 ? [] : octets[(end + 1)..];
            fault = line.Length > limits.LineBytesMax ? SdpFault.LineTooLong
                : ++lines > limits.LinesMax ? SdpFault.TooManyLines
                : line.IsEmpty ? SdpFault.None
                : line.Length < 2 || line[1] != (byte)'=' || line.Contains((byte)'\r') ? SdpFault.Line
                : builder.Add((char)line[0], Encoding.Latin1.GetString(line[2..]).Trim(' ', '\t'));
        }

        if (fault == SdpFault.None)
        {
            session = builder.Build(out fault);
        }

        return session is not null;
    }

    /// <summary>Gathers lines into the session and its media.</summary>
    private sealed class Builder(SdpLimits limits)
    {
        private readonly List<SdpMedia> _media = [];
        private readonly List<SdpAttribute> _sessionAttributes = [];
        private readonly List<string> _sessionBandwidths = [];
        private List<SdpAttribute> _attributes = [];
        private List<string> _bandwidths = [];
        private bool _versioned;
        private SdpOrigin? _origin;
        private string? _name, _time;
        private SdpConnection? _connection;

        public SdpFault Add(char type, string value)
        {
            if (!_versioned)
            {
                _versioned = type == 'v' && value == "0";
                return _versioned ? SdpFault.None : SdpFault.Version;
            }

            switch (type)
            {
                case 'v': return SdpFault.Version;
                case 'o': return AddOrigin(value);
                case 'c': return AddConnection(value);
                case 'm': return AddMedia(value);
                case 's': _name ??= value; break;
                case 't': _time ??= value; break;
                case 'b': (_media.Count == 0 ? _sessionBandwidths : _bandwidths).Add(value); break;
                case 'a': AddAttribute(value); break;
                default: break;
            }

            return char.IsAsciiLetterLower(type) ? SdpFault.None : SdpFault.Line;
        }

        public SdpSession? Build(out SdpFault fault)
        {
            fault = !_versioned ? SdpFault.Version : _origin is null ? SdpFault.MissingOrigin : SdpFault.None;
            return fault != SdpFault.None ? null : new SdpSession(_origin!)
            {
                Name = string.IsNullOrEmpty(_name) ? "-" : _name,
                Time = string.IsNullOrEmpty(_time) ? "0 0" : _time,
                Connection = _connection,
                Bandwidths = _sessionBandwidths,
                Attributes = _sessionAttributes,
                Media = _media,
            };
        }

        private SdpFault AddOrigin(string value)
        {
            string[] parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (_origin is not null || parts.Length != 6 || !IsAddress(parts[3], parts[4], parts[5]))
            {
                return SdpFault.Origin;
            }

            // A version that is no number cannot be compared: 0 then.
            ulong.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong version);
            _origin = new SdpOrigin(parts[0], parts[1], version, parts[4].ToUpperInvariant(), parts[5]);
            return SdpFault.None;
        }

        // c=IN IP4 192.0.2.1, with /ttl or /count behind a multicast address, which is cut off.
        private SdpFault AddConnection(string value)
        {
            string[] parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length != 3)
            {
                return SdpFault.Connection;
            }

            string address = parts[2].Split('/')[0];
            if (!IsAddress(parts[0], parts[1], address))
            {
                return SdpFault.Connection;
            }

            SdpConnection connection = new(parts[1].ToUpperInvariant(), address);
            if (_media.Count == 0)
            {
                _connection = connection;
            }
            else
            {
                _media[^1] = _media[^1] with { Connection = connection };
            }

            return SdpFault.None;
        }

        private SdpFault AddMedia(string value)
        {
            string[] parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 4 || !SipGrammar.IsToken(parts[0]) || !TryPort(parts[1], out int port)
                || !Array.TrueForAll(parts[2].Split('/'), part => SipGrammar.IsToken(part)))
            {
                return SdpFault.Media;
            }

            if (_media.Count == limits.MediaMax || parts.Length - 3 > limits.FormatsMax)
            {
                return _media.Count == limits.MediaMax ? SdpFault.TooManyMedia : SdpFault.TooManyFormats;
            }

            _attributes = [];
            _bandwidths = [];
            _media.Add(new SdpMedia(parts[0].ToLowerInvariant(), port, parts[2])
            {
                Formats = parts[3..],
                Attributes = _attributes,
                Bandwidths = _bandwidths,
            });
            return SdpFault.None;
        }

        private void AddAttribute(string value)
        {
            int colon = value.IndexOf(':', StringComparison.Ordinal);
            string name = (colon < 0 ? value : value[..colon]).Trim(' ', '\t');
            if (name.Length > 0)
            {
                SdpAttribute attribute = new(name, colon < 0 ? null : value[(colon + 1)..].Trim(' ', '\t'));
                (_media.Count == 0 ? _sessionAttributes : _attributes).Add(attribute);
            }
        }

        private static bool TryPort(string text, out int port)
        {
            string[] parts = text.Split('/');
            bool parsed = SipGrammar.TryNumber(parts[0], out uint number) && number <= 65_535
                && (parts.Length == 1 || (parts.Length == 2 && SipGrammar.TryNumber(parts[1], out _)));
            port = (int)Math.Min(number, 65_535);
            return parsed;
        }

        private static bool IsAddress(string network, string type, string address) =>
            network.Equals("IN", StringComparison.OrdinalIgnoreCase)
            && type.ToUpperInvariant() switch
            {
                "IP4" => SipGrammar.IsHost(address),
                "IP6" => SipGrammar.IsHost(address) || SipGrammar.IsHost($"[{address}]"),
                _ => false,
            };
    }
}
