// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>Timers and repeat counts.</summary>
public sealed record T30Timing
{
    public static T30Timing Default { get; } = new();

    /// <summary>T0: the calling station's wait for an answer, 60 ± 5 s (T.30 §5.4.3.1). Runs from Start until any
    /// signal is heard.</summary>
    public TimeSpan T0 { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>T1: identifying each other, 35 ± 5 s (T.30 §5.4.3.1).</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>T2: the receiver's wait for a command or a carrier, 6 ± 1 s (T.30 §5.4.3.1). The upper end, for slow
    /// networks.</summary>
    public TimeSpan T2 { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>T3: an operator's wait after a procedure interrupt, 10 ± 5 s (T.30 §5.4.3.1). We refuse interrupts and
    /// never start it.</summary>
    public TimeSpan T3 { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>T4: the sender's wait for a response, 3 s ± 15 % when automatic (T.30 §5.4.3.1). The upper end, for
    /// slow networks.</summary>
    public TimeSpan T4 { get; init; } = TimeSpan.FromSeconds(3.45);

    /// <summary>T5: how long a receiver may say RNR, 60 ± 5 s (T.30 §A.5.4.1).</summary>
    public TimeSpan T5 { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Silence between signals that follow each other, 75 ± 20 ms (T.30 §4.3.3 and figure 5-2
    /// notes).</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(75);

    /// <summary>TCF: zeros for 1.5 s ± 10 % (T.30 §5.3.6.1.3).</summary>
    public TimeSpan Tcf { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>A command is sent three times at most before the sender disconnects (T.30 §5.4.1).</summary>
    public int Tries { get; init; } = 3;

    /// <summary>Our limit: how long after a frame the end of its V.21 carrier is waited for, before we answer all the
    /// same (a lost T.38 indicator must not hold the call).</summary>
    public TimeSpan CarrierEndWait { get; init; } = TimeSpan.FromMilliseconds(700);

    /// <summary>Our limit: how long a V.21 carrier may be heard without a frame before it no longer holds the timer
    /// (T.30 §5.4.2 lets a command take 3 s).</summary>
    public TimeSpan FrameWait { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Our limit: how long the host may take to confirm an ECM page before we say RNR: short of T4's lower
    /// end.</summary>
    public TimeSpan ConfirmGrace { get; init; } = TimeSpan.FromSeconds(1);
}
