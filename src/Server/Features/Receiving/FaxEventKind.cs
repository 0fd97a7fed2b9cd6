// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Receiving;

/// <summary>What an event in the outbox tells. The numbers are stored: never renumber.</summary>
public enum FaxEventKind
{
    /// <summary>A fax came whole.</summary>
    Received = 1,

    /// <summary>A fax broke off; what was confirmed is there.</summary>
    ReceivedInPart = 2,

    /// <summary>A call ended before a page could be kept.</summary>
    ReceptionFailed = 3,

    /// <summary>A fax in part came again, whole, or was split and is not any more: the whole one stands for
    /// it.</summary>
    Superseded = 4,

    /// <summary>A fax is in the queue, or held until its number is confirmed.</summary>
    Submitted = 5,

    /// <summary>The far end confirmed every page of a fax.</summary>
    Sent = 6,

    /// <summary>A try failed, and another one follows.</summary>
    SendingDelayed = 7,

    /// <summary>A fax was given up.</summary>
    SendingFailed = 8,

    /// <summary>A fax was taken back.</summary>
    SendingCancelled = 9,

    /// <summary>Somebody asked for a fax to be sent once more.</summary>
    Resubmitted = 10,

    /// <summary>The receipt of a fax that was sent or given up can be had.</summary>
    ReceiptIssued = 11,

    /// <summary>Somebody changed how a received fax is handled, or wrote a note on it.</summary>
    HandlingChanged = 12,

    /// <summary>The keys of a fax were destroyed, and its rows and bytes are gone.</summary>
    Erased = 13,

    /// <summary>A fax was split off another that had come.</summary>
    SplitOff = 14,

    /// <summary>All faxes of a broadcast have ended.</summary>
    BroadcastEnded = Store.BroadcastRecord.EndedEventKind,
}
