// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Splitting;

/// <summary>The points of a split between which a crash can fall. Tests kill the process at each of them.</summary>
internal enum SplitStep
{
    /// <summary>A page was opened, behind its entry.</summary>
    PageOpened,

    /// <summary>A page of a part is durable; nothing points at it yet.</summary>
    BlobDurable,

    /// <summary>The ledger says into what the fax is split; it is not yet.</summary>
    Told,

    /// <summary>All parts are there, and the fax is done: one transaction, durable.</summary>
    Recorded,
}
