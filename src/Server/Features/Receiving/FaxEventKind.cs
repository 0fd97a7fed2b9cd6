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

    /// <summary>A fax in part came again, whole: the whole one stands for it.</summary>
    Superseded = 4,
}
