// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store;

namespace Hermetic.Server.Features.Sending;

/// <summary>What is made of a fax whose caller went away in the middle: of what is written down, and of nothing
/// else.</summary>
/// <remarks>
/// A page counts as sent if its confirmation was durable; it is never sent again. At most one page is unknown, the one
/// that had begun (<see cref="CallProgressLog"/> says why). It goes out again with the rest, since a page too many
/// harms less than one that is missing from a prescription; and both tries say so.
/// </remarks>
internal static class CrashRule
{
    /// <summary>Resolves a fax.</summary>
    /// <param name="open">The try that nobody ended; null if none was begun, so that nothing went out.</param>
    /// <param name="pagesConfirmed">Pages whose confirmation is durable.</param>
    /// <param name="pages">All pages.</param>
    public static CrashFinding Resolve(AttemptRecord? open, int pagesConfirmed, int pages) =>
        open is null ? new(RetryCause.Stopped, null)
        : pagesConfirmed >= pages ? new(RetryCause.Delivered, null)
        : new(RetryCause.Stopped, open.PageBegun > pagesConfirmed ? pagesConfirmed + 1 : null);
}

/// <summary>What a crash came to.</summary>
/// <param name="Cause">Why the try ended.</param>
/// <param name="PageInDoubt">The page whose confirmation may have been missed.</param>
internal sealed record CrashFinding(RetryCause Cause, int? PageInDoubt);
