// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Notes;

namespace Hermetic.Ledger.Verification;

/// <summary>Something in a log's folder that does not fit.</summary>
/// <param name="Place">The file.</param>
/// <param name="Entry">The first entry that does not fit; null if it is not about an entry.</param>
/// <param name="Reason">What does not fit.</param>
public sealed record VerifyFinding(string Place, long? Entry, string Reason)
{
    public override string ToString() => $"{Place}{(Entry is { } entry ? $", entry {entry}" : "")}: {Reason}";
}

/// <summary>What a verification found.</summary>
/// <param name="Checkpoint">The checkpoint, if its signature holds.</param>
/// <param name="Findings">What does not fit, entries first and in their order; at most
/// <see cref="FindingsMax"/>.</param>
public sealed record VerifyReport(SignedCheckpoint? Checkpoint, IReadOnlyList<VerifyFinding> Findings)
{
    /// <summary>Our limit: whoever has a hundred needs no more to know.</summary>
    public const int FindingsMax = 100;

    /// <summary>The newest checkpoint that carries cosignatures of witnesses, if one is there. Whose they are is not
    /// looked at.</summary>
    public SignedCheckpoint? Cosigned { get; init; }

    /// <summary>Everything fits.</summary>
    public bool Holds => Findings.Count == 0;
}
