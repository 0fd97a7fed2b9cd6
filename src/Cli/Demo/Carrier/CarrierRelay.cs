// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Hermetic.Cli.Demo.Carrier;

/// <summary>The demo's telephone company: what a practice dials goes to whoever has the number, another practice on the
/// same server or the machines outside. Two sockets, one for each side of a call, so that both sides may be one and the
/// same server. Signalling alone: T.38 goes straight from one end to the other.</summary>
internal sealed class CarrierRelay : IAsyncDisposable
{
    // So that a server that is both ends of a call has two dialogs of it and not one twice (RFC 3261 §12).
    private const string CalledPrefix = "relayed-";

    private readonly UdpClient _calling = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly UdpClient _called = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, (IPEndPoint Calling, IPEndPoint Called)> _calls = [];
    private readonly Func<IPEndPoint, bool> _isCustomer;
    private readonly Func<string, IPEndPoint> _route;
    private readonly Task _running;

    /// <param name="isCustomer">Who may place calls; all others get no answer.</param>
    /// <param name="route">Who has a number.</param>
    public CarrierRelay(Func<IPEndPoint, bool> isCustomer, Func<string, IPEndPoint> route)
    {
        (_isCustomer, _route) = (isCustomer, route);
        _running = Task.WhenAll(
            PumpAsync(_calling, FromCallingAsync), PumpAsync(_called, FromCalledAsync));
    }

    /// <summary>Where a trunk sends its calls.</summary>
    public IPEndPoint Address => (IPEndPoint)_calling.Client.LocalEndPoint!;

    private IPEndPoint CalledAddress => (IPEndPoint)_called.Client.LocalEndPoint!;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _calling.Dispose();
        _called.Dispose();
        _stopping.Dispose();
    }

    private async Task PumpAsync(UdpClient socket, Func<RelayedMessage, IPEndPoint, Task> take)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                UdpReceiveResult got = await socket.ReceiveAsync(_stopping.Token);
                if (RelayedMessage.Parse(got.Buffer) is { } message)
                {
                    await take(message, got.RemoteEndPoint);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // An end that has gone (ICMP): its call ends by its own timers.
            }
        }
    }

    private async Task FromCallingAsync(RelayedMessage message, IPEndPoint from)
    {
        if (!_isCustomer(from))
        {
            return;
        }

        (_, IPEndPoint called) = message.IsRequest
            ? _calls.GetOrAdd(message.CallId, _ => (from, _route(message.Dialled)))
            : _calls.GetValueOrDefault(message.CallId);
        if (called is not null)
        {
            message.CallId = CalledPrefix + message.CallId;
            await PassAsync(message, CalledAddress, _called, called);
        }
    }

    private async Task FromCalledAsync(RelayedMessage message, IPEndPoint from)
    {
        string id = message.CallId.StartsWith(CalledPrefix, StringComparison.Ordinal)
            ? message.CallId[CalledPrefix.Length..] : "";
        if (_calls.TryGetValue(id, out (IPEndPoint Calling, IPEndPoint Called) ends) && from.Equals(ends.Called))
        {
            message.CallId = id;
            await PassAsync(message, Address, _calling, ends.Calling);
        }
    }

    private async Task PassAsync(RelayedMessage message, IPEndPoint own, UdpClient socket, IPEndPoint to)
    {
        if (message.IsRequest)
        {
            message.PushVia(own);
        }
        else
        {
            message.PopVia();
        }

        message.SetContact(own);
        await socket.SendAsync(message.ToBytes(), to, _stopping.Token);
    }
}
