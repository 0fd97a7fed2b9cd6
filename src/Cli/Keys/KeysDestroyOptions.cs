// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Cli.Keys;

/// <summary>What `hermetic keys destroy` was told.</summary>
internal sealed record KeysDestroyOptions
{
    public required string Config { get; init; }

    /// <summary>A name or an id.</summary>
    public required string Tenant { get; init; }

    public required string Epoch { get; init; }

    public bool Yes { get; init; }

    public string Reason { get; init; } = "";

    public bool EvenCurrent { get; init; }

    /// <summary>Who the ledger says ordered it.</summary>
    public required string Account { get; init; }
}
