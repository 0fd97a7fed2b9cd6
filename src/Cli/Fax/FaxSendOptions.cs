// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Cli.Fax;

/// <summary>What `hermetic fax send` was asked for.</summary>
internal sealed record FaxSendOptions
{
    /// <summary>The documents, in the order in which they go out as one fax.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public required string To { get; init; }

    /// <summary>The number a second time; null if it was not given.</summary>
    public string? Confirm { get; init; }

    /// <summary>A line's number, name or id; null for the only one.</summary>
    public string? From { get; init; }

    public string? Subject { get; init; }

    public int Priority { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public bool AnyStation { get; init; }

    /// <summary>Until the fax is over.</summary>
    public bool Wait { get; init; }

    /// <summary>The Idempotency-Key; one of its own if null.</summary>
    public string? Key { get; init; }
}
