// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Hermetic.Protocol.Sip;
using Hermetic.Telephony.Loop;

namespace Hermetic.Telephony.Sip;

/// <summary>All of an endpoint's SIP transports: who may talk, what is well formed, which way a message goes.</summary>
/// <remarks>Everything that reaches <see cref="ISipReceiver"/> does so on the loop's thread. Connections are opened,
/// read and written on the thread pool.</remarks>
internal sealed class SipTransports : ISipTransportLayer, IAsyncDisposable
{
    private readonly LineLoop _loop;
    private readonly ISipReceiver _receiver;
    private readonly SourceGate _gate;
    private readonly RateGate _rate;
    private readonly IPAddress? _advertised;
    private readonly List<SipUdpTransport> _udp = [];
    private readonly List<SipStreamListener> _listeners = [];
    private readonly ConcurrentDictionary<long, SipConnection> _connections = new();
    private readonly ConcurrentDictionary<IPAddress, int> _perAddress = new();

    // Lazy, because a connection must not begin before it is listed here: it takes itself off the list when it stands,
    // and one listed after that would be handed out for ever, dead or alive.
    private readonly ConcurrentDictionary<(SipTransportKind, IPEndPoint, string), Lazy<Task<SipLink?>>> _opening =
        new();
    private readonly ConcurrentDictionary<string, IPAddress> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<IPAddress, string> _names = new();
    private readonly ArrayBufferWriter<byte> _scratch = new(4096);
    private long _lastNumber;
    private volatile bool _disposed;

    public SipTransports(LineLoop loop, ISipReceiver receiver, SourceGate gate, SipTransportSettings settings,
        TimeProvider time)
    {
        _loop = loop;
        _receiver = receiver;
        _gate = gate;
        _rate = new RateGate(settings.TransportLimits.MessagesPerSecondMax);
        _advertised = settings.AdvertisedAddress;
        Limits = settings.Limits;
        TransportLimits = settings.TransportLimits;
        Tls = settings.Tls;
        Time = time;
    }

    public SipLimits Limits { get; }

    public SipTransportLimits TransportLimits { get; }

    public SipTlsSettings Tls { get; }

    public TimeProvider Time { get; }

    public SipTransportCounters Counters { get; } = new();

    /// <summary>Where we listen, in the order asked for.</summary>
    public IReadOnlyList<SipListener> Listening =>
    [
        .. _udp.Select(udp => new SipListener(SipTransportKind.Udp, udp.LocalEndPoint)),
        .. _listeners.Select(listener => new SipListener(listener.Kind, listener.LocalEndPoint)),
    ];

    /// <summary>Starts a listener. Throws <see cref="IOException"/> if its port is taken.</summary>
    public async Task ListenAsync(SipListener listener)
    {
        if (listener.Kind == SipTransportKind.Udp)
        {
            _udp.Add(await _loop.InvokeAsync(() => SipUdpTransport.TryOpen(this, _loop, listener.Address))
                .ConfigureAwait(false) ?? throw new IOException("the SIP port is taken"));
            return;
        }

        _listeners.Add(new SipStreamListener(this, listener.Kind, listener.Address));
    }

    /// <summary>The way to a peer; null if there is none. Continues on any thread.</summary>
    public Task<SipLink?> LinkToAsync(SipTransportKind kind, IPEndPoint remote, string host)
    {
        if (kind == SipTransportKind.Udp)
        {
            return Task.FromResult(FindUdp(remote.Address)?.LinkTo(SocketName.From(remote)));
        }

        return FindConnection(kind, remote, host) is { } open
            ? Task.FromResult<SipLink?>(open)
            : _opening.GetOrAdd((kind, remote, host), key => new(() => OpenAsync(key.Item1, key.Item2, key.Item3)))
                .Value;
    }

    /// <summary>A host name resolved to these addresses: requests to the name go there, and certificates there must
    /// bear
    /// it. Any thread.</summary>
    public void NoteHost(string host, IEnumerable<IPAddress> addresses)
    {
        foreach (IPAddress address in addresses)
        {
            _hosts.TryAdd(host, address);
            _names[address] = host;
        }
    }

    /// <inheritdoc/>
    public void Send(TimeSpan now, SipMessage message, SipFlow flow)
    {
        _scratch.ResetWrittenCount();
        SipWriter.Write(message, _scratch);
        Counters.Sent++;
        if (!IPAddress.TryParse(flow.Address, out IPAddress? address))
        {
            FailLater(flow);
            return;
        }

        IPEndPoint remote = new(address, flow.Port);
        SipTransportKind kind = KindOf(flow.Transport);
        SipLink? link = kind == SipTransportKind.Udp ? FindUdp(address)?.LinkTo(SocketName.From(remote))
            : flow.Connection != 0 ? _connections.GetValueOrDefault(flow.Connection)
            : FindConnection(kind, remote, HostOf(address));
        if (link is null && flow.Connection == 0 && kind != SipTransportKind.Udp)
        {
            _ = SendWhenOpenAsync(flow, kind, remote, _scratch.WrittenSpan.ToArray());
        }
        else if (link is null || (!link.Send(_scratch.WrittenSpan) && kind != SipTransportKind.Udp))
        {
            FailLater(flow);
        }
    }

    /// <inheritdoc/>
    public SipUri LocalUri(SipFlow flow)
    {
        SipTransportKind kind = KindOf(flow.Transport);
        IPAddress remote = IPAddress.TryParse(flow.Address, out IPAddress? parsed) ? parsed : IPAddress.Loopback;
        IPEndPoint? bound = kind == SipTransportKind.Udp ? FindUdp(remote)?.LocalEndPoint
            : _listeners.Find(listener => listener.Kind == kind)?.LocalEndPoint;
        IPAddress address = _advertised
            ?? (bound is null || bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any)
                ? RouteSource.Towards(new IPEndPoint(remote, flow.Port)) : bound.Address);
        SipUri uri = new()
        {
            Host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString(),
            Port = bound?.Port ?? 0,
        };
        string name = kind == SipTransportKind.Tcp ? "tcp" : "tls";
        return kind == SipTransportKind.Udp ? uri
            : uri with { Parameters = SipParameters.None.With("transport", name) };
    }

    /// <inheritdoc/>
    /// <remarks>A next hop on the host that the dialog's connection leads to keeps that connection. A name that we
    /// never
    /// resolved keeps the dialog's way too: nothing here may wait for DNS.</remarks>
    public SipFlow Route(SipUri nextHop, SipFlow dialogFlow)
    {
        SipTransport transport = nextHop.IsSecure ? SipTransport.Tls : nextHop.Transport switch
        {
            "tls" => SipTransport.Tls,
            "tcp" => SipTransport.Tcp,
            "udp" => SipTransport.Udp,
            _ => dialogFlow.Transport,
        };
        string host = nextHop.Host.Trim('[', ']');
        IPAddress? address = IPAddress.TryParse(host, out IPAddress? literal)
            ? literal : _hosts.GetValueOrDefault(host);
        if (address is null)
        {
            return dialogFlow;
        }

        int port = nextHop.Port != 0 ? nextHop.Port : transport == SipTransport.Tls ? 5061 : 5060;
        bool sameHost = dialogFlow.Address == address.ToString() && dialogFlow.Transport == transport;
        bool keep = sameHost && dialogFlow.Connection != 0 && _connections.ContainsKey(dialogFlow.Connection);
        return keep ? dialogFlow : new SipFlow(transport, address.ToString(), port);
    }

    /// <summary>May a datagram of this source be looked at?</summary>
    internal bool MayTake(in SocketName from, TimeSpan now) => MayTake(from.ToEndPoint().Address, now);

    /// <summary>May this source connect? Counts it if so.</summary>
    internal bool MayConnect(IPAddress source)
    {
        if (_disposed || !_gate.Allows(source))
        {
            _loop.Post(() => Counters.Unknown++);
            return false;
        }

        int mine = _perAddress.AddOrUpdate(source, 1, static (_, count) => count + 1);
        if (mine > TransportLimits.ConnectionsPerAddressMax || _connections.Count >= TransportLimits.ConnectionsMax)
        {
            Disconnected(source);
            _loop.Post(() => Counters.Throttled++);
            return false;
        }

        return true;
    }

    /// <summary>A connection that <see cref="MayConnect"/> counted is gone.</summary>
    internal void Disconnected(IPAddress source)
    {
        if (_perAddress.AddOrUpdate(source, 0, static (_, count) => count - 1) <= 0)
        {
            _perAddress.TryRemove(new KeyValuePair<IPAddress, int>(source, 0));
        }
    }

    internal long NextNumber() => Interlocked.Increment(ref _lastNumber);

    internal void Remember(SipConnection connection)
    {
        _connections[connection.Number] = connection;
        if (_disposed)
        {
            connection.Close();
        }
    }

    internal void Forget(SipConnection connection)
    {
        _connections.TryRemove(connection.Number, out _);
        _loop.Post(() => FailNow(connection.Flow));
    }

    /// <summary>Hands what a connection read to the loop, and waits until it has been taken.</summary>
    internal Task DeliverAsync(SipConnection link, List<(SipMessage? Message, SipParseError? Error)> taken) =>
        _loop.InvokeAsync(() =>
        {
            foreach ((SipMessage? message, SipParseError? error) in taken)
            {
                if (MayTake(link.Remote.Address, _loop.Now))
                {
                    Take(_loop.Now, link, message, error);
                }
            }

            return true;
        });

    /// <summary>A message was read, or refused with what can be answered.</summary>
    internal void Take(TimeSpan now, SipLink link, SipMessage? message, SipParseError? error)
    {
        Counters.Received++;
        if (error is { } fault)
        {
            Counters.Malformed++;
            _receiver.OnMalformed(now, link.Flow, message, fault);
            return;
        }

        _receiver.OnMessage(now, link.Flow, message!);
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        foreach (SipStreamListener listener in _listeners)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        await FlushAsync().ConfigureAwait(false);
        foreach (SipConnection connection in _connections.Values)
        {
            connection.Close();
        }

        await _loop.InvokeAsync(() =>
        {
            _udp.ForEach(udp => udp.Dispose());
            return true;
        }).ConfigureAwait(false);
    }

    // What was handed over is written before connections close. Our limit: at most a second.
    private async Task FlushAsync()
    {
        for (int tries = 0; tries < 50 && _connections.Values.Any(connection => connection.HasPending); tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Time).ConfigureAwait(false);
        }
    }

    private static SipTransportKind KindOf(SipTransport transport) => transport switch
    {
        SipTransport.Tcp => SipTransportKind.Tcp,
        SipTransport.Tls => SipTransportKind.Tls,
        _ => SipTransportKind.Udp,
    };

    private string HostOf(IPAddress address) => _names.GetValueOrDefault(address) ?? address.ToString();

    // Over TLS a connection is only good for the name that it proved.
    private SipConnection? FindConnection(SipTransportKind kind, IPEndPoint remote, string host)
    {
        foreach (SipConnection connection in _connections.Values)
        {
            if (connection.IsOpen && connection.Kind == kind && connection.Remote.Equals(remote)
                && (kind == SipTransportKind.Tcp
                    || string.Equals(connection.Host, host, StringComparison.OrdinalIgnoreCase)))
            {
                return connection;
            }
        }

        return null;
    }

    private async Task SendWhenOpenAsync(SipFlow flow, SipTransportKind kind, IPEndPoint remote, byte[] octets)
    {
        SipLink? link = await LinkToAsync(kind, remote, HostOf(remote.Address)).ConfigureAwait(false);
        _loop.Post(() =>
        {
            if (link?.Send(octets) != true)
            {
                FailNow(flow);
            }
        });
    }

    // Not at once: the core is still in the middle of sending.
    private void FailLater(SipFlow flow) => _loop.Post(() => FailNow(flow));

    private void FailNow(SipFlow flow)
    {
        _receiver.OnFlowFailed(_loop.Now, flow);
        if (flow.Connection != 0)
        {
            _receiver.OnFlowFailed(_loop.Now, flow with { Connection = 0 });
        }
    }

    private SipUdpTransport? FindUdp(IPAddress address) =>
        _udp.Find(udp => udp.LocalEndPoint.AddressFamily == address.AddressFamily);

    private bool MayTake(IPAddress source, TimeSpan now)
    {
        if (!_gate.Allows(source))
        {
            Counters.Unknown++;
            return false;
        }

        bool within = _rate.TryTake(source, now);
        Counters.Throttled += within ? 0 : 1;
        return within;
    }

    private async Task<SipLink?> OpenAsync(SipTransportKind kind, IPEndPoint remote, string host)
    {
        await Task.Yield();
        Socket socket = new(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using CancellationTokenSource limit = new(TransportLimits.ConnectTimeout, Time);
            await socket.ConnectAsync(remote, limit.Token).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (kind == SipTransportKind.Tls)
            {
                SslStream secure = new(stream);
                await secure.AuthenticateAsClientAsync(Tls.ForClient(host), limit.Token).ConfigureAwait(false);
                stream = secure;
            }

            SipConnection connection = new(this, socket, stream, host, NextNumber());
            Remember(connection);
            _ = connection.RunAsync();
            return connection;
        }
        catch (Exception failure) when (failure is IOException or SocketException or AuthenticationException
            or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
        finally
        {
            _opening.TryRemove((kind, remote, host), out _);
        }
    }
}
