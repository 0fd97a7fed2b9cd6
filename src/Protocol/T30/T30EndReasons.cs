// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;

namespace Hermetic.Protocol.T30;

/// <summary>One row of the table of end reasons.</summary>
/// <param name="Reason">The value.</param>
/// <param name="Clause">Where the Recommendation says so, or "our limit".</param>
/// <param name="Words">For a clerk, no jargon, no PHI.</param>
/// <param name="RetryMayHelp">True if calling again, unchanged, has a chance.</param>
/// <param name="IsSuccess">True if everything that was to be sent or received is confirmed.</param>
public sealed record T30EndReasonRow(T30EndReason Reason, string Clause, string Words, bool RetryMayHelp,
    bool IsSuccess = false);

/// <summary>The table of end reasons.</summary>
public static class T30EndReasons
{
    private static readonly T30EndReasonRow[] Rows =
    [
        new(T30EndReason.None, "", "the call has not ended", false),
        new(T30EndReason.Completed, "T.30 §3.2.5", "the fax went through", false, IsSuccess: true),
        new(T30EndReason.CompletedWithoutDcn, "T.30 §5.4.3.1 (T2)",
            "the fax went through; the other machine hung up without saying so", false, IsSuccess: true),
        new(T30EndReason.NoAnswerT0, "T.30 §5.4.3.1 (T0)", "nothing was heard from the other side", true),
        new(T30EndReason.NoIdentificationT1, "T.30 §5.4.3.1 (T1)", "no fax machine identified itself in time", true),
        new(T30EndReason.NoTrainingResponse, "T.30 §5.4.1 (three tries of DCS)",
            "the other machine did not answer the test signal", true),
        new(T30EndReason.TrainingFailed, "T.30 §5.3.6.1.4 (FTT at the lowest rate)",
            "the line was too bad at every speed", true),
        new(T30EndReason.NoPageResponse, "T.30 §5.4.1 (three tries of MPS, EOM or EOP)",
            "the other machine did not confirm the page", true),
        new(T30EndReason.NoBlockResponse, "T.30 §A.5.4 (three tries of PPS)",
            "the other machine did not confirm the page", true),
        new(T30EndReason.NoReadyResponse, "T.30 §A.5.4.1 (three tries of RR)",
            "the other machine was busy and then fell silent", true),
        new(T30EndReason.NoCorrectionResponse, "T.30 §A.4.1 (three tries of CTC or EOR)",
            "the other machine fell silent while a page was being repaired", true),
        new(T30EndReason.NoPollResponse, "T.30 §5.4.1 (three tries of DTC)",
            "the other machine did not answer the request for its document", true),
        new(T30EndReason.NoCommandT2, "T.30 §5.4.3.1 (T2)", "the sending machine fell silent", true),
        new(T30EndReason.NoCarrierT2, "T.30 §5.4.3.1 (T2)", "the sending machine sent no page", true),
        new(T30EndReason.NotReadyT5, "T.30 §A.5.4.1 (T5)", "the other machine stayed busy for too long", true),
        new(T30EndReason.PageRejected, "T.30 §5.3.6.1.7 (RTN)", "the other machine found the page unreadable", true),
        new(T30EndReason.PageNotCorrected, "T.30 §A.4.1 (EOR)",
            "a page could not be repaired: the line was too bad", true),
        new(T30EndReason.PageDamaged, "T.30 §A.4.1 (EOR)", "the sending machine gave up repairing a page", true),
        new(T30EndReason.RemoteDisconnected, "T.30 §5.3.6.1.8 (DCN)", "the other machine hung up", true),
        new(T30EndReason.RemoteCannotReceive, "T.30 Table 2, bit 10", "the other machine can't receive now", true),
        new(T30EndReason.RemoteHasNothingToPoll, "T.30 Table 2, bit 9",
            "the other machine has no document for us", true),
        new(T30EndReason.CannotReceive, "T.30 Table 2, bit 10",
            "a fax was sent to us on a call that takes none", false),
        new(T30EndReason.NothingToSend, "T.30 Table 2, bit 9", "a document was asked of us and there is none", false),
        new(T30EndReason.Incompatible, "T.30 §3.2.2", "the machines have no common way to send a page", false),
        new(T30EndReason.BadParameters, "T.30 Table 2 (DCS)",
            "the sending machine asked for what we never offered", false),
        new(T30EndReason.AccessDenied, "T.30 §5.3.6.1.2 (SUB, SID, SEP, PWD)",
            "the password or subaddress was not accepted", false),
        new(T30EndReason.WrongStation, "T.30 §5.3.6.2.4 (CSI)",
            "another fax machine answered than the one that was meant, and got no page", false),
        new(T30EndReason.HostRefused, "our rule: never confirm a page that is not kept",
            "the page could not be stored here", true),
        new(T30EndReason.HostSlow, "T.30 §5.4.1 and §A.5.4.1 (T5)", "the page could not be stored here in time", true),
        new(T30EndReason.PageUnavailable, "our rule", "a page could not be read here", false),
        new(T30EndReason.LimitFrames, "our limit: T30Limits.FramesPerPhaseMax",
            "the other machine talked without end", false),
        new(T30EndReason.LimitPages, "our limit: T30Limits.PagesMax", "the fax has more pages than are allowed", false),
        new(T30EndReason.LimitPageSize, "our limit: T30Limits.RowsPerPageMax, PageBytesMax",
            "a page is longer than is allowed", false),
        new(T30EndReason.LimitCallTime, "our limit: T30Limits.CallMax", "the call took longer than is allowed", true),
        new(T30EndReason.SendStalled, "our limit: the line rate", "our own modem did not finish sending", true),
        new(T30EndReason.Aborted, "our host", "the call was ended here", true),
        new(T30EndReason.LineLost, "our host", "the connection was lost", true),
        new(T30EndReason.Identified, "T.30 §3.2.2 (DIS)",
            "a fax machine answered and said what it can do; no page was to be sent", false, IsSuccess: true),
    ];

    private static readonly FrozenDictionary<T30EndReason, T30EndReasonRow> ByReason
        = Rows.ToFrozenDictionary(row => row.Reason);

    public static IReadOnlyList<T30EndReasonRow> All => Rows;

    public static T30EndReasonRow Row(this T30EndReason reason) => ByReason[reason];
}
