// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>Why the database cannot be used now: what a receiver decides by, and what an operator reads.</summary>
public enum StoreFault
{
    /// <summary>It does not answer, or went away in the middle.</summary>
    Stopped = 1,

    /// <summary>Somebody else holds it, or a lock was not granted in time.</summary>
    Locked = 2,

    /// <summary>No space left.</summary>
    Full = 3,

    /// <summary>The device failed.</summary>
    InputOutput = 4,

    /// <summary>What lies there is not a sound database.</summary>
    Damaged = 5,

    /// <summary>It may not be read or written by this account, or refuses the account.</summary>
    Denied = 6,

    /// <summary>It runs with a setting under which a commit does not last.</summary>
    NotDurable = 7,

    /// <summary>A newer program wrote its schema, or it is older than what we speak.</summary>
    Schema = 8,

    /// <summary>This store was closed.</summary>
    Closed = 9,

    /// <summary>Something that the program has no name for; the database's own code is in the message.</summary>
    Unknown = 10,
}

/// <summary>The store cannot promise what was asked: whatever was being written is not known to be durable, and must
/// not be confirmed to anybody.</summary>
/// <remarks>Carries no inner exception, because a database's own message may quote a row.</remarks>
public sealed class StoreUnavailableException(StoreFault fault, string message) : IOException(message)
{
    /// <summary>What a caller can act on.</summary>
    public StoreFault Fault { get; } = fault;
}

/// <summary>The record contradicts one that is there (its id or tag is taken, or what it belongs to does not exist).
/// Nothing was written.</summary>
/// <remarks>Carries no inner exception, because a database's own message may quote a row.</remarks>
public sealed class StoreConflictException(string message) : InvalidOperationException(message);

/// <summary>The tenant would use more than it may. Nothing was written.</summary>
/// <param name="kind">Of what.</param>
/// <param name="used">What it uses now.</param>
/// <param name="limit">What it may use.</param>
/// <param name="at">When it asked.</param>
public sealed class StoreUsageException(UsageKind kind, long used, long limit, DateTimeOffset at)
    : InvalidOperationException($"the limit of {kind} is reached; nothing was written")
{
    /// <summary>Of what.</summary>
    public UsageKind Kind { get; } = kind;

    /// <summary>What the tenant uses now.</summary>
    public long Used { get; } = used;

    /// <summary>What it may use: our limit, as its quota says.</summary>
    public long Limit { get; } = limit;

    /// <summary>When it asked.</summary>
    public DateTimeOffset At { get; } = at;
}
