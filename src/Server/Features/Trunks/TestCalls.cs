// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Protocol.T30;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Journal;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Http;
using Hermetic.Telephony;

namespace Hermetic.Server.Features.Trunks;

/// <summary>The trunks' line of the running server, which counts its calls. It is there once the line is.</summary>
/// <exception cref="ProblemException">The line has not started.</exception>
internal delegate ISendingLine TrunkLineDoor();

/// <summary>Calls that ask of a trunk whether it carries faxes: dialled, T.38 agreed, the station's DIS heard, DCN. No
/// document, no practice and no key of one is in it. The newest of each trunk is kept until the server ends.</summary>
/// <remarks>Who calls, by which trunk and whom is in the installation's ledger before the call is placed; if the ledger
/// can't write there is no call. A test call is one of the trunk's calls and of this process': where all are taken it
/// ends as `lines-taken`.</remarks>
internal sealed class TestCalls(
    IReadOnlyList<TrunkSettings> trunks, Journal.Journal journal, TrunkLineDoor line, string stationId,
    TimeProvider time)
{
    /// <summary>Our limit, of all trunks together: whoever answers must not be rung all day.</summary>
    public const int PerHourMax = 30;

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Placed> _newest = [];
    private readonly Queue<DateTimeOffset> _begun = new();

    /// <summary>The newest test call of a trunk; null if there was none since the start.</summary>
    /// <exception cref="ProblemException">There is no such trunk.</exception>
    public TestCall? Find(string trunk)
    {
        Require(trunk);
        lock (_lock)
        {
            return _newest.GetValueOrDefault(trunk)?.Call;
        }
    }

    /// <summary>Places one and returns while it is under way.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="trunk">By which trunk.</param>
    /// <param name="number">Whom, as it is written.</param>
    /// <param name="cancellation">Gives it up before it is placed.</param>
    /// <exception cref="ProblemException">There is no such trunk, the number can't be called, or it is too
    /// soon.</exception>
    public async Task<TestCall> BeginAsync(
        Caller caller, string trunk, string? number, CancellationToken cancellation)
    {
        Require(trunk);
        ISendingLine by = line();
        string to = NumberOf(number);
        Placed placed = new(new TestCall(
            ReceivingContext.NewId(time.GetUtcNow()), trunk, to, time.GetUtcNow()));
        Placed? before = Take(trunk, placed);
        try
        {
            await journal.AppendAsync(
                Journal.Journal.Installation,
                ChangeEntry.Of(
                    placed.Call.StartedAt, LedgerAct.TestCall, caller.Actor, $"trunk.test-call {trunk}", to),
                cancellation).ConfigureAwait(false);
        }
        catch
        {
            Release(trunk, placed, before);
            throw;
        }

        _ = Task.Run(() => CallAsync(placed, by), CancellationToken.None);
        lock (_lock)
        {
            return placed.Call;
        }
    }

    /// <summary>Ends the one that is under way; nothing if none is.</summary>
    /// <exception cref="ProblemException">There is no such trunk.</exception>
    public void HangUp(string trunk)
    {
        Require(trunk);
        lock (_lock)
        {
            if (_newest.GetValueOrDefault(trunk) is { Call.State: TestCallState.Calling } placed)
            {
                placed.HangUp.Cancel();
            }
        }
    }

    private static string NumberOf(string? number)
    {
        string to = DialledNumber.Normalize(number);
        return to.Length == 0 ? throw ProblemException.Field("number", "takes a number that can be dialled")
            : DialledNumber.IsShort(to) ? throw ProblemException.Field("number",
                $"takes a whole telephone number, of {DialledNumber.WholeDigitsMin} digits or more: shorter ones are "
                + "emergency and service numbers, and nobody is called there for a test")
            : to;
    }

    private void Require(string trunk)
    {
        if (!trunks.Any(one => one.Name == trunk))
        {
            throw new ProblemException(ProblemCode.NotFound);
        }
    }

    // The place of the trunk's newest call; what stood there.
    private Placed? Take(string trunk, Placed placed)
    {
        lock (_lock)
        {
            Placed? before = _newest.GetValueOrDefault(trunk);
            if (before is { Call.State: TestCallState.Calling })
            {
                throw new ProblemException(ProblemCode.WrongState, "A test call on this trunk is under way.");
            }

            DateTimeOffset now = time.GetUtcNow();
            while (_begun.TryPeek(out DateTimeOffset oldest) && now - oldest >= s_hour)
            {
                _begun.Dequeue();
            }

            if (_begun.Count >= PerHourMax)
            {
                throw new ProblemException(ProblemCode.TooMany, $"There may be {PerHourMax} test calls in an hour.")
                {
                    RetryAfterSeconds = (int)Math.Ceiling((_begun.Peek() + s_hour - now).TotalSeconds),
                };
            }

            _begun.Enqueue(now);
            _newest[trunk] = placed;
            return before;
        }
    }

    private void Release(string trunk, Placed placed, Placed? before)
    {
        placed.HangUp.Dispose();
        lock (_lock)
        {
            if (before is null)
            {
                _newest.Remove(trunk);
            }
            else
            {
                _newest[trunk] = before;
            }
        }
    }

    private async Task CallAsync(Placed placed, ISendingLine by)
    {
        TestCall begun = placed.Call;
        try
        {
            CallReport report = await by.SendAsync(new OutgoingFax
            {
                To = begun.Number,
                Trunk = begun.Trunk,
                T30 = new T30Settings { StationId = stationId, IdentifyOnly = true },
                OnProgress = progress => Change(placed, call => call with { Progress = progress }),
            }, placed.HangUp.Token).ConfigureAwait(false);
            Change(placed, call => call.Ended(report, placed.HangUp.IsCancellationRequested, time.GetUtcNow()));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Ended before it was placed, or our own fault, whose words might hold anything.
            Change(placed, call => call.Lost(placed.HangUp.IsCancellationRequested, time.GetUtcNow()));
        }

        lock (_lock)
        {
            placed.HangUp.Dispose();
        }
    }

    private void Change(Placed placed, Func<TestCall, TestCall> change)
    {
        lock (_lock)
        {
            placed.Call = change(placed.Call);
        }
    }

    // What is in it changes under the lock.
    private sealed class Placed(TestCall call)
    {
        public TestCall Call { get; set; } = call;

        public CancellationTokenSource HangUp { get; } = new();
    }
}
