// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.T30;
using static Hermetic.TestKit.T30.PeerFrames;
using static Hermetic.TestKit.T30.PeerStep;

namespace Hermetic.Protocol.Tests.T30;

/// <summary>Our sender against called stations that misbehave on cue. Each call ends in time, with the reason the
/// Recommendation gives.</summary>
public sealed class SenderEdgeTests
{
    private static readonly T30Settings NoEcm = new() { Ecm = false };

    [Fact]
    public void Calling_NothingHeard_EndsAtT0()
    {
        ScriptedCall call = Call([]);
        Assert.Equal(T30EndReason.NoAnswerT0, call.Run());
        Assert.Equal(TimeSpan.FromSeconds(60), call.Session.Result.Duration);
        Assert.Empty(call.Peer.Heard);
    }

    [Fact]
    public void Calling_CedOnly_EndsAtT1()
    {
        ScriptedCall call = Call([Ced()]);
        Assert.Equal(T30EndReason.NoIdentificationT1, call.Run());
        Assert.InRange(call.Session.Result.Duration.TotalSeconds, 35, 40);
    }

    [Fact]
    public void Calling_NoAnswerToDcs_SendsItThreeTimesThenDcn()
    {
        ScriptedCall call = Call([Send(Dis)]);
        Assert.Equal(T30EndReason.NoTrainingResponse, call.Run());
        AssertHeard(call, T30FrameClass.Dcs, T30FrameClass.Dcs, T30FrameClass.Dcs, T30FrameClass.Dcn);
    }

    [Fact]
    public void Calling_ResponseWithBadFcs_RepeatsDcs()
    {
        ScriptedCall call = Call([Send(Dis), Hear(T30FrameClass.Dcs), HearImage(), Send(Frame(Fcf.Cfr)),
            Hear(T30FrameClass.Dcs), HearImage(), Send(Frame(Fcf.Cfr)), HearImage(), Hear(T30FrameClass.Eop),
            Send(Frame(Fcf.Mcf))], NoEcm);
        int cfrs = 0;
        call.Line.B.OnFrame = (_, frame) => frame[2] == Fcf.Cfr && cfrs++ == 0
            ? TestKit.Simulation.FrameFate.Damage : TestKit.Simulation.FrameFate.Deliver;
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(1, call.Session.Result.BadFrames);
        AssertHeard(call, T30FrameClass.Dcs, T30FrameClass.Dcs, T30FrameClass.Eop, T30FrameClass.Dcn);
    }

    [Fact]
    public void Calling_DisRepeated_RepeatsDcsWithinThreeTries()
    {
        ScriptedCall call = Call([Send(Dis), HearImage(), Send(Dis), HearImage(), Send(Dis), HearImage(), Send(Dis)]);
        Assert.Equal(T30EndReason.NoTrainingResponse, call.Run());
        AssertHeard(call, T30FrameClass.Dcs, T30FrameClass.Dcs, T30FrameClass.Dcs, T30FrameClass.Dcn);
    }

    [Fact]
    public void Calling_CrpAfterDcs_RepeatsDcs()
    {
        ScriptedCall call = Call([Send(Dis), HearImage(), Send(Frame(Fcf.Crp)), HearImage(), Send(Frame(Fcf.Cfr)),
            HearImage(), Hear(T30FrameClass.Eop), Send(Frame(Fcf.Mcf))], NoEcm);
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(2, call.Peer.Count(T30FrameClass.Dcs));
    }

    [Fact]
    public void Calling_WrongFramesInAnswerToDcs_AreNoConfirmation()
    {
        ScriptedCall call = Call([Send(Dis), HearImage(), Send(Frame(Fcf.Mcf)), HearImage(), Send(Frame(Fcf.Rtp)),
            HearImage(), Send(Frame(Fcf.Err))]);
        Assert.Equal(T30EndReason.NoTrainingResponse, call.Run());
        Assert.Equal(0, call.Session.Result.PagesSent);
    }

    [Fact]
    public void Calling_TrainingAlwaysFails_GoesDownTheLadderThenEnds()
    {
        ScriptedCall call = Call([Send(Dis), .. Repeat(40, HearImage(), Send(Frame(Fcf.Ftt)))]);
        Assert.Equal(T30EndReason.TrainingFailed, call.Run());
        int[] rates = [.. call.Peer.Heard.Where(frame => T30Frame.Parse(frame, true).Class == T30FrameClass.Dcs)
            .Select(RateOf)];
        Assert.Equal([14_400, 12_000, 9_600, 7_200, 4_800, 2_400, 2_400, 2_400], rates);
        Assert.Equal(8, call.Session.Result.TrainingFailures);
    }

    [Fact]
    public void Calling_NoAnswerToEop_SendsItThreeTimesThenDcn()
    {
        ScriptedCall call = Call([Send(Dis), HearImage(), Send(Frame(Fcf.Cfr))], NoEcm);
        Assert.Equal(T30EndReason.NoPageResponse, call.Run());
        AssertHeard(call, T30FrameClass.Dcs, T30FrameClass.Eop, T30FrameClass.Eop, T30FrameClass.Eop,
            T30FrameClass.Dcn);
        Assert.Equal(0, call.Session.Result.PagesSent);
    }

    [Fact]
    public void Calling_NoAnswerToPps_SendsItThreeTimesThenDcn()
    {
        ScriptedCall call = Call([Send(DisEcm), HearImage(), Send(Frame(Fcf.Cfr))]);
        Assert.Equal(T30EndReason.NoBlockResponse, call.Run());
        AssertHeard(call, T30FrameClass.Dcs, T30FrameClass.Pps, T30FrameClass.Pps, T30FrameClass.Pps,
            T30FrameClass.Dcn);
    }

    [Fact]
    public void Calling_RtnOnce_ResendsThePageOneRateLower()
    {
        ScriptedCall call = Call([Send(Dis), HearImage(), Send(Frame(Fcf.Cfr)), HearImage(), Hear(T30FrameClass.Eop),
            Send(Frame(Fcf.Rtn)), HearImage(), Send(Frame(Fcf.Cfr)), HearImage(), Hear(T30FrameClass.Eop),
            Send(Frame(Fcf.Mcf))], NoEcm);
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(1, call.Session.Result.PagesSent);
        Assert.Equal(FaxModulation.V17At12000, call.Session.Result.Modulation);
    }

    [Fact]
    public void Calling_RtnWithoutResend_EndsAtOnce()
    {
        ScriptedCall call = Call([Send(Dis), HearImage(), Send(Frame(Fcf.Cfr)), HearImage(), Hear(T30FrameClass.Eop),
            Send(Frame(Fcf.Rtn))], NoEcm with { RtnResendsMax = 0 });
        Assert.Equal(T30EndReason.PageRejected, call.Run());
        AssertHeard(call, T30FrameClass.Dcs, T30FrameClass.Eop, T30FrameClass.Dcn);
    }

    [Theory]
    [InlineData(Fcf.Rtn)]
    [InlineData(Fcf.Pin)]
    public void Calling_RtnForEver_EndsAfterTheResends(byte response)
    {
        ScriptedCall call = Call([Send(Dis), .. Repeat(9, HearImage(), Send(Frame(Fcf.Cfr)), HearImage(),
            Hear(T30FrameClass.Eop), Send(Frame(response)))], NoEcm);
        Assert.Equal(T30EndReason.PageRejected, call.Run());
        Assert.Equal(3, call.Peer.Count(T30FrameClass.Eop));
        Assert.Equal(0, call.Session.Result.PagesSent);
    }

    [Theory]
    [InlineData(Fcf.Mcf)]
    [InlineData(Fcf.Rtp)]
    [InlineData(Fcf.Pip)]
    public void Calling_TwoPagesConfirmed_Completes(byte response)
    {
        List<PeerStep> script = [Send(Dis), HearImage(), Send(Frame(Fcf.Cfr)), HearImage(), Hear(T30FrameClass.Mps),
            Send(Frame(response))];
        if (response == Fcf.Rtp)
        {
            script.AddRange([HearImage(), Send(Frame(Fcf.Cfr))]);
        }

        script.AddRange([HearImage(), Hear(T30FrameClass.Eop), Send(Frame(Fcf.Mcf))]);
        ScriptedCall call = Call(script, NoEcm, pages: 2);
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(2, call.Session.Result.PagesSent);
        Assert.Equal(response == Fcf.Rtp ? 2 : 1, call.Peer.Count(T30FrameClass.Dcs));
    }

    [Fact]
    public void Calling_PprFourTimes_SendsCtcOneRateLowerThenTheFramesAskedFor()
    {
        byte[] ppr = Ppr(256, 0);
        ScriptedCall call = Call([Send(DisEcm), HearImage(), Send(Frame(Fcf.Cfr)),
            .. Repeat(4, HearImage(), Hear(T30FrameClass.Pps), Send(ppr)),
            Hear(T30FrameClass.Ctc), Send(Frame(Fcf.Ctr)), HearImage(), Hear(T30FrameClass.Pps),
            Send(Frame(Fcf.Mcf))]);
        Assert.Equal(T30EndReason.Completed, call.Run());
        AssertHeard(call, T30FrameClass.Dcs, T30FrameClass.Pps, T30FrameClass.Pps, T30FrameClass.Pps,
            T30FrameClass.Pps, T30FrameClass.Ctc, T30FrameClass.Pps, T30FrameClass.Dcn);
        Assert.Equal(FaxModulation.V17At12000, call.Session.Result.Modulation);
        Assert.Equal(0b0101, call.Peer.Heard.Single(frame => frame[2] == (Fcf.Ctc | Fcf.X))[4] >> 2 & 0xF);
        Assert.Equal(4, call.Session.Result.EcmFramesRepeated);
    }

    [Fact]
    public void Calling_PprForEver_SendsEorAndGivesUp()
    {
        ScriptedCall call = Call([Send(DisEcm), HearImage(), Send(Frame(Fcf.Cfr)),
            .. Repeat(4, HearImage(), Hear(T30FrameClass.Pps), Send(Ppr(256, 0))), Hear(T30FrameClass.Ctc),
            Send(Frame(Fcf.Ctr)), .. Repeat(4, HearImage(), Hear(T30FrameClass.Pps), Send(Ppr(256, 0))),
            Hear(T30FrameClass.Eor), Send(Frame(Fcf.Err))], new T30Settings { CtcRoundsMax = 1 });
        Assert.Equal(T30EndReason.PageNotCorrected, call.Run());
        Assert.Equal(0, call.Session.Result.PagesSent);
        AssertDcnLast(call);
    }

    [Fact]
    public void Calling_SilenceAfterCtc_EndsAfterThreeTries()
    {
        ScriptedCall call = Call([Send(DisEcm), HearImage(), Send(Frame(Fcf.Cfr)),
            .. Repeat(4, HearImage(), Hear(T30FrameClass.Pps), Send(Ppr(256, 0)))]);
        Assert.Equal(T30EndReason.NoCorrectionResponse, call.Run());
        Assert.Equal(3, call.Peer.Count(T30FrameClass.Ctc));
    }

    [Fact]
    public void Calling_RnrForEver_EndsAtT5()
    {
        ScriptedCall call = Call([Send(DisEcm), HearImage(), Send(Frame(Fcf.Cfr)), HearImage(),
            Hear(T30FrameClass.Pps), .. Repeat(60, Send(Frame(Fcf.Rnr)), Hear(T30FrameClass.Rr))]);
        Assert.Equal(T30EndReason.NotReadyT5, call.Run());
        TimeSpan first = call.Peer.Times.First(time => time.Frame == T30FrameClass.Rr).At;
        Assert.InRange((call.Session.Result.Duration - first).TotalSeconds, 57, 66);
        AssertDcnLast(call);
    }

    [Fact]
    public void Calling_RnrThenMcf_Completes()
    {
        ScriptedCall call = Call([Send(DisEcm), HearImage(), Send(Frame(Fcf.Cfr)), HearImage(),
            Hear(T30FrameClass.Pps), .. Repeat(5, Send(Frame(Fcf.Rnr)), Hear(T30FrameClass.Rr)),
            Send(Frame(Fcf.Mcf))]);
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(1, call.Session.Result.PagesSent);
    }

    [Fact]
    public void Calling_RnrThenSilence_EndsAfterThreeRr()
    {
        ScriptedCall call = Call([Send(DisEcm), HearImage(), Send(Frame(Fcf.Cfr)), HearImage(),
            Hear(T30FrameClass.Pps), Send(Frame(Fcf.Rnr))]);
        Assert.Equal(T30EndReason.NoReadyResponse, call.Run());
        Assert.Equal(3, call.Peer.Count(T30FrameClass.Rr));
    }

    [Fact]
    public void Calling_PprThatAsksForNothing_EndsWithinThreeTries()
    {
        ScriptedCall call = Call([Send(DisEcm), HearImage(), Send(Frame(Fcf.Cfr)), HearImage(),
            .. Repeat(9, Hear(T30FrameClass.Pps), Send(Frame(Fcf.Ppr, new byte[32])))]);
        Assert.Equal(T30EndReason.NoBlockResponse, call.Run());
    }

    [Fact]
    public void Calling_StationCannotReceive_SendsDcnOnly()
    {
        ScriptedCall call = Call([Send(Frame(Fcf.Dis, 0x00, 0x37, 0x1E))]);
        Assert.Equal(T30EndReason.RemoteCannotReceive, call.Run());
        AssertHeard(call, T30FrameClass.Dcn);
    }

    [Fact]
    public void Calling_LineLost_EndsAtOnceAndUnconfirmed()
    {
        ScriptedCall call = Call([Send(Dis), HearImage(), Send(Frame(Fcf.Cfr))], NoEcm);
        call.Session.Start(TimeSpan.Zero);
        call.Simulation.Run(() => call.Session.State == T30State.SendingPage, TimeSpan.FromMinutes(1));
        call.Session.LineLost(call.Simulation.Now);
        Assert.Equal(T30EndReason.LineLost, call.Session.Result.EndReason);
        Assert.Null(call.Session.NextDeadline);
        Assert.Equal(0, call.Session.Result.PagesSent);
    }

    public static TheoryData<int> Moments() => [.. Enumerable.Range(0, 5)];

    /// <summary>DCN after DIS, DCS, CFR, in a page and after it.</summary>
    [Theory]
    [MemberData(nameof(Moments))]
    public void Calling_DcnAnywhere_EndsAsDisconnected(int moment)
    {
        PeerStep[][] prefixes =
        [
            [], [Send(Dis), Hear(T30FrameClass.Dcs)], [Send(Dis), HearImage()],
            [Send(Dis), HearImage(), Send(Frame(Fcf.Cfr)), Wait(1.5)],
            [Send(Dis), HearImage(), Send(Frame(Fcf.Cfr)), HearImage(), Hear(T30FrameClass.Eop)],
        ];
        ScriptedCall call = Call([.. prefixes[moment], Send(Frame(Fcf.Dcn))], NoEcm);
        Assert.Equal(T30EndReason.RemoteDisconnected, call.Run());
        Assert.Equal(0, call.Session.Result.PagesSent);
    }

    [Fact]
    public void Calling_PeerTalksWithoutEnd_EndsAtTheLimit()
    {
        byte[][] chatter = [.. Enumerable.Repeat(NotFinal(Frame(Fcf.Nsf, 1, 2, 3)), 500)];
        ScriptedCall call = Call([Send(chatter)]);
        Assert.Equal(T30EndReason.LimitFrames, call.Run());
    }

    [Fact]
    public void Calling_ReceiverNeedsTimeForARow_FillsEveryRow()
    {
        // DIS with 40 ms a row (bits 21–23 = 0, 0, 1): at 14,400 bit/s a row and its EOL take 576 bits.
        PageBitmap page = SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1)[0];
        ScriptedCall call = Call([Send(Frame(Fcf.Dis, 0x00, 0x77, 0x12)), HearImage(), Send(Frame(Fcf.Cfr)),
            HearImage(), Hear(T30FrameClass.Eop), Send(Frame(Fcf.Mcf))], NoEcm);
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.True(call.Line.A.LastImage.Count >= page.Rows * 576 / 8, $"{call.Line.A.LastImage.Count} octets");
        Assert.Equal(0b001, call.Peer.Heard.First(frame => frame[2] == (Fcf.Dcs | Fcf.X))[5] >> 1 & 7);
    }

    private static ScriptedCall Call(IEnumerable<PeerStep> script, T30Settings? settings = null, int pages = 1)
        => new(T30Role.Calling, script, settings,
            new BitmapPages(SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, pages)), receives: false);

    private static IEnumerable<PeerStep> Repeat(int times, params PeerStep[] steps)
        => Enumerable.Repeat(steps, times).SelectMany(step => step);

    private static int RateOf(byte[] dcs) => (dcs[4] >> 2 & 0xF) switch
    {
        0b0001 => 14_400,
        0b0101 => 12_000,
        0b1001 or 0b1000 => 9_600,
        0b1101 or 0b1100 => 7_200,
        0b0100 => 4_800,
        _ => 2_400,
    };

    private static void AssertDcnLast(ScriptedCall call)
    {
        call.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(T30FrameClass.Dcn, call.Peer.HeardClasses.Last());
    }

    private static void AssertHeard(ScriptedCall call, params T30FrameClass[] frames)
    {
        // The session has ended with its DCN: let it arrive.
        call.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(frames, call.Peer.HeardClasses);
    }
}
