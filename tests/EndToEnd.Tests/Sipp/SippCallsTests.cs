// SPDX-License-Identifier: Apache-2.0
using Hermetic.Telephony;

namespace Hermetic.EndToEnd.Tests.Sipp;

/// <summary>Issue 3, to be shown 3: sipp calls us. The dialogue itself is in the scenario of the same name; what is
/// not written there fails.</summary>
public sealed class SippFaxesTests
{
    [Theory]
    [InlineData("call-audio-then-t38", T38Initiator.Calling)]
    [InlineData("call-audio-and-be-asked", T38Initiator.Called)]
    [InlineData("call-t38", T38Initiator.Either)]
    [InlineData("call-audio-and-t38", T38Initiator.Either)]
    [InlineData("call-and-refresh", T38Initiator.Either)]
    [InlineData("call-and-ask-back-for-audio", T38Initiator.Either)]
    public async Task Caller_ComesToT38ByEachWay_FaxArrivesAndWeHangUp(string scenario, T38Initiator initiator)
    {
        await using SippLine line = await SippLine.StartAsync(SippLine.Direct(initiator: initiator), SippLine.FaxSpeed);
        CallReport report = await line.ReceiveAsync(scenario);
        Assert.Equal(scenario.Contains("audio-then", StringComparison.Ordinal)
            || scenario.Contains("be-asked", StringComparison.Ordinal), report.AudioPacketsSent > 0);
    }

    [Fact]
    public async Task Caller_LeavesTheOfferToUs_FaxArrivesAndWeHangUp()
    {
        await using SippLine line = await SippLine.StartAsync(SippLine.Direct(FirstOffer.T38), SippLine.FaxSpeed);
        await line.ReceiveAsync("call-late-offer");
    }
}

public sealed class SippCallsTests
{
    private static readonly TrunkSettings s_asking = SippLine.Direct(initiator: T38Initiator.Called) with
    {
        CalledSwitchDelay = TimeSpan.Zero,
    };

    [Fact]
    public async Task Caller_Refuses488_CallLivesOnAndEndsPolitelyWithItsReason()
    {
        await using SippLine line = await SippLine.StartAsync(s_asking);
        CallReport report = await line.BeCalledAsync("call-and-refuse-t38");
        Assert.Equal(CallOutcome.NoT38, report.Outcome);
        Assert.Contains("refused T.38 with 488", report.Reason, StringComparison.Ordinal);
        Assert.Null(report.T30);
        Assert.True(report.AudioPacketsSent > 0);
    }

    [Fact]
    public async Task Glare_BothRefuseWith491_WeAskAgainAndT38Begins()
    {
        await using SippLine line = await SippLine.StartAsync(s_asking);
        CallReport report = await line.BeCalledAsync("call-with-glare");
        Assert.NotNull(report.SwitchedAfter);
        Assert.Equal(CallOutcome.FaxFailed, report.Outcome);
    }

    [Fact]
    public async Task Cancel_AfterTheAnswer_ChangesNothing()
    {
        await using SippLine line = await SippLine.StartAsync();
        CallReport report = await line.BeCalledAsync("call-and-cancel-late");
        Assert.Equal(200, report.SipStatus);
        Assert.Contains("hung up before T.38", report.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("call-and-be-refreshed-by-update")]
    [InlineData("call-and-be-refreshed-by-reinvite")]
    public async Task SessionTimer_LeftToUs_IsRefreshedInMidCall(string scenario)
    {
        TrunkSettings patient = SippLine.Direct() with
        {
            Limits = new CallLimits { SwitchMax = TimeSpan.FromMinutes(2) },
        };
        await using SippLine line = await SippLine.StartAsync(patient, speed: 10);
        string[] descriptions = [];
        CallReport report = await line.BeCalledAsync(scenario, said => descriptions = [.. said.Split('\n')
            .Where(each => each.StartsWith("o=hermetic", StringComparison.Ordinal))]);
        Assert.Contains("hung up before T.38", report.Reason, StringComparison.Ordinal);

        // RFC 3264 §8: a description that is the same has the same o= line.
        Assert.Single(descriptions.Distinct());
        Assert.Equal(scenario.EndsWith("reinvite", StringComparison.Ordinal), descriptions.Length > 1);
        Assert.True(report.Duration > TimeSpan.FromSeconds(45), $"{report.Duration}");
    }

    [Fact]
    public async Task Options_FromOutside_AreAnswered()
    {
        await using SippLine line = await SippLine.StartAsync();
        await using var sipp = SippLine.Play("ask-options", line.Address);
        await sipp.WaitForSuccessAsync(SippLine.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task UnknownSource_Scans_HearsNothing()
    {
        int calls = 0;
        await using SippLine line = await SippLine.StartAsync(change: settings => settings with
        {
            Allow = [System.Net.IPNetwork.Parse("127.0.0.1/32")],
            OnIncoming = _ =>
            {
                Interlocked.Increment(ref calls);
                return IncomingDecision.Reject(486);
            },
        });
        await using var stranger = SippLine.Play("scan", line.Address, System.Net.IPAddress.Parse("127.0.0.2"));
        await stranger.WaitForSuccessAsync(SippLine.Patience, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("message received", stranger.Messages, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, calls);

        // The same port talks to whom it knows: it was not merely deaf.
        await using var known = SippLine.Play("ask-options", line.Address);
        await known.WaitForSuccessAsync(SippLine.Patience, TestContext.Current.CancellationToken);
        Assert.Contains("message received", known.Messages, StringComparison.OrdinalIgnoreCase);
    }
}
