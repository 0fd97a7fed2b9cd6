// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Notes;

namespace Hermetic.Cli.Verify;

/// <summary>Whose signatures are asked for, and how to answer: what both kinds of verification share.</summary>
internal sealed record VerifyTrust
{
    /// <summary>The log's public key; null if the user gave none.</summary>
    public VerifierKey? Key { get; init; }

    /// <summary>Witnesses that we trust.</summary>
    public IReadOnlyList<VerifierKey> Witnesses { get; init; } = [];

    /// <summary>How many of them must have cosigned.</summary>
    public int Quorum { get; init; }

    /// <summary>One line of JSON on standard output.</summary>
    public bool Json { get; init; }
}
