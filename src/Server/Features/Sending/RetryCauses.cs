// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using Hermetic.Protocol.T30;
using Hermetic.Telephony;

namespace Hermetic.Server.Features.Sending;

/// <summary>From what the line reports to a cause. Both tables hold every value that there is; a test sees to
/// that.</summary>
internal static class RetryCauses
{
    // Null: T.30's end reason decides.
    private static readonly FrozenDictionary<CallOutcome, RetryCause?> Outcomes = new Dictionary<
        CallOutcome, RetryCause?>
    {
        [CallOutcome.Completed] = null,
        [CallOutcome.FaxFailed] = null,
        [CallOutcome.Busy] = RetryCause.Busy,
        [CallOutcome.NoAnswer] = RetryCause.NoAnswer,
        [CallOutcome.NoSuchNumber] = RetryCause.NoSuchNumber,
        [CallOutcome.Refused] = RetryCause.Rejected,
        [CallOutcome.NotAuthorized] = RetryCause.NotAuthorized,
        [CallOutcome.Unreachable] = RetryCause.Congestion,
        [CallOutcome.NoT38] = RetryCause.NoT38,
        [CallOutcome.Cancelled] = RetryCause.Stopped,
        [CallOutcome.RefusedByUs] = RetryCause.LinesTaken,
        [CallOutcome.Fault] = RetryCause.OurFault,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<T30EndReason, RetryCause> EndReasons =
        new Dictionary<T30EndReason, RetryCause>
        {
            // All is well and yet a page is missing: the machines disagree.
            [T30EndReason.Completed] = RetryCause.ProtocolFailure,
            [T30EndReason.CompletedWithoutDcn] = RetryCause.ProtocolFailure,
            [T30EndReason.NoAnswerT0] = RetryCause.NoCarrier,
            [T30EndReason.NoIdentificationT1] = RetryCause.NoCarrier,
            [T30EndReason.NoTrainingResponse] = RetryCause.ProtocolFailure,
            [T30EndReason.TrainingFailed] = RetryCause.ProtocolFailure,
            [T30EndReason.NoPageResponse] = RetryCause.ProtocolFailure,
            [T30EndReason.NoBlockResponse] = RetryCause.ProtocolFailure,
            [T30EndReason.NoReadyResponse] = RetryCause.ProtocolFailure,
            [T30EndReason.NoCorrectionResponse] = RetryCause.ProtocolFailure,
            [T30EndReason.NotReadyT5] = RetryCause.NotReady,
            [T30EndReason.PageRejected] = RetryCause.ProtocolFailure,
            [T30EndReason.PageNotCorrected] = RetryCause.ProtocolFailure,
            [T30EndReason.RemoteDisconnected] = RetryCause.ProtocolFailure,
            [T30EndReason.RemoteCannotReceive] = RetryCause.NotReady,
            [T30EndReason.Incompatible] = RetryCause.NoCommonMode,
            [T30EndReason.AccessDenied] = RetryCause.StationRefused,
            [T30EndReason.WrongStation] = RetryCause.WrongStation,
            [T30EndReason.PageUnavailable] = RetryCause.PageUnreadable,
            [T30EndReason.LimitFrames] = RetryCause.ProtocolFailure,
            [T30EndReason.LimitCallTime] = RetryCause.ProtocolFailure,
            [T30EndReason.LineLost] = RetryCause.ProtocolFailure,
            [T30EndReason.Aborted] = RetryCause.Stopped,
            [T30EndReason.SendStalled] = RetryCause.OurFault,

            // Ends of calls that receive, poll or only ask who answers: of one that sends they are our own fault.
            [T30EndReason.None] = RetryCause.OurFault,
            [T30EndReason.Identified] = RetryCause.OurFault,
            [T30EndReason.NoPollResponse] = RetryCause.OurFault,
            [T30EndReason.NoCommandT2] = RetryCause.OurFault,
            [T30EndReason.NoCarrierT2] = RetryCause.OurFault,
            [T30EndReason.PageDamaged] = RetryCause.OurFault,
            [T30EndReason.RemoteHasNothingToPoll] = RetryCause.OurFault,
            [T30EndReason.CannotReceive] = RetryCause.OurFault,
            [T30EndReason.NothingToSend] = RetryCause.OurFault,
            [T30EndReason.BadParameters] = RetryCause.OurFault,
            [T30EndReason.HostRefused] = RetryCause.OurFault,
            [T30EndReason.HostSlow] = RetryCause.OurFault,
            [T30EndReason.LimitPages] = RetryCause.OurFault,
            [T30EndReason.LimitPageSize] = RetryCause.OurFault,
        }.ToFrozenDictionary();

    /// <summary>Why a call ended.</summary>
    /// <param name="report">What the line says.</param>
    /// <param name="allConfirmed">True if no page is left.</param>
    /// <param name="isCancelled">True if somebody took the fax back.</param>
    public static RetryCause Of(CallReport report, bool allConfirmed, bool isCancelled)
    {
        if (allConfirmed)
        {
            // Whatever came behind the last MCF: the fax is there.
            return RetryCause.Delivered;
        }

        if (isCancelled)
        {
            return RetryCause.Cancelled;
        }

        RetryCause cause = Outcomes[report.Outcome]
            ?? (report.T30 is { } fax ? EndReasons[fax.EndReason] : RetryCause.ProtocolFailure);
        // RFC 3261 §21.6.2: 603 may say when a better time to call is.
        return cause == RetryCause.Rejected && report.RetryAfter is not null ? RetryCause.Busy : cause;
    }

    /// <summary>What the tables make of one value alone; for the test that all are there.</summary>
    internal static bool Decides(CallOutcome outcome) => Outcomes.ContainsKey(outcome);

    /// <summary>As above.</summary>
    internal static bool Decides(T30EndReason reason) => EndReasons.ContainsKey(reason);
}
