// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Hermetic.TestKit.Peers.Udptl;

/// <summary>What a <see cref="UdptlPeer"/> adds to each packet.</summary>
public enum UdptlPeerRecovery
{
    /// <summary>Copies of the packets before.</summary>
    Redundancy,
    /// <summary>Parity over the packets before.</summary>
    Fec,
}

/// <summary>
/// UDPTL written a second time, for the peers: plain, trusting and without any code of ours, so that the two check each
/// other. It repairs what it can at once and delivers in order, skipping what did not come with the next packet.
/// </summary>
/// <remarks>
/// <code>
/// +-----------+----------------+---------+------------------------------------------------+
/// | seq (2)   | length, IFP    | 0x00    | count, then count × (length, IFP)  newest first |
/// |           |                | 0x80    | 0x01, span, count, then count × (length, parity) |
/// +-----------+----------------+---------+------------------------------------------------+
/// </code>
/// A length is one octet below 128, else two with the top bit set (X.691 §11.9). Parity m of n covers the packets
/// seq - span × n + m, + n, + 2n … up to before seq: interleaved, as the field's other implementations have it.
/// </remarks>
public sealed class UdptlPeer(UdptlPeerRecovery recovery, int depth)
{
    private const int FecSpan = 3;
    private readonly Dictionary<int, byte[]> _sent = [];
    private readonly Dictionary<int, byte[]> _known = [];
    private int _nextToSend;
    private int _nextToDeliver;

    /// <summary>Packets that came back by redundancy or parity.</summary>
    public int Repaired { get; private set; }

    /// <summary>Packets that never came.</summary>
    public int Missing { get; private set; }

    /// <summary>The datagram that carries <paramref name="ifp"/>.</summary>
    public byte[] Wrap(ReadOnlySpan<byte> ifp)
    {
        int sequence = _nextToSend++;
        _sent[sequence] = ifp.ToArray();
        List<byte> datagram = [(byte)(sequence >> 8), (byte)sequence];
        AddField(datagram, ifp);
        if (recovery == UdptlPeerRecovery.Redundancy)
        {
            AddCopies(datagram, sequence);
        }
        else
        {
            AddParities(datagram, sequence);
        }
        _sent.Remove(sequence - 64);
        return [.. datagram];
    }

    /// <summary>Takes a datagram in and hands on each packet that is now due, in order.</summary>
    public void Unwrap(ReadOnlySpan<byte> datagram, Action<byte[], ushort> deliver)
    {
        int sequence = Unfold(BinaryPrimitives.ReadUInt16BigEndian(datagram), _nextToDeliver);
        int at = 2;
        if (sequence < _nextToDeliver)
        {
            return;
        }
        _known[sequence] = TakeField(datagram, ref at).ToArray();
        if (datagram[at++] == 0x00)
        {
            TakeCopies(datagram[at..], sequence);
        }
        else
        {
            TakeParities(datagram[at..], sequence);
        }
        for (; _nextToDeliver <= sequence; _nextToDeliver++)
        {
            if (_known.TryGetValue(_nextToDeliver, out byte[]? ifp))
            {
                deliver(ifp, (ushort)_nextToDeliver);
            }
            else
            {
                Missing++;
            }
            _known.Remove(_nextToDeliver - 64);
        }
    }

    private static int Unfold(ushort sequence, int near)
    {
        short distance = (short)(sequence - (ushort)near);
        return near + distance;
    }

    private static void AddField(List<byte> datagram, ReadOnlySpan<byte> field)
    {
        if (field.Length >= 128)
        {
            datagram.Add((byte)(0x80 | (field.Length >> 8)));
        }
        datagram.Add((byte)field.Length);
        datagram.AddRange(field);
    }

    private static ReadOnlySpan<byte> TakeField(ReadOnlySpan<byte> datagram, ref int at)
    {
        int length = datagram[at++];
        if (length >= 128)
        {
            length = ((length & 0x3F) << 8) | datagram[at++];
        }
        at += length;
        return datagram.Slice(at - length, length);
    }

    private void AddCopies(List<byte> datagram, int sequence)
    {
        int copies = Math.Min(depth, sequence);
        datagram.Add(0x00);
        datagram.Add((byte)copies);
        for (int back = 1; back <= copies; back++)
        {
            AddField(datagram, _sent[sequence - back]);
        }
    }

    private void AddParities(List<byte> datagram, int sequence)
    {
        datagram.AddRange([0x80, 0x01, FecSpan, (byte)depth]);
        for (int entry = 0; entry < depth; entry++)
        {
            byte[] parity = [];
            foreach (int covered in Covered(sequence, FecSpan, depth, entry))
            {
                parity = Xor(parity, _sent.GetValueOrDefault(covered) ?? []);
            }
            AddField(datagram, parity);
        }
    }

    private void TakeCopies(ReadOnlySpan<byte> rest, int sequence)
    {
        int at = 1;
        for (int back = 1; back <= rest[0]; back++)
        {
            byte[] copy = TakeField(rest, ref at).ToArray();
            if (sequence - back >= _nextToDeliver && _known.TryAdd(sequence - back, copy))
            {
                Repaired++;
            }
        }
    }

    private void TakeParities(ReadOnlySpan<byte> rest, int sequence)
    {
        (int span, int entries, int at) = (rest[1], rest[2], 3);
        for (int entry = 0; entry < entries; entry++)
        {
            byte[] parity = TakeField(rest, ref at).ToArray();
            int[] covered = [.. Covered(sequence, span, entries, entry).Where(packet => packet >= 0)];
            int[] lost = [.. covered.Where(packet => !_known.ContainsKey(packet))];
            if (lost is [int one] && one >= _nextToDeliver)
            {
                _known[one] = covered.Where(packet => packet != one)
                    .Aggregate(parity, (sum, packet) => Xor(sum, _known[packet]));
                Repaired++;
            }
        }
    }

    private static IEnumerable<int> Covered(int sequence, int span, int entries, int entry) =>
        Enumerable.Range(0, span).Select(step => sequence - (span * entries) + entry + (step * entries));

    private static byte[] Xor(byte[] left, byte[] right)
    {
        byte[] sum = new byte[Math.Max(left.Length, right.Length)];
        for (int index = 0; index < sum.Length; index++)
        {
            sum[index] = (byte)((index < left.Length ? left[index] : 0) ^ (index < right.Length ? right[index] : 0));
        }
        return sum;
    }
}
