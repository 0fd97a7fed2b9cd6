// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>A far end that answers each INVITE with one status, and counts them.</summary>
internal sealed class SipRefuser : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stop = new();
    private readonly string _status;
    private readonly Task _loop;
    private int _invites;

    /// <param name="status">Such as "486 Busy Here".</param>
    public SipRefuser(string status)
    {
        _status = status;
        _loop = RunAsync();
    }

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    /// <summary>Datagrams that were INVITEs.</summary>
    public int Invites => Volatile.Read(ref _invites);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                UdpReceiveResult datagram = await _socket.ReceiveAsync(_stop.Token);
                string[] lines = Encoding.UTF8.GetString(datagram.Buffer).Split("\r\n");
                if (lines[0].StartsWith("INVITE ", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref _invites);
                    await _socket.SendAsync(Answer(lines), datagram.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private byte[] Answer(string[] request)
    {
        IEnumerable<string> kept = request
            .Where(line => new[] { "Via:", "From:", "To:", "Call-ID:", "CSeq:" }
                .Any(name => line.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            .Select(line => line.StartsWith("To:", StringComparison.OrdinalIgnoreCase) ? $"{line};tag=refused" : line);
        return Encoding.UTF8.GetBytes($"SIP/2.0 {_status}\r\n{string.Join("\r\n", kept)}\r\nContent-Length: 0\r\n\r\n");
    }
}
