// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sandbox;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Sending;

/// <summary>A fax, its tries so far, and what is to be written of the one at hand.</summary>
internal sealed class SendingTry(
    SendingContext context, SendingRecord lease, FaxRecord fax, IReadOnlyList<AttemptRecord> tries,
    DestinationRecord? known)
{
    public FaxRecord Fax => fax;

    /// <summary>What is known of the number.</summary>
    public DestinationRecord? Known => known;

    /// <summary>The try that somebody began and nobody ended: he was cut off.</summary>
    public AttemptRecord? Open => tries.Count > 0 && tries[^1].End is null ? tries[^1] : null;

    private IReadOnlyList<AttemptRecord> Counted =>
        [.. tries.Where(one => one.Begun.Number >= lease.CountedFrom && one.End is not null)];

    // Decided at the call, whatever was written when it was submitted: what is the sandbox's reaches no trunk.
    private Guid TrunkId => context.IsSandbox(fax.LineId) ? SandboxNetwork.TrunkId : lease.TrunkId ?? Guid.Empty;

    /// <summary>The next try, from the first page that is not confirmed.</summary>
    public NewAttempt Next()
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        AttemptRecord? last = Counted.Count > 0 ? Counted[^1] : null;
        int? doubt = tries.Count > 0 ? tries[^1].End?.PageInDoubt ?? Carried(tries[^1]) : null;
        return new NewAttempt(
            tries.Count + 1, now, TrunkId, Ladder.RungOf(last, known, now), fax.PagesConfirmed,
            doubt == fax.PagesConfirmed + 1 ? doubt : null);
    }

    /// <summary>A call came to its end.</summary>
    public SendingEnd Ended(NewAttempt attempt, Guid call, CallReport report, CallProgressLog progress,
        bool isCancelled, SealedNumbers numbers)
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        int confirmed = Math.Max(progress.PagesConfirmed, attempt.PagesBefore + (report.T30?.PagesSent ?? 0));
        RetryCause cause = RetryCauses.Of(report, confirmed >= fax.PagesStored, isCancelled);
        AttemptEnd end = new(
            now, (int)cause, confirmed, confirmed < progress.PageInDoubt ? progress.PageInDoubt : null,
            (int)report.Outcome, report.T30 is { } t30 ? (int)t30.EndReason : null,
            report.SipStatus > 0 ? report.SipStatus : null,
            report.T30?.Modulation?.BitsPerSecond(), report.T30?.Ecm,
            report.RetryAfter is { } wait ? (int)Math.Min(wait.TotalSeconds, int.MaxValue) : null,
            new SentAccounts(context.Keys, context.Sealer).Seal(fax, attempt.Number, ReceiptAttempt.Of(report)));
        return Decided(attempt, end, cause, report.RetryAfter, now) with
        {
            Call = CallEnd(report, call, now, numbers),
            Learned = Learned(attempt, report, cause, numbers, now),
            Sent = progress.Unwritten,
        };
    }

    /// <summary>No call was placed: its pages could not be read, or not be put together.</summary>
    public SendingEnd NotSent(NewAttempt attempt, RetryCause cause)
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        return Decided(attempt, new AttemptEnd(now, (int)cause, attempt.PagesBefore), cause, null, now);
    }

    /// <summary>Our own program failed in the middle.</summary>
    public SendingEnd Faulted(NewAttempt attempt, CallProgressLog progress)
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        RetryCause cause = progress.PagesConfirmed >= fax.PagesStored ? RetryCause.Delivered : RetryCause.OurFault;
        AttemptEnd end = new(now, (int)cause, progress.PagesConfirmed, progress.PageInDoubt);
        return Decided(attempt, end, cause, null, now) with { Sent = progress.Unwritten };
    }

    /// <summary>A crash cut the try that is open.</summary>
    public SendingEnd Resolved(AttemptRecord open, CrashFinding found)
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        AttemptEnd end = new(now, (int)found.Cause, fax.PagesConfirmed, found.PageInDoubt);
        SendingEnd decided = Decided(open.Begun, end, found.Cause, null, now);
        // Somebody took it back meanwhile: then nothing more of it goes out.
        return lease.CancelAskedAt is not null && found.Cause != RetryCause.Delivered
            ? Cancelled(now, end with { Cause = (int)RetryCause.Cancelled }) : decided;
    }

    /// <summary>Taken back before anything went out.</summary>
    public SendingEnd CancelledBefore() => Cancelled(context.Time.GetUtcNow(), null);

    // A page stays in doubt until a try confirmed it.
    private static int? Carried(AttemptRecord last) =>
        last.Begun.PageRepeated is { } page && page > last.PagesConfirmed ? page : null;

    private SendingEnd Cancelled(DateTimeOffset now, AttemptEnd? end) => new(
        SendingState.Cancelled, now, lease.TrunkId, (int)RetryCause.Cancelled,
        new FaxMove(fax.TenantId, fax.FaxId, FaxState.Cancelled, now, CodeOf(RetryCause.Cancelled)),
        new NewEvent((int)FaxEventKind.SendingCancelled, now), end, null, null);

    private SendingEnd Decided(NewAttempt attempt, AttemptEnd end, RetryCause cause, TimeSpan? retryAfter,
        DateTimeOffset now)
    {
        AttemptRecord ended = new(fax.TenantId, fax.FaxId, attempt, Guid.Empty, 0, end.PagesAfter, end);
        RetryDecision next = RetryDecision.After(
            [.. Counted, ended], cause, retryAfter, context.TrunksOf(lease), end.PagesAfter, now);
        FaxEventKind kind = next.State switch
        {
            SendingState.Done => FaxEventKind.Sent,
            SendingState.Waiting => FaxEventKind.SendingDelayed,
            SendingState.Cancelled => FaxEventKind.SendingCancelled,
            _ => FaxEventKind.SendingFailed,
        };
        return new SendingEnd(
            next.State, next.DueAt, next.TrunkId, (int)cause,
            new FaxMove(fax.TenantId, fax.FaxId, next.FaxState, now, CodeOf(cause), end.PagesAfter),
            new NewEvent((int)kind, now), end, null, null)
        {
            Work = next.State is SendingState.Done or SendingState.Failed
                ? new NewJob(fax.TenantId, ReceivingContext.NewId(now), ReceiptPump.JobKind, fax.FaxId, now, now)
                : null,
        };
    }

    private LearnedDestination? Learned(NewAttempt attempt, CallReport report, RetryCause cause,
        SealedNumbers numbers, DateTimeOffset now)
    {
        if (known is null || cause != RetryCause.Delivered)
        {
            return null;
        }

        (int rung, DateTimeOffset? since) = Ladder.Learn(attempt.Rung, known, now);
        // The first one that took a fax whole is remembered; later ones are compared with it.
        byte[]? station = known.SealedStationId is null || lease.AnyStation
            ? numbers.StationOf(known, report.T30?.RemoteStationId) : null;
        return new LearnedDestination(rung, since, station);
    }

    private CallEnd CallEnd(CallReport report, Guid call, DateTimeOffset now, SealedNumbers numbers)
    {
        SealingKey key = context.Keys.Ensure(fax.TenantId, KeyEpoch.At(now, (ushort)fax.RetentionClass)).Sealing;
        return new CallEnd(
            now, FaxEndCode.Of(report.T30), report.T30?.Modulation?.BitsPerSecond(), report.T30?.Ecm,
            report.T38.DatagramsReceived, report.T38.Repaired, report.T38.Lost,
            numbers.Field(key, fax.TenantId, call, InboundFax.StationIdField, report.T30?.RemoteStationId ?? ""));
    }

    private static int CodeOf(RetryCause cause) => FaxEndCode.Sending + (int)cause;
}
