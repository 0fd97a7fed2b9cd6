// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T38;

namespace Hermetic.Protocol.Tests.T38;

/// <summary>A UDPTL sender whose datagrams are kept, and a receiver to feed them to in any way.</summary>
internal sealed class UdptlLink : IDatagramOutput, IIfpOutput
{
    private readonly UdptlSender sender;

    public UdptlLink(T38Settings settings)
    {
        sender = new(settings, this);
        Receiver = new(settings, this);
    }

    public UdptlReceiver Receiver { get; }

    public List<byte[]> Datagrams { get; } = [];

    /// <summary>What came out: packets in hex, "lost N" in between.</summary>
    public List<string> Heard { get; } = [];

    public TimeSpan Now { get; set; }

    /// <summary>The packet of this number: data whose octets and length depend on it, so that no two are
    /// alike.</summary>
    public static byte[] Packet(int number, IfpSyntax syntax = IfpSyntax.Asn2002)
    {
        byte[] buffer = new byte[100];
        if (number % 7 == 3)
        {
            return buffer[..IfpWriter.WriteIndicator(buffer, (T38Indicator)(number % 16))];
        }

        byte[] data = T38TerminalTests.RandomOctets(number, 1 + number * 13 % 60);
        data[^1] |= 1;
        IfpWriter writer = new(buffer, syntax, T38DataType.V17At14400);
        writer.Add(T38FieldType.T4NonEcmData, data);
        return buffer[..writer.Length];
    }

    public void Send(ReadOnlySpan<byte> datagram) => Datagrams.Add(datagram.ToArray());

    public void OnIfp(TimeSpan now, ReadOnlySpan<byte> ifp) => Heard.Add(Convert.ToHexString(ifp));

    public void OnLost(TimeSpan now, int packets) => Heard.Add($"lost {packets}");

    public UdptlLink SendPackets(int count, int first = 0)
    {
        for (int i = first; i < first + count; i++)
        {
            sender.Send(Packet(i), isImage: i % 7 != 3);
        }

        return this;
    }

    /// <summary>Receives the datagram of this number, 30 ms after the one before.</summary>
    public void Receive(int number) => Receive(Datagrams[number]);

    public void Receive(byte[] datagram)
    {
        Now += TimeSpan.FromMilliseconds(30);
        Receiver.Advance(Now);
        Receiver.Receive(Now, datagram);
    }

    public void Quiet()
    {
        Now += TimeSpan.FromSeconds(5);
        Receiver.Advance(Now);
    }

    /// <summary>True if packets 0 to count - 1 came, each once, in order and octet by octet (FEC may pad with
    /// zeros).</summary>
    public bool HeardAll(int count) => Heard.Count == count && Enumerable.Range(0, count).All(IsWhole);

    private bool IsWhole(int number)
    {
        string sent = Convert.ToHexString(Packet(number));
        return Heard[number].StartsWith(sent, StringComparison.Ordinal)
            && Heard[number][sent.Length..].All(digit => digit == '0');
    }
}
