// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hermetic.TestKit.Peers.Spandsp;
using Hermetic.TestKit.Peers.Udptl;

namespace Hermetic.TestKit.Peers.Sip;

/// <summary>How a <see cref="SipFaxPeer"/> takes or makes its call.</summary>
public sealed record SipFaxPeerSettings
{
    /// <summary>The T.30 end: what it sends or receives.</summary>
    public required SpandspT30Settings T30 { get; init; }

    /// <summary>Whom to call, or null to wait for a call.</summary>
    public IPEndPoint? Call { get; init; }

    /// <summary>The number that it calls: the user part of the Request-URI.</summary>
    public string Dialled { get; init; } = "fax";

    /// <summary>The user part of its From.</summary>
    public string Number { get; init; } = "peer";

    /// <summary>The display name of its From; none if empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>True to answer audio with audio and re-INVITE to T.38 then, as called fax machines do.</summary>
    public bool AnswerAudioFirst { get; init; }

    /// <summary>What it adds to its UDPTL packets.</summary>
    public UdptlPeerRecovery Recovery { get; init; } = UdptlPeerRecovery.Redundancy;
}

/// <summary>
/// A fax machine on the network, in real time, that shares no code with ours: libspandsp2's T.38 terminal, UDPTL
/// and just enough SIP over UDP for one call on loopback.
/// </summary>
public sealed class SipFaxPeer : IAsyncDisposable
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(5);
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _media = NewSocket();
    private readonly SipFaxDialog _dialog;
    private readonly SpandspT38Terminal _terminal;
    private readonly UdptlPeer _udptl;
    private readonly Task _run;

    private SipFaxPeer(SipFaxPeerSettings settings)
    {
        _udptl = new UdptlPeer(settings.Recovery, 3);
        _terminal = new SpandspT38Terminal(settings.Call is not null, settings.T30, SendIfp);
        _dialog = new SipFaxDialog(NewSocket(), ((IPEndPoint)_media.LocalEndPoint!).Port, settings);
        _run = Task.Run(RunAsync);
    }

    /// <summary>Where it listens for SIP.</summary>
    public IPEndPoint Address => _dialog.Address;

    /// <summary>Its T.30 engine. Look at it when <see cref="WaitForEndAsync"/> is through.</summary>
    public SpandspT30 T30 => _terminal.T30;

    /// <summary>Pages that it saw confirmed so far.</summary>
    public int PagesConfirmed => _terminal.T30.PagesConfirmed;

    /// <summary>What was said in SIP, one line a message, for a test's message.</summary>
    public string Dialogue => _dialog.Dialogue;

    public static SipFaxPeer Start(SipFaxPeerSettings settings) => new(settings);

    /// <summary>Waits until the fax is over and the call is hung up by either side.</summary>
    /// <exception cref="PeerException">It is not, after <paramref name="timeout"/>.</exception>
    public async Task WaitForEndAsync(TimeSpan timeout, CancellationToken cancellation = default)
    {
        try
        {
            await _run.WaitAsync(timeout, cancellation);
        }
        catch (TimeoutException)
        {
            throw new PeerException($"the peer's call is not over after {timeout.TotalSeconds} s: {Dialogue}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _terminal.Dispose();
        _dialog.Dispose();
        _media.Dispose();
        _stop.Dispose();
    }

    private static Socket NewSocket()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private async Task RunAsync()
    {
        Stopwatch clock = Stopwatch.StartNew();
        long passed = 0;
        while (!_stop.IsCancellationRequested && !_dialog.IsOver)
        {
            _dialog.Advance(clock.Elapsed);
            long due = (long)(clock.Elapsed.TotalSeconds * 8000);
            if (_dialog.MediaTarget is not null)
            {
                ReceiveMedia();
                _terminal.Advance((int)(due - passed));
                if (!_terminal.T30.IsActive)
                {
                    _dialog.HangUp(clock.Elapsed);
                }
            }
            passed = due;
            await Task.Delay(s_step, CancellationToken.None);
        }
        _terminal.T30.Terminate();
    }

    private void ReceiveMedia()
    {
        byte[] buffer = new byte[2048];
        while (_media.Available > 0)
        {
            int length = _media.Receive(buffer);
            _udptl.Unwrap(buffer.AsSpan(0, length), (ifp, sequence) => _terminal.Receive(ifp, sequence));
        }
    }

    private void SendIfp(ReadOnlySpan<byte> ifp, int copies)
    {
        byte[] datagram = _udptl.Wrap(ifp);
        for (int copy = 0; copy < copies; copy++)
        {
            _media.SendTo(datagram, _dialog.MediaTarget!);
        }
    }
}
