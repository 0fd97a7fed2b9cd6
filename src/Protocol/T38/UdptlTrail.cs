// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T38;

/// <summary>The last packets of a stream, as secondary packets (layout above <see cref="UdptlDatagram"/>): newest
/// first, each behind its length, so that the copies beside a packet are one piece of memory.</summary>
/// <param name="packetsMax">How far back it goes, 1 or more.</param>
internal sealed class UdptlTrail(int packetsMax)
{
    private byte[] octets = new byte[256];
    private int count;

    /// <summary>Writes a length: one octet below 128, two from there on. Returns how many.</summary>
    public static int WriteLength(Span<byte> destination, int value)
    {
        if (value < 0x80)
        {
            destination[0] = (byte)value;
            return 1;
        }

        destination[0] = (byte)(0x80 | value >> 8);
        destination[1] = (byte)value;
        return 2;
    }

    /// <summary>The newest packets, at most <paramref name="depth"/>, that fit into <paramref name="room"/>
    /// octets.</summary>
    public ReadOnlySpan<byte> Newest(int depth, int room, out int packets)
    {
        int end = 0;
        for (packets = 0; packets < Math.Min(depth, count); packets++)
        {
            int next = EndOf(end);
            if (next > room)
            {
                break;
            }

            end = next;
        }

        return octets.AsSpan(0, end);
    }

    /// <summary>Puts a packet in front; the oldest goes.</summary>
    public void Add(ReadOnlySpan<byte> packet)
    {
        count = Math.Min(count + 1, packetsMax);
        int kept = 0;
        for (int i = 1; i < count; i++)
        {
            kept = EndOf(kept);
        }

        int head = packet.Length < 0x80 ? 1 : 2;
        if (octets.Length < head + packet.Length + kept)
        {
            Array.Resize(ref octets, 2 * (head + packet.Length + kept));
        }

        octets.AsSpan(0, kept).CopyTo(octets.AsSpan(head + packet.Length));
        WriteLength(octets, packet.Length);
        packet.CopyTo(octets.AsSpan(head));
    }

    private int EndOf(int start) => octets[start] < 0x80
        ? start + 1 + octets[start]
        : start + 2 + ((octets[start] & 0x3F) << 8 | octets[start + 1]);
}
