// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>The deadlines of one call. Null: not running.</summary>
internal sealed class CallTimers
{
    /// <summary>The call's own length (our limit).</summary>
    public TimeSpan? Call { get; set; }

    /// <summary>T0, T1 or T5: runs across states.</summary>
    public TimeSpan? Phase { get; set; }

    /// <summary>T2, T4 or a guard of our own: runs for one state.</summary>
    public TimeSpan? State { get; set; }

    /// <summary>While a V.21 carrier is heard the two above wait, at most until here (T.30 §5.4.2).</summary>
    public TimeSpan? Hold { get; set; }

    /// <summary>A command was heard and waits for its carrier's end.</summary>
    public TimeSpan? Heard { get; set; }

    /// <summary>A transmission waits for the pause before it.</summary>
    public TimeSpan? Send { get; set; }

    /// <summary>When to look again at the latest.</summary>
    public TimeSpan? Next
    {
        get
        {
            TimeSpan? waiting = Hold ?? Earlier(Phase, State);
            return Earlier(Earlier(Call, waiting), Earlier(Heard, Send));
        }
    }

    public bool IsDue(TimeSpan? timer, TimeSpan now) => timer <= now && Hold is null;

    public void Stop()
    {
        Call = null;
        Phase = null;
        State = null;
        Hold = null;
        Heard = null;
        Send = null;
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null ? b : b is null ? a : a < b ? a : b;
}
