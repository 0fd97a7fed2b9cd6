// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>Which way a fax or a call goes. The numbers are stored: never renumber.</summary>
public enum FaxDirection
{
    Inbound = 1,
    Outbound = 2,
}

/// <summary>Whether a tenant or a line takes faxes. The numbers are stored: never renumber.</summary>
public enum ServiceState
{
    Active = 1,
    Suspended = 2,
    Closed = 3,
}

/// <summary>Where a fax is in its life. Which moves there are: <see cref="FaxMoves"/>. The numbers are stored: never
/// renumber.</summary>
public enum FaxState
{
    /// <summary>Pages are coming in.</summary>
    Receiving = 1,

    /// <summary>Every page that the sender announced came, and the sender heard so.</summary>
    Received = 2,

    /// <summary>The call broke, but pages that were confirmed are here.</summary>
    Partial = 3,

    /// <summary>It ended without a page that anybody confirmed.</summary>
    Failed = 4,

    /// <summary>Ready to be sent.</summary>
    Queued = 5,

    /// <summary>A call is under way.</summary>
    Sending = 6,

    /// <summary>The far end confirmed every page.</summary>
    Sent = 7,

    /// <summary>Somebody took it back before it was sent.</summary>
    Cancelled = 8,

    /// <summary>Its keys and bytes are gone; this row stays as the trace of it.</summary>
    Erased = 9,

    /// <summary>A part of a fax that came again, whole, or that was split and is not any more: the whole one stands for
    /// it. Nothing of it is gone.</summary>
    Superseded = 10,
}

/// <summary>How far a page is. The numbers are stored: never renumber.</summary>
public enum PageState
{
    /// <summary>Sealed and durable, the sender has not been told.</summary>
    Stored = 1,

    /// <summary>The sender was told that we keep it (MCF, or the end of an ECM block).</summary>
    Confirmed = 2,

    /// <summary>Sealed bytes and keys are gone.</summary>
    Erased = 3,
}

/// <summary>Whether somebody still has to do a job. The numbers are stored: never renumber.</summary>
public enum JobState
{
    /// <summary>To be done once it is due.</summary>
    Waiting = 1,

    /// <summary>Somebody holds the lease; when it runs out, anybody may claim the job again.</summary>
    Leased = 2,

    Done = 3,

    /// <summary>Given up.</summary>
    Failed = 4,
}

/// <summary>How a guarded change of state ended.</summary>
public enum MoveResult
{
    /// <summary>This call made the move, durably.</summary>
    Moved = 1,

    /// <summary>It was there already: a repetition, or somebody else was faster. Nothing was written.</summary>
    AlreadyThere = 2,

    /// <summary>There is no such move from where it is. Nothing was written.</summary>
    Refused = 3,

    /// <summary>This tenant has no such record.</summary>
    Missing = 4,
}
