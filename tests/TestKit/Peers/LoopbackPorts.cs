// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Hermetic.TestKit.Peers;

/// <summary>
/// A run of consecutive loopback ports that no other test of this machine will be given until it is disposed.
/// </summary>
/// <remarks>Binding port 0 and letting it go again races with every other test process. Here each port is held by a
/// lock on a file of its number, which all test processes share and which ends with its process; the ports lie below
/// Linux's ephemeral range (32768), so that an outgoing socket does not take them either.</remarks>
public sealed class LoopbackPorts : IDisposable
{
    private const int FirstPort = 20_000;
    private const int LastPort = 32_000;
    private static readonly string s_locks = Path.Combine(Path.GetTempPath(), "hermetic-test-ports");
    private readonly List<FileStream> _held;

    private LoopbackPorts(int first, List<FileStream> held)
    {
        First = first;
        _held = held;
    }

    /// <summary>The lowest port of the run.</summary>
    public int First { get; }

    /// <summary>How many ports the run has.</summary>
    public int Count => _held.Count;

    /// <summary>Port <paramref name="index"/> of the run.</summary>
    public int this[int index] => index >= 0 && index < Count
        ? First + index
        : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Reserves <paramref name="count"/> ports in a row, free for UDP and TCP; the first one is even, as
    /// RTP wants it (RFC 3550 §11).</summary>
    public static LoopbackPorts Reserve(int count = 1)
    {
        Directory.CreateDirectory(s_locks);
        int span = LastPort - FirstPort - count;
        int start = Environment.ProcessId * 64 % span;
        for (int tried = 0; tried < span; tried += 2)
        {
            int first = FirstPort + ((start + tried) % span & ~1);
            if (TryReserve(first, count) is { } ports)
            {
                return ports;
            }
        }
        throw new InvalidOperationException("no free run of loopback ports");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FileStream held in _held)
        {
            held.Dispose();
        }
        _held.Clear();
    }

    private static LoopbackPorts? TryReserve(int first, int count)
    {
        List<FileStream> held = [];
        for (int port = first; port < first + count; port++)
        {
            if (TryLock(port) is not { } held1 || !IsFree(port, held1))
            {
                held.ForEach(file => file.Dispose());
                return null;
            }
            held.Add(held1);
        }
        return new LoopbackPorts(first, held);
    }

    private static FileStream? TryLock(int port)
    {
        try
        {
            return new FileStream(Path.Combine(s_locks, $"{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsFree(int port, FileStream held)
    {
        try
        {
            using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            using Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            held.Dispose();
            return false;
        }
    }
}
