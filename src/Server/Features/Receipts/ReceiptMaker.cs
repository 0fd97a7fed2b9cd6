// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Sending;
using Hermetic.Store;
using Hermetic.Telephony;

namespace Hermetic.Server.Features.Receipts;

/// <summary>Makes the content of a receipt out of what is written down of a fax: nothing of it is remembered from the
/// call, so that it is the same whoever makes it, and when.</summary>
internal sealed class ReceiptMaker(FaxStore store, SealedNumbers numbers, SentAccounts accounts)
{
    /// <summary>The receipt of a fax that is over; null if there is nothing to tell, because no call was placed for
    /// it.</summary>
    public async Task<Receipt?> MakeAsync(FaxRecord fax, SendingRecord sending, IReadOnlyList<AttemptRecord> tries,
        CancellationToken cancellation)
    {
        List<AttemptRecord> calls = Calls(tries);
        if (calls.Count == 0)
        {
            return null;
        }

        List<ReceiptPage> pages = [];
        foreach (PageRecord page in await store.Pages.ListAsync(fax.TenantId, fax.FaxId, cancellation)
            .ConfigureAwait(false))
        {
            int call = accounts.Open(page) is { } sent
                ? calls.FindIndex(one => one.Begun.Number == sent.Attempt) : -1;
            if (call >= 0)
            {
                pages.Add(accounts.Open(page)! with { Attempt = call + 1 });
            }
        }

        ReceiptAttempt[] attempts = [.. calls.Select(Attempt)];
        string from = await numbers.OpenLineAsync(fax.TenantId, fax.LineId, cancellation).ConfigureAwait(false);
        return new Receipt
        {
            Fax = fax.FaxId,
            Result = pages.Count == fax.PagesStored ? ReceiptResult.Sent
                : pages.Count > 0 ? ReceiptResult.Partial : ReceiptResult.Failed,
            From = new ReceiptStation(
                await numbers.OpenPracticeAsync(fax.TenantId, cancellation).ConfigureAwait(false), from, from),
            To = new ReceiptStation(numbers.OpenCover(sending)?.To ?? "", numbers.OpenRemote(fax),
                attempts.LastOrDefault(one => one.StationId.Length > 0)?.StationId ?? ""),
            SubmittedAt = sending.CreatedAt,
            CompletedAt = calls[^1].End!.EndedAt,
            PageCount = fax.PagesStored,
            Attempts = attempts,
            Pages = pages,
        };
    }

    // Tries that came to no call tell nothing. Of more than a receipt holds those stay that brought a page over, and
    // the last ones.
    private static List<AttemptRecord> Calls(IReadOnlyList<AttemptRecord> tries)
    {
        AttemptRecord[] calls = [.. tries.Where(one => one.End is { } end && (end.SealedReport is not null
            || end.PagesAfter > one.Begun.PagesBefore || one.PageBegun > one.Begun.PagesBefore))];
        int over = calls.Length - ReceiptJson.AttemptsMax;
        return over <= 0 ? [.. calls]
            : [.. calls.Where(one => one.End!.PagesAfter > one.Begun.PagesBefore || over-- <= 0)
                .TakeLast(ReceiptJson.AttemptsMax)];
    }

    private ReceiptAttempt Attempt(AttemptRecord call) => accounts.Open(call) ?? new ReceiptAttempt
    {
        At = call.Begun.StartedAt,
        DurationMs = Math.Max(0, (long)(call.End!.EndedAt - call.Begun.StartedAt).TotalMilliseconds),
        Outcome = (call.End.Outcome is { } outcome ? (CallOutcome)outcome : CallOutcome.Fault).ToString(),
        Reason = "this server was stopped during the call; what was confirmed before is written down",
        Clause = "",
        PagesConfirmed = call.End.PagesAfter - call.Begun.PagesBefore,
        StationId = "",
        Modulation = "",
        Rate = 0,
        Ecm = false,
        Compression = "",
        FramesRepeated = 0,
        TrainingFailures = 0,
    };
}
