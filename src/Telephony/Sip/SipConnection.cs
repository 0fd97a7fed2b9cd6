// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading.Channels;
using Hermetic.Protocol.Sip;

namespace Hermetic.Telephony.Sip;

/// <summary>SIP over one TCP or TLS connection: read and cut into messages on the thread pool, handed to the
/// loop.</summary>
internal sealed class SipConnection : SipLink, IDisposable
{
    private readonly SipTransports _owner;
    private readonly Stream _stream;
    private readonly CancellationTokenSource _closing = new();
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>(new() { SingleReader = true });
    private int _pendingOctets;
    private int _closed;
    private long _lastHeard;

    public SipConnection(SipTransports owner, Socket socket, Stream stream, string? host, long number)
    {
        Number = number;
        _owner = owner;
        _stream = stream;
        Host = host;
        Remote = (IPEndPoint)socket.RemoteEndPoint!;
        Kind = stream is SslStream ? SipTransportKind.Tls : SipTransportKind.Tcp;
    }

    public override SipTransportKind Kind { get; }

    public override IPEndPoint Remote { get; }

    public override SipFlow Flow =>
        new(Kind == SipTransportKind.Tls ? SipTransport.Tls : SipTransport.Tcp, Remote.Address.ToString(), Remote.Port,
            Number);

    /// <summary>True while something waits to be written.</summary>
    public bool HasPending => IsOpen && Volatile.Read(ref _pendingOctets) > 0;

    /// <summary>Ours, from 1 on; never used twice.</summary>
    public long Number { get; }

    /// <summary>The name that we called and, over TLS, saw proven; null for a connection that came to us.</summary>
    public string? Host { get; }

    public override bool IsOpen => Volatile.Read(ref _closed) == 0;

    public override bool Send(ReadOnlySpan<byte> message)
    {
        if (!IsOpen || Interlocked.Add(ref _pendingOctets, message.Length) > _owner.TransportLimits.PendingOctetsMax)
        {
            Close();
            return false;
        }

        return _outgoing.Writer.TryWrite(message.ToArray());
    }

    /// <summary>Reads and writes until either side closes; then tells the owner.</summary>
    public async Task RunAsync()
    {
        _lastHeard = _owner.Time.GetTimestamp();
        Task writing = GuardAsync(WriteAsync);
        Task keeping = GuardAsync(KeepAsync);
        await GuardAsync(ReadAsync).ConfigureAwait(false);
        Close();
        await Task.WhenAll(writing, keeping).ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _owner.Forget(this);
    }

    /// <summary>The same as <see cref="Close"/>: what is left ends by itself.</summary>
    public void Dispose() => Close();

    /// <summary>Ends the connection. Any thread.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _outgoing.Writer.TryComplete();
            _closing.Cancel();
        }
    }

    // Whatever a stream throws means the same: the connection is gone. Peers cut connections all the time.
    private async Task GuardAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException
            or ObjectDisposedException or InvalidOperationException)
        {
            Close();
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        PipeReader reader = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true));
        SipStreamReader cutter = new(_owner.Limits);
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            Volatile.Write(ref _lastHeard, _owner.Time.GetTimestamp());
            ReadOnlySequence<byte> rest = read.Buffer;
            if (!TakeAll(cutter, ref rest, out List<(SipMessage? Message, SipParseError? Error)> taken))
            {
                return;
            }

            reader.AdvanceTo(rest.Start, rest.End);
            if (taken.Count > 0)
            {
                // Waiting until the loop has taken them is what slows a peer down that sends too much.
                await _owner.DeliverAsync(this, taken).ConfigureAwait(false);
            }

            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private bool TakeAll(SipStreamReader cutter, ref ReadOnlySequence<byte> rest,
        out List<(SipMessage? Message, SipParseError? Error)> taken)
    {
        taken = [];
        while (true)
        {
            SipStreamResult result = cutter.TryRead(ref rest, out SipMessage? message, out SipParseError error);
            switch (result)
            {
                case SipStreamResult.NeedMore:
                    return true;
                case SipStreamResult.KeepAlive:
                    Send(SipStreamReader.KeepAliveReply);
                    break;
                case SipStreamResult.Message:
                    taken.Add((message, null));
                    break;
                case SipStreamResult.Malformed:
                    taken.Add((message, error));
                    break;
                default:
                    return false;
            }
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        await foreach (byte[] message in _outgoing.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            await _stream.WriteAsync(message, cancellation).ConfigureAwait(false);
            Interlocked.Add(ref _pendingOctets, -message.Length);
        }
    }

    // Keep-alives on what we opened; an end for what stays silent.
    private async Task KeepAsync(CancellationToken cancellation)
    {
        SipTransportLimits limits = _owner.TransportLimits;
        TimeSpan step = Host is null ? limits.IdleTimeout / 2 : limits.KeepAliveInterval;
        using PeriodicTimer timer = new(step, _owner.Time);
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            if (_owner.Time.GetElapsedTime(Volatile.Read(ref _lastHeard)) > limits.IdleTimeout)
            {
                Close();
            }
            else if (Host is not null)
            {
                Send("\r\n\r\n"u8);
            }
        }
    }
}
