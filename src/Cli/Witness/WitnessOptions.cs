// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Ledger.Notes;

namespace Hermetic.Cli.Witness;

/// <summary>What `hermetic witness` was told.</summary>
internal sealed record WitnessOptions
{
    public required IPEndPoint Listen { get; init; }

    /// <summary>Folder of the key and of what was cosigned; of this witness alone.</summary>
    public required string State { get; init; }

    /// <summary>The logs that it knows.</summary>
    public required IReadOnlyList<VerifierKey> Logs { get; init; }

    /// <summary>The name of the key that a first run makes; empty for the one that is there.</summary>
    public string Name { get; init; } = "";

    /// <summary>Certificate chain, PEM; null on loopback only.</summary>
    public string? Certificate { get; init; }

    /// <summary>Its private key, PEM; null if it is in the same file.</summary>
    public string? CertificateKey { get; init; }
}
