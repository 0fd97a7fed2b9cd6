// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Notes;

namespace Hermetic.Ledger.Witness;

/// <summary>A witness that the log asks: where, and whose cosignatures it takes.</summary>
/// <param name="Prefix">The submission prefix; `add-checkpoint` is below it. What goes there is public, and what comes
/// back is signed.</param>
/// <param name="Key">The witness's public key, of type cosignature.</param>
public sealed record WitnessEndpoint(Uri Prefix, VerifierKey Key)
{
    /// <summary>Where checkpoints are sent.</summary>
    public Uri AddCheckpoint => new(Prefix.ToString().TrimEnd('/') + "/add-checkpoint");
}

/// <summary>What came of asking a witness.</summary>
public enum WitnessOutcome
{
    /// <summary>It cosigned, and the cosignature is kept.</summary>
    Cosigned,

    /// <summary>It knows another size than we thought; it is asked again at once.</summary>
    OtherSize,

    /// <summary>It does not answer, or with an error of its own.</summary>
    Unreachable,

    /// <summary>It refuses: it does not know this log, or takes its requests for malformed.</summary>
    Refused,

    /// <summary>It answered something that is no cosignature of it.</summary>
    Nonsense,

    /// <summary>It has cosigned a tree of this log that this log's tree does not continue. Either the log went back to
    /// an older copy of itself or forked, or the witness lies: somebody has to look, today.</summary>
    Fork,
}

/// <summary>How often witnesses are asked. All are our defaults; each says why.</summary>
public sealed record WitnessSettings
{
    /// <summary>Shortest time between two requests to one witness: our default, so that a busy log with two checkpoints
    /// a second does not wear it out.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A witness that has not answered by then is taken for unreachable: our default; it has one small file to
    /// write.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait after the first failure, doubled after each: our default.</summary>
    public TimeSpan BackOffMin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait after failures: our default, so that a witness that came back is found within
    /// minutes.</summary>
    public TimeSpan BackOffMax { get; init; } = TimeSpan.FromMinutes(5);
}
