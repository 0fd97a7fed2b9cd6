// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hermetic.TestKit.Peers.RtpEngine;

/// <summary>rtpengine in user space on loopback, steered by its ng protocol (bencode over UDP).</summary>
public sealed class RtpEnginePeer : IAsyncDisposable
{
    private const int MediaPorts = 40;
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(200);
    private readonly LoopbackPorts _ports;
    private readonly PeerProcess _process;

    private RtpEnginePeer()
    {
        _ports = LoopbackPorts.Reserve(2 + MediaPorts);
        _process = PeerProcess.Start("rtpengine", Arguments(_ports[0], _ports[2], _ports[1 + MediaPorts]));
    }

    /// <summary>Where its ng protocol is.</summary>
    public IPEndPoint Control => new(IPAddress.Loopback, _ports[0]);

    /// <summary>The ports that it gives to media: the first and the last.</summary>
    public (int First, int Last) Media => (_ports[2], _ports[1 + MediaPorts]);

    /// <summary>Its log so far.</summary>
    public IEnumerable<string> Log => _process.Output;

    /// <summary>Starts it and waits until it answers a ping.</summary>
    public static async Task<RtpEnginePeer> StartAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        RtpEnginePeer peer = new();
        try
        {
            await peer.WaitForPongAsync(timeout, cancellation);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _ports.Dispose();
    }

    // Table -1: no kernel module. No configuration of this machine's is read.
    private static string[] Arguments(int control, int first, int last) =>
    [
        "--config-file=none", "--foreground", "--table=-1", "--interface=127.0.0.1",
        string.Create(CultureInfo.InvariantCulture, $"--listen-ng=127.0.0.1:{control}"),
        string.Create(CultureInfo.InvariantCulture, $"--port-min={first}"),
        string.Create(CultureInfo.InvariantCulture, $"--port-max={last}"),
        "--num-threads=2", "--log-stderr", "--log-level=6",
    ];

    private async Task WaitForPongAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        using UdpClient client = new(new IPEndPoint(IPAddress.Loopback, 0));
        while (true)
        {
            if (_process.HasExited || limit.IsCancellationRequested)
            {
                throw new PeerException(_process.Describe("does not answer"));
            }
            await client.SendAsync(Encoding.ASCII.GetBytes("1 d7:command4:pinge"), Control, cancellation);
            using CancellationTokenSource wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            wait.CancelAfter(s_again);
            try
            {
                UdpReceiveResult answer = await client.ReceiveAsync(wait.Token);
                if (Encoding.ASCII.GetString(answer.Buffer).Contains("4:pong", StringComparison.Ordinal))
                {
                    return;
                }
            }
            catch (Exception failure) when (failure is OperationCanceledException or SocketException)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }
}
