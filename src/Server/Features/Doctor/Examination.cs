// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Doctor;

/// <summary>How an examination stands.</summary>
/// <param name="IsRunning">True while one runs.</param>
/// <param name="Progress">How far it is, in words.</param>
/// <param name="EndedAt">When the last one ended.</param>
/// <param name="Found">What the last one saw.</param>
internal sealed record ExaminationState(bool IsRunning, string Progress, DateTimeOffset? EndedAt, Findings Found)
{
    public static readonly ExaminationState Nothing = new(false, "", null, new Findings([]));
}

/// <summary>Examines the installation that runs here, one examination at a time, and keeps what the last one
/// saw.</summary>
/// <param name="examine">Probes it; told how far it is.</param>
/// <param name="time">The clock.</param>
/// <param name="stopping">Gives it up.</param>
internal sealed class Examination(
    Func<Action<string>, CancellationToken, Task<Findings>> examine, TimeProvider time, CancellationToken stopping)
{
    private readonly Lock _lock = new();

    private ExaminationState _state = ExaminationState.Nothing;

    public ExaminationState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    /// <summary>Begins one, unless one runs.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_state.IsRunning)
            {
                return;
            }

            _state = _state with { IsRunning = true, Progress = "beginning" };
        }

        _ = Task.Run(RunAsync, CancellationToken.None);
    }

    private async Task RunAsync()
    {
        Findings found;
        try
        {
            found = await examine(Tell, stopping).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // What could not be looked at is not known (P7); the words of an exception stay here.
            found = new Findings([.. Findings.Promises.Select(one => new Finding(one.Promise, Verdict.Unknown,
                $"the examination broke off ({failure.GetType().Name})",
                "Run `hermetic doctor` on the machine itself: it says more."))]);
        }

        lock (_lock)
        {
            _state = new ExaminationState(false, "", time.GetUtcNow(), found);
        }
    }

    private void Tell(string progress)
    {
        lock (_lock)
        {
            _state = _state with { Progress = progress };
        }
    }
}
