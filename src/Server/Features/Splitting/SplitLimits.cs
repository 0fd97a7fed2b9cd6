// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store;

namespace Hermetic.Server.Features.Splitting;

/// <summary>How much of a fax is split at once.</summary>
internal static class SplitLimits
{
    /// <summary>Parts: our limit, as the store has it. Who has a longer pile splits a part of it again.</summary>
    public const int PartsMax = SplitTable.PartsMax;

    /// <summary>Pages of all parts together: our limit, so that it is done within the minute after which a request with
    /// an Idempotency-Key counts as dead. Each is an entry of the ledger and a sealed object, two flushes.</summary>
    public const int PagesMax = 1000;
}
