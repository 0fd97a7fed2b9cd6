// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Sending;
using Hermetic.Telephony;

namespace Hermetic.Server.Tests.Sending;

/// <summary>How a call goes.</summary>
/// <param name="Outcome">What the line reports.</param>
/// <param name="Reason">How T.30 ends; null if it never began.</param>
/// <param name="Pages">Pages that are confirmed before that, at most.</param>
/// <param name="Seconds">How long it takes.</param>
internal sealed record Script(CallOutcome Outcome, T30EndReason? Reason = null, int Pages = 0, int Seconds = 5)
{
    public static readonly Script Good = new(CallOutcome.Completed, T30EndReason.Completed, int.MaxValue, 10);

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the far end calls itself; null for what it always did.</summary>
    public string? StationId { get; init; }
}

/// <summary>The telephone network of a simulation, one for all processes: it holds what the far ends got, and counts
/// what must never be too many.</summary>
internal sealed class Network
{
    private readonly Lock _gate = new();
    private readonly List<ScriptedCall> _active = [];

    /// <summary>How the next call to a number goes.</summary>
    public Func<string, Script> Next { get; set; } = _ => Script.Good;

    /// <summary>How often each page was confirmed.</summary>
    public Dictionary<(int Fax, int Page), int> Delivered { get; } = [];

    /// <summary>Each call, in order: the number and the fax.</summary>
    public List<(string Number, int Fax, string Trunk)> Placed { get; } = [];

    public List<string> Breaches { get; } = [];

    public int CallsAtOnceMax { get; private set; }

    public Dictionary<string, int> TrunkLimits { get; } = [];

    public int Active
    {
        get
        {
            lock (_gate)
            {
                return _active.Count;
            }
        }
    }

    public Task<CallReport> Place(OutgoingFax fax, TimeSpan now, CancellationToken hangUp)
    {
        Script script = Next(fax.To);
        ScriptedCall call = new(fax, script, now + TimeSpan.FromSeconds(script.Seconds));
        lock (_gate)
        {
            (int number, _) = NumberedPages.Read(fax.Pages!, 0);
            Placed.Add((fax.To, number, fax.Trunk!));
            if (_active.Any(other => other.Fax.To == fax.To))
            {
                Breaches.Add($"two calls to one number, fax {number}");
            }

            _active.Add(call);
            CallsAtOnceMax = Math.Max(CallsAtOnceMax, _active.Count);
            if (_active.Count(other => other.Fax.Trunk == fax.Trunk) > TrunkLimits.GetValueOrDefault(fax.Trunk!, 99))
            {
                Breaches.Add($"too many calls by {fax.Trunk}");
            }
        }

        hangUp.Register(() => End(call, Reports.Of(CallOutcome.Cancelled, T30EndReason.Aborted, call.Sent)));
        return call.Report.Task;
    }

    /// <summary>Ends the calls that are due.</summary>
    public async Task AdvanceAsync(TimeSpan now)
    {
        ScriptedCall[] due;
        lock (_gate)
        {
            due = [.. _active.Where(call => call.Ends <= now && !call.IsCut)];
        }

        await Task.WhenAll(due.Select(RunAsync));
    }

    /// <summary>The process that placed these calls is gone, in the middle of them.</summary>
    public void Cut(Func<OutgoingFax, bool> which)
    {
        lock (_gate)
        {
            _active.RemoveAll(call => which(call.Fax) && (call.IsCut = true));
        }
    }

    private async Task RunAsync(ScriptedCall call)
    {
        if (call.Script.StationId is { } station && call.Fax.T30.Recognise?.Invoke(station) == false)
        {
            End(call, Reports.Of(CallOutcome.FaxFailed, T30EndReason.WrongStation, 0));
            return;
        }

        int count = Math.Min(call.Fax.Pages!.Count, call.Script.Reason is null ? 0 : call.Script.Pages);
        for (int index = 0; index < count; index++)
        {
            await SendPageAsync(call, index);
        }

        End(call, Reports.Of(call.Script.Outcome, call.Script.Reason, count) with
        {
            RetryAfter = call.Script.RetryAfter,
        });
    }

    private async Task SendPageAsync(ScriptedCall call, int index)
    {
        CallProgressLog progress = (CallProgressLog)call.Fax.T30Observer!;
        progress.OnPage(default, index, true, T30PageEvent.Started);
        // A real page takes seconds, and a record milliseconds.
        while (!progress.IsIdle)
        {
            await Task.Delay(1);
        }

        progress.OnPage(default, index, true, T30PageEvent.Ended);
        progress.OnFrame(default, true, FaxModulation.V21, [], true);
        lock (_gate)
        {
            (int Fax, int Page) key = NumberedPages.Read(call.Fax.Pages!, index);
            Delivered[key] = Delivered.GetValueOrDefault(key) + 1;
            call.Sent++;
        }

        progress.OnPage(default, index, true, T30PageEvent.Confirmed);
    }

    private void End(ScriptedCall call, CallReport report)
    {
        lock (_gate)
        {
            _active.Remove(call);
        }

        call.Report.TrySetResult(report);
    }

    private sealed class ScriptedCall(OutgoingFax fax, Script script, TimeSpan ends)
    {
        public OutgoingFax Fax => fax;

        public Script Script => script;

        public TimeSpan Ends => ends;

        public int Sent { get; set; }

        public bool IsCut { get; set; }

        public TaskCompletionSource<CallReport> Report { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>One process's way into the network.</summary>
internal sealed class ScriptedLine(Network network, TimeProvider time) : ISendingLine
{
    private readonly List<OutgoingFax> _mine = [];

    public Task<CallReport> SendAsync(OutgoingFax fax, CancellationToken cancellation)
    {
        lock (_mine)
        {
            _mine.Add(fax);
        }

        return network.Place(fax, time.GetElapsedTime(0), cancellation);
    }

    /// <summary>The process is gone: its calls end where they are, and nobody hears of it.</summary>
    public void Die()
    {
        lock (_mine)
        {
            network.Cut(_mine.Contains);
        }
    }
}
