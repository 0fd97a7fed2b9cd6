// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Protocol.T30;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Features.Receiving;

/// <summary>Takes calls for the numbers of all tenants. An unknown number is refused before the answer, so that nobody
/// faxes a prescription into the void.</summary>
internal sealed partial class Reception(
    ReceivingContext context, NumberRoutes routes, StorageGate storage, string stationId, ILogger<Reception> log)
{
    private const int NotFound = 404;
    private const int ServiceUnavailable = 503;

    private readonly ReceivingContext _context = context with { Owe = storage.Owe };
    private readonly ConcurrentDictionary<ReceivedCall, bool> _calls = new();
    private volatile string? _closed;
    private volatile string? _held;
    private int _count;

    /// <summary>Why no call is taken; null while calls are taken.</summary>
    public string? ClosedBecause => _closed ?? _held ?? storage.GoneBecause;

    /// <summary>Our choice: what a caller who comes before the first operator is told to wait (RFC 3261
    /// §20.33).</summary>
    public static readonly TimeSpan HeldRetryAfter = TimeSpan.FromMinutes(1);

    /// <summary>Takes no calls before <see cref="Release"/>.</summary>
    public void Hold(string reason) => _held = reason;

    /// <summary>Takes calls from now on, if nothing else is against it.</summary>
    public void Release()
    {
        _held = null;
        LogReleased();
    }

    /// <summary>The numbers that it takes calls for.</summary>
    public NumberRoutes Routes => routes;

    /// <summary>Takes no more calls, and says why in the log.</summary>
    public void Close(string reason)
    {
        _closed = reason;
        LogClosed(reason);
    }

    /// <summary>Decides on a call, on the line's own thread.</summary>
    public IncomingDecision Decide(IncomingCall call)
    {
        int number = Interlocked.Increment(ref _count);
        if (_closed is not null)
        {
            LogRefused(number, call.Trunk, "the server takes no calls");
            return IncomingDecision.Reject(ServiceUnavailable);
        }

        if (_held is { } held)
        {
            LogRefused(number, call.Trunk, held);
            return IncomingDecision.Reject(ServiceUnavailable) with { RetryAfter = HeldRetryAfter };
        }

        if (storage.GoneBecause is { } gone)
        {
            LogRefused(number, call.Trunk, $"no page could be kept: {gone}");
            return IncomingDecision.Reject(ServiceUnavailable) with { RetryAfter = StorageGate.ProbeInterval };
        }

        if (routes.Find(call.DialledNumber) is not { } route)
        {
            LogRefused(number, call.Trunk, "the number is nobody's");
            return IncomingDecision.Reject(NotFound);
        }

        InboundCaller caller = new(call.Trunk, call.CallerNumber, call.CallId, _context.Time.GetUtcNow());
        ReceivedCall received = new(_context, new InboundFax(_context, route, caller), call.Handle.ConfirmPage,
            fault => Fail(number, fault));
        _calls[received] = true;
        LogAnswered(number, call.Trunk);
        return IncomingDecision.Accept(new T30Settings { StationId = stationId }, received) with
        {
            OnReceived = received.Receive,
            OnEnded = report => End(number, received, report),
        };
    }

    /// <summary>Waits until all that came is written.</summary>
    public Task DrainAsync() => Task.WhenAll(_calls.Keys.Select(call => call.Completed));

    private void Fail(int number, Exception fault)
    {
        LogNotKept(number, Words(fault));
        storage.Failed(fault);
    }

    private void End(int number, ReceivedCall received, CallReport report)
    {
        received.End(report);
        _ = received.Completed.ContinueWith(
            _ =>
            {
                _calls.TryRemove(received, out bool _);
                LogEnded(number, report.Outcome.ToString(), report.T30?.EndReason.ToString() ?? "", received.Pages);
            },
            TaskScheduler.Default);
    }

    // Only what is known to hold no PHI in its message says more than its name.
    internal static string Words(Exception fault) =>
        fault is StoreUnavailableException or BlobException or VaultKeyException or DurableException
            or LedgerRefusedException ? fault.Message : fault.GetType().Name;

    [LoggerMessage(Level = LogLevel.Information, Message = "call {Number} from trunk {Trunk}: answered")]
    private partial void LogAnswered(int number, string trunk);

    [LoggerMessage(Level = LogLevel.Information, Message = "call {Number} from trunk {Trunk}: refused, {Reason}")]
    private partial void LogRefused(int number, string trunk, string reason);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "call {Number}: {Outcome} {EndReason}; {Pages} pages kept")]
    private partial void LogEnded(int number, string outcome, string endReason, int pages);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "call {Number}: what came could not be kept and was not confirmed: {Reason}")]
    private partial void LogNotKept(int number, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "the first operator has enrolled: calls are taken")]
    private partial void LogReleased();

    [LoggerMessage(Level = LogLevel.Information, Message = "no more calls are taken: {Reason}")]
    private partial void LogClosed(string reason);
}
