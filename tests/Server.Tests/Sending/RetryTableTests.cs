// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Sending;
using Hermetic.Telephony;

namespace Hermetic.Server.Tests.Sending;

/// <summary>From what the line reports to what a clerk reads, row by row.</summary>
public sealed class RetryTableTests
{
    /// <summary>Outcome, T.30's end, the cause, seconds until the next try, tries, the words.</summary>
    public static TheoryData<CallOutcome, T30EndReason?, RetryCause, int, int, string> Rows => new()
    {
        { CallOutcome.Busy, null, RetryCause.Busy, 180, 12, "The line is busy. We will call again." },
        { CallOutcome.NoAnswer, null, RetryCause.NoAnswer, 300, 12, "Nobody answers. We will call again." },
        { CallOutcome.NoSuchNumber, null, RetryCause.NoSuchNumber, 0, 0,
            "There is no such number. Check it and correct it." },
        { CallOutcome.Refused, null, RetryCause.Rejected, 0, 0,
            "The other side refuses calls from us. Call them to ask, or correct the number." },
        { CallOutcome.NotAuthorized, null, RetryCause.NotAuthorized, 300, 3,
            "Our telephone provider did not accept the call. Tell your administrator." },
        { CallOutcome.Unreachable, null, RetryCause.Congestion, 60, 12,
            "The telephone network can't take the call now. We will call again." },
        { CallOutcome.NoT38, null, RetryCause.NoT38, 300, 3,
            "The connection can't carry a fax. We will try again, by another way if there is one." },
        { CallOutcome.Cancelled, null, RetryCause.Stopped, 0, 10,
            "Our system was stopped during the call. We go on with the first page that is not confirmed." },
        { CallOutcome.RefusedByUs, null, RetryCause.LinesTaken, 30, int.MaxValue,
            "All our lines are in use. The fax goes out when one is free." },
        { CallOutcome.Fault, null, RetryCause.OurFault, 60, 3,
            "Something went wrong in our own system. We will try again; tell your administrator if it stays so." },
        { CallOutcome.FaxFailed, null, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.NoAnswerT0, RetryCause.NoCarrier, 300, 3,
            "Somebody answers, but it is no fax machine. Check the number; we will call again." },
        { CallOutcome.FaxFailed, T30EndReason.NoIdentificationT1, RetryCause.NoCarrier, 300, 3,
            "Somebody answers, but it is no fax machine. Check the number; we will call again." },
        { CallOutcome.FaxFailed, T30EndReason.NoTrainingResponse, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.TrainingFailed, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.NoPageResponse, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.NoBlockResponse, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.NoReadyResponse, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.NoCorrectionResponse, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.PageRejected, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.PageNotCorrected, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.RemoteDisconnected, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.LimitFrames, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.LimitCallTime, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.LineLost, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.Completed, T30EndReason.Completed, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.Completed, T30EndReason.CompletedWithoutDcn, RetryCause.ProtocolFailure, 60, 4, Broken },
        { CallOutcome.FaxFailed, T30EndReason.NotReadyT5, RetryCause.NotReady, 300, 12, Full },
        { CallOutcome.FaxFailed, T30EndReason.RemoteCannotReceive, RetryCause.NotReady, 300, 12, Full },
        { CallOutcome.FaxFailed, T30EndReason.Incompatible, RetryCause.NoCommonMode, 0, 0,
            "The other machine can't take a fax of this kind. Ask them for another number." },
        { CallOutcome.FaxFailed, T30EndReason.AccessDenied, RetryCause.StationRefused, 0, 0,
            "The other machine asks for a password or extension. Ask them for it." },
        { CallOutcome.FaxFailed, T30EndReason.PageUnavailable, RetryCause.PageUnreadable, 0, 0,
            "A page of this fax can't be read any more. Tell your administrator, and send the document anew." },
        { CallOutcome.FaxFailed, T30EndReason.SendStalled, RetryCause.OurFault, 60, 3,
            "Something went wrong in our own system. We will try again; tell your administrator if it stays so." },
    };

    private const string Broken =
        "The connection broke during the fax. We will go on with the first page that is not confirmed.";

    private const string Full =
        "The other machine can't take a fax now; it may be out of paper. We will call again.";

    [Theory]
    [MemberData(nameof(Rows))]
    public void Report_IsReadByAClerk(
        CallOutcome outcome, T30EndReason? reason, RetryCause cause, int delay, int tries, string words)
    {
        Assert.Equal(cause, RetryCauses.Of(Reports.Of(outcome, reason), allConfirmed: false, isCancelled: false));
        RetryRule rule = RetryRules.Of(cause);
        Assert.Equal((TimeSpan.FromSeconds(delay), tries), (rule.Delay, rule.TriesMax));
        Assert.Equal(words, RetryRules.Words(cause, isGivenUp: false));
    }

    [Fact]
    public void Outcome_AndEndReason_AreEachDecided()
    {
        Assert.All(Enum.GetValues<CallOutcome>(), outcome => Assert.True(RetryCauses.Decides(outcome), $"{outcome}"));
        Assert.All(Enum.GetValues<T30EndReason>(), reason => Assert.True(RetryCauses.Decides(reason), $"{reason}"));
        Assert.Equal(Enum.GetValues<RetryCause>().Order(), RetryRules.All.Select(row => row.Cause).Order());
    }

    /// <summary>Whatever the engine says cannot be helped by calling again is not tried for ever.</summary>
    [Fact]
    public void EndReason_ThatARetryCannotHelp_IsFinalOrAFewTries() => Assert.All(
        T30EndReasons.All.Where(row => !row.RetryMayHelp && !row.IsSuccess),
        row => Assert.True(RetryRules.Of(RetryCauses.Of(
            Reports.Of(CallOutcome.FaxFailed, row.Reason), false, false)).TriesMax <= 4, $"{row.Reason}"));

    [Fact]
    public void Report_OfAFaxWhosePagesAreAllConfirmed_IsDelivered()
    {
        foreach (CallOutcome outcome in Enum.GetValues<CallOutcome>())
        {
            Assert.Equal(RetryCause.Delivered, RetryCauses.Of(
                Reports.Of(outcome, T30EndReason.LineLost), allConfirmed: true, isCancelled: true));
        }
    }

    [Fact]
    public void Report_OfACallThatSomebodyTookBack_IsCancelled()
    {
        Assert.Equal(RetryCause.Cancelled, RetryCauses.Of(Reports.Of(CallOutcome.Cancelled), false, true));
        Assert.Equal(RetryCause.Cancelled, RetryCauses.Of(
            Reports.Of(CallOutcome.FaxFailed, T30EndReason.Aborted), false, true));
        Assert.Equal(RetryCause.Cancelled, RetryCauses.Of(Reports.Of(CallOutcome.Busy), false, true));
    }

    [Fact]
    public void Decline_ThatNamesABetterTime_IsTriedThen() => Assert.Equal(RetryCause.Busy, RetryCauses.Of(
        Reports.Of(CallOutcome.Refused) with { RetryAfter = TimeSpan.FromMinutes(10) }, false, false));

    [Fact]
    public void Words_OfAFaxThatIsGivenUp_PromiseNoOtherCall() => Assert.All(RetryRules.All, row =>
        Assert.DoesNotContain("will", RetryRules.Words(row.Cause, isGivenUp: true), StringComparison.Ordinal));
}

/// <summary>Reports as the line would make them.</summary>
internal static class Reports
{
    public static CallReport Of(CallOutcome outcome, T30EndReason? reason = null, int pagesSent = 0) => new()
    {
        Outcome = outcome,
        Reason = "",
        Clause = "",
        IsOutgoing = true,
        Trunk = "test",
        CallId = "",
        LocalNumber = "",
        RemoteNumber = "",
        StartedAt = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.FromMinutes(1),
        T30 = reason is { } end ? new T30Result
        {
            EndReason = end,
            PagesSent = pagesSent,
            Modulation = FaxModulation.V17At14400,
            Ecm = true,
            RemoteStationId = "STATION 222",
        } : null,
    };
}
