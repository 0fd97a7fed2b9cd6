// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Hermetic.Telephony.Rtp;

/// <summary>An RTP packet's header and where its payload lies (RFC 3550 §5.1).</summary>
/// <remarks>
/// 0  V(2) P X CC(4) | 1 M PT(7) | 2 sequence number (2) | 4 timestamp (4) | 8 SSRC (4) | 12 CSRC (4 × CC)
/// then, if X: profile (2), length in words (2), extension; then the payload; if P its last octet counts the padding.
/// </remarks>
internal readonly ref struct RtpPacket
{
    public const int HeaderBytes = 12;
    private const int Version = 2;

    public bool Marker { get; private init; }

    public int PayloadType { get; private init; }

    public ushort Sequence { get; private init; }

    public uint Timestamp { get; private init; }

    public uint Source { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>Reads a datagram; false if it is no RTP packet.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out RtpPacket packet)
    {
        packet = default;
        if (datagram.Length < HeaderBytes || datagram[0] >> 6 != Version)
        {
            return false;
        }

        int at = HeaderBytes + (4 * (datagram[0] & 0x0F));
        if ((datagram[0] & 0x10) != 0)
        {
            if (datagram.Length < at + 4)
            {
                return false;
            }

            at += 4 + (4 * BinaryPrimitives.ReadUInt16BigEndian(datagram[(at + 2)..]));
        }

        int padding = (datagram[0] & 0x20) != 0 ? datagram[^1] : 0;
        if (at + padding > datagram.Length || ((datagram[0] & 0x20) != 0 && padding == 0))
        {
            return false;
        }

        packet = new RtpPacket
        {
            Marker = (datagram[1] & 0x80) != 0,
            PayloadType = datagram[1] & 0x7F,
            Sequence = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]),
            Timestamp = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            Source = BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]),
            Payload = datagram[at..^padding],
        };
        return true;
    }

    /// <summary>Writes a plain header (no CSRC, extension or padding).</summary>
    public static void WriteHeader(Span<byte> packet, bool marker, int payloadType, ushort sequence, uint timestamp,
        uint source)
    {
        packet[0] = Version << 6;
        packet[1] = (byte)((marker ? 0x80 : 0) | payloadType);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], source);
    }
}
