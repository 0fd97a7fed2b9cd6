// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Hermetic.Protocol.T38;

/// <summary>Numbers IFP packets and puts them into datagrams (layout above <see cref="UdptlDatagram"/>) with copies or
/// parity of those before. Keeps its own history; allocates only while that grows to its steady size.</summary>
internal sealed class UdptlSender
{
    // The choice, the span's length, the span, the count of entries.
    private const int FecHeaderBytes = 4;

    private readonly IDatagramOutput output;
    private readonly T38Settings settings;

    // What copies are taken from; without parity.
    private readonly UdptlTrail trail;

    // As far back as parity reaches, and no farther; empty without it.
    private readonly byte[]?[] history;
    private readonly int[] historyLengths;
    private readonly byte[] datagram;
    private int sequence;
    private int length;

    public UdptlSender(T38Settings settings, IDatagramOutput output)
    {
        this.settings = settings;
        this.output = output;
        datagram = new byte[settings.RemoteMaxDatagramBytes];
        trail = new(Math.Max(1, Math.Max(settings.RedundancyDepth, settings.ImageRedundancyDepth)));
        bool isFec = settings.ErrorCorrection == UdptlErrorCorrection.Fec;
        history = new byte[isFec ? settings.FecSpan * settings.FecEntries : 0][];
        historyLengths = new int[history.Length];
    }

    /// <summary>Datagrams sent, repeats among them.</summary>
    public long DatagramsSent { get; private set; }

    /// <summary>Octets of those.</summary>
    public long OctetsSent { get; private set; }

    /// <summary>The largest IFP packet that fits into the peer's datagrams: sequence, length and error recovery take
    /// 6.</summary>
    public int IfpBytesMax => Math.Min(datagram.Length - 6, T38Limits.IfpBytesMax);

    /// <summary>Sends a packet. What goes along is as deep as <paramref name="isImage"/> asks, and what fits.</summary>
    public void Send(ReadOnlySpan<byte> ifp, bool isImage)
    {
        BinaryPrimitives.WriteUInt16BigEndian(datagram, (ushort)sequence);
        length = 2;
        Write(ifp);
        if (settings.ErrorCorrection == UdptlErrorCorrection.Fec)
        {
            WriteParity();
        }
        else
        {
            bool copies = settings.ErrorCorrection == UdptlErrorCorrection.Redundancy;
            int depth = isImage ? settings.ImageRedundancyDepth : settings.RedundancyDepth;
            WriteCopies(copies ? depth : 0);
        }

        Remember(ifp);
        sequence++;
        Repeat();
    }

    /// <summary>Sends the last datagram once more, under its old number: a receiver that has it drops it.</summary>
    public void Repeat()
    {
        if (length == 0)
        {
            return;
        }

        DatagramsSent++;
        OctetsSent += length;
        output.Send(datagram.AsSpan(0, length));
    }

    private void WriteCopies(int depth)
    {
        const int HeaderBytes = 2;
        ReadOnlySpan<byte> copies = trail.Newest(depth, datagram.Length - length - HeaderBytes, out int count);
        datagram[length++] = 0x00;
        datagram[length++] = (byte)count;
        copies.CopyTo(datagram.AsSpan(length));
        length += copies.Length;
    }

    // T.38 Annex C: with E entries and span S, entry m is the parity of packets seq + m - E, seq + m - 2E, … S of them.
    // The parity is over the packets' octets alone, as peers in the field compute it (see DIVERGENCES.md).
    private void WriteParity()
    {
        int span = settings.FecSpan;
        int entries = Math.Min(settings.FecEntries, sequence / span);
        int start = length;
        if (entries == 0 || length + FecHeaderBytes > datagram.Length)
        {
            WriteCopies(0);
            return;
        }

        datagram[length++] = 0x80;
        datagram[length++] = 1;
        datagram[length++] = (byte)span;
        datagram[length++] = (byte)entries;
        for (int entry = 0; entry < entries; entry++)
        {
            int longest = 0;
            for (int k = 1; k <= span; k++)
            {
                longest = Math.Max(longest, Remembered(sequence + entry - k * entries).Length);
            }

            if (length + 2 + longest > datagram.Length)
            {
                // No room: an empty list of copies is what every peer reads, as before there is any history.
                length = start;
                WriteCopies(0);
                return;
            }

            WriteParity(entry, entries, longest);
        }
    }

    private void WriteParity(int entry, int entries, int longest)
    {
        WriteLength(longest);
        Span<byte> parity = datagram.AsSpan(length, longest);
        parity.Clear();
        length += longest;
        for (int k = 1; k <= settings.FecSpan; k++)
        {
            Parity.Add(Remembered(sequence + entry - k * entries), parity);
        }
    }

    private void Write(ReadOnlySpan<byte> octets)
    {
        WriteLength(octets.Length);
        octets.CopyTo(datagram.AsSpan(length));
        length += octets.Length;
    }

    private void WriteLength(int value) => length += UdptlTrail.WriteLength(datagram.AsSpan(length), value);

    private ReadOnlySpan<byte> Remembered(int number) =>
        history[number % history.Length].AsSpan(0, historyLengths[number % history.Length]);

    private void Remember(ReadOnlySpan<byte> ifp)
    {
        if (history.Length == 0)
        {
            trail.Add(ifp);
            return;
        }

        int slot = sequence % history.Length;
        byte[]? kept = history[slot];
        if (kept is null || kept.Length < ifp.Length)
        {
            kept = history[slot] = new byte[Math.Max(64, ifp.Length)];
        }

        ifp.CopyTo(kept);
        historyLengths[slot] = ifp.Length;
    }
}
