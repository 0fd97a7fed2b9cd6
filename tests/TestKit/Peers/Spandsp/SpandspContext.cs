// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.TestKit.Peers.Spandsp;

/// <summary>Takes an IFP packet that libspandsp2 wants sent, and how often it asks for it.</summary>
public delegate void IfpSender(ReadOnlySpan<byte> ifp, int copies);

/// <summary>
/// What every libspandsp2 end has in common: the native context, the handle by which its callbacks find us, its log.
/// One thread at a time; different contexts may run in parallel.
/// </summary>
public abstract unsafe class SpandspContext : IDisposable
{
    private const int LogFlow = 5;
    private const int LogShowSeverity = 0x0400;
    private const int LogShowProtocol = 0x0800;

    [ThreadStatic]
    private static List<string>? t_log;

    private GCHandle _self;

    private protected SpandspContext() => _self = GCHandle.Alloc(this);

    /// <summary>The native context.</summary>
    internal nint State { get; private protected set; }

    /// <summary>The T.30 engine, where this end has one.</summary>
    internal SpandspT30? T30 { get; private protected set; }

    /// <summary>What a callback of ours threw: it can't cross native frames, so that the next call throws it.</summary>
    internal Exception? Failure { get; set; }

    private protected nint User => GCHandle.ToIntPtr(_self);

    /// <summary>Sends this thread's libspandsp2 log lines to <paramref name="lines"/> (null: nowhere).</summary>
    public static void LogTo(List<string>? lines) => t_log = lines;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (State != 0)
        {
            Free();
            State = 0;
            _self.Free();
        }
        GC.SuppressFinalize(this);
    }

    private protected abstract void Free();

    /// <summary>Routes one of the context's logs to <see cref="LogTo"/>; else it prints to standard error.</summary>
    private protected static void Log(nint logging)
    {
        SpandspNative.span_log_set_message_handler(logging, &OnLog);
        SpandspNative.span_log_set_level(logging,
            t_log is null ? 0 : LogFlow | LogShowSeverity | LogShowProtocol);
    }

    private protected static int Require(int result, string what) => result >= 0
        ? result
        : throw new PeerException($"libspandsp2: {what} failed");

    private protected void Rethrow()
    {
        if (Failure is { } failure)
        {
            Failure = null;
            throw new InvalidOperationException("a callback from libspandsp2 failed", failure);
        }
    }

    private protected void GuardedSend(IfpSender sender, byte* packet, int length, int copies)
    {
        try
        {
            sender(new ReadOnlySpan<byte>(packet, length), copies);
        }
        catch (Exception failure) when (Failure is null)
        {
            Failure = failure;
        }
    }

    [UnmanagedCallersOnly]
    private static void OnLog(int level, byte* text) =>
        t_log?.Add(Marshal.PtrToStringUTF8((nint)text)?.TrimEnd() ?? "");
}
