// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Receiving;

/// <summary>The points of the receiving path between which a crash can fall. Tests kill the process at each of
/// them.</summary>
internal enum ReceivingStep
{
    /// <summary>All rows of a page are in memory.</summary>
    PageArrived,

    /// <summary>The page is sealed, in memory.</summary>
    PageSealed,

    /// <summary>The sealed page is durable; nothing points at it yet.</summary>
    BlobDurable,

    /// <summary>The page's record is durable, and with the first page those of fax and call. From here on the page may
    /// be confirmed.</summary>
    PageRecorded,

    /// <summary>The line was told to confirm: MCF leaves any time now.</summary>
    PageConfirmed,

    /// <summary>The call is over; what became of the fax is not written yet.</summary>
    CallEnded,

    /// <summary>The fax's end and its event are durable.</summary>
    FaxEnded,
}
