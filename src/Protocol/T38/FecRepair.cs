// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Hermetic.Protocol.T38;

/// <summary>Mends missing packets from parity (T.38 Annex C).</summary>
/// <remarks>
/// Entry m of the E entries beside packet s is the parity of packets s + m - E, s + m - 2E, … as many as the span says.
/// Where exactly one of these is missing, the parity less the others is that packet. Two ways of building the parity
/// are about: over the packets' octets alone, as Asterisk and FreeSWITCH do, and over each packet behind its length
/// in two octets, as the Annex has it. The second is tried first, since it proves itself by its length.
/// </remarks>
internal sealed class FecRepair(UdptlHistory history, IfpSyntax syntax)
{
    private readonly byte[] withLengths = new byte[T38Limits.IfpBytesMax + 2];
    private readonly byte[] plain = new byte[T38Limits.IfpBytesMax + 2];

    /// <summary>Mends what it can between the awaited number and the newest; returns how many packets that
    /// were.</summary>
    public int Run(TimeSpan now, long awaited, long newest)
    {
        int mended = 0;
        for (bool progress = true; progress;)
        {
            progress = false;
            for (long carrier = awaited + 1; carrier <= newest; carrier++)
            {
                ReadOnlySpan<byte> parities = history.ParitiesOf(carrier, out int span, out int entries);
                for (int entry = 0; entry < entries; entry++)
                {
                    ReadOnlySpan<byte> parity = UdptlDatagram.NextEntry(ref parities);
                    if (TryMend(now, parity, carrier + entry, span, entries, awaited))
                    {
                        mended++;
                        progress = true;
                    }
                }
            }
        }

        return mended;
    }

    private bool TryMend(TimeSpan now, ReadOnlySpan<byte> parity, long end, int span, int step, long awaited)
    {
        long missing = -1;
        for (int k = 1; k <= span; k++)
        {
            long number = end - k * step;
            if (history.HasOctets(number))
            {
                continue;
            }

            if (missing >= 0 || number < awaited)
            {
                return false;
            }

            missing = number;
        }

        if (missing < 0 || !TryRecover(parity, missing, end, span, step, out ReadOnlySpan<byte> packet))
        {
            return false;
        }

        history.Hold(missing, now, packet, repaired: true);
        return true;
    }

    private bool TryRecover(
        ReadOnlySpan<byte> parity, long missing, long end, int span, int step, out ReadOnlySpan<byte> packet)
    {
        packet = default;
        Span<byte> first = withLengths.AsSpan(0, parity.Length);
        Span<byte> second = plain.AsSpan(0, parity.Length);
        parity.CopyTo(first);
        parity.CopyTo(second);
        bool firstFits = parity.Length > 2;
        bool secondFits = parity.Length is > 0 and <= T38Limits.IfpBytesMax;
        for (int k = 1; k <= span; k++)
        {
            long number = end - k * step;
            if (number == missing)
            {
                continue;
            }

            ReadOnlySpan<byte> other = history.OctetsOf(number);
            firstFits &= other.Length + 2 <= parity.Length;
            secondFits &= other.Length <= parity.Length;
            if (firstFits)
            {
                Parity.Add(other, first[2..]);
                first[0] ^= (byte)(other.Length >> 8);
                first[1] ^= (byte)other.Length;
            }

            if (secondFits)
            {
                Parity.Add(other, second);
            }
        }

        if (firstFits && IsWhole(first, out int length))
        {
            packet = first.Slice(2, length);
            return true;
        }

        packet = second;
        return secondFits && IfpPacket.TryParse(second, syntax, out _, out _);
    }

    private bool IsWhole(ReadOnlySpan<byte> behindLength, out int length)
    {
        length = BinaryPrimitives.ReadUInt16BigEndian(behindLength);
        ReadOnlySpan<byte> rest = behindLength[2..];
        return length > 0 && length <= rest.Length && !rest[length..].ContainsAnyExcept((byte)0)
            && IfpPacket.TryParse(rest[..length], syntax, out _, out _);
    }
}
