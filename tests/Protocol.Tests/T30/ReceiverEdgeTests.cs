// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.T30;
using static Hermetic.TestKit.T30.PeerFrames;
using static Hermetic.TestKit.T30.PeerStep;

namespace Hermetic.Protocol.Tests.T30;

/// <summary>Our receiver against senders that misbehave on cue.</summary>
public sealed class ReceiverEdgeTests
{
    private const FaxModulation V29 = FaxModulation.V29At9600;

    private static readonly PageBitmap Page = SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1)[0];
    private static readonly byte[] Coded = FaxCodec.Encode(FaxCompression.Mh, Page);
    private static readonly byte[][] Block = BlockOf(Coded);
    private static readonly int Frames = Block.Length - 3;

    private static readonly PeerStep[] Trained =
        [Hear(T30FrameClass.Dis), Send(Dcs9600), Tcf(V29), Hear(T30FrameClass.Cfr)];

    private static readonly PeerStep[] TrainedEcm =
        [Hear(T30FrameClass.Dis), Send(Dcs9600Ecm), Tcf(V29), Hear(T30FrameClass.Cfr)];

    [Fact]
    public void Called_NobodyAnswersDis_RepeatsItUntilT1()
    {
        ScriptedCall call = Call([]);
        Assert.Equal(T30EndReason.NoIdentificationT1, call.Run());
        Assert.InRange(call.Session.Result.Duration.TotalSeconds, 35, 45);
        Assert.InRange(call.Peer.Count(T30FrameClass.Dis), 6, 9);
    }

    [Fact]
    public void Called_DcsWithoutTcf_SaysFttThenEndsAtT2()
    {
        ScriptedCall call = Call([Hear(T30FrameClass.Dis), Send(Dcs9600)]);
        Assert.Equal(T30EndReason.NoCommandT2, call.Run());
        Assert.Equal(1, call.Peer.Count(T30FrameClass.Ftt));
    }

    [Fact]
    public void Called_TcfWithErrors_SaysFtt()
    {
        ScriptedCall call = Call([Hear(T30FrameClass.Dis), Send(Dcs9600), Tcf(V29), Hear(T30FrameClass.Ftt)]);
        call.Line.B.OnImage = (_, octets) => [.. octets.Select((octet, i) => i % 60 == 7 ? (byte)0x10 : octet)];
        Assert.Equal(T30EndReason.NoCommandT2, call.Run());
        Assert.True(call.Peer.ScriptEnded);
        Assert.Equal(0, call.Peer.Count(T30FrameClass.Cfr));
    }

    [Fact]
    public void Called_CfrWithoutPage_EndsAtT2()
    {
        ScriptedCall call = Call(Trained);
        Assert.Equal(T30EndReason.NoCarrierT2, call.Run());
        Assert.Empty(call.Sink.Begun);
    }

    [Fact]
    public void Called_CfrLost_TakesDcsAgain()
    {
        ScriptedCall call = Call([.. Trained, Send(Dcs9600), Tcf(V29), Hear(T30FrameClass.Cfr), Image(V29, Coded),
            Send(Frame(Fcf.Eop)), Hear(T30FrameClass.Mcf), Send(Frame(Fcf.Dcn))]);
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(Page.Rows, call.Sink.Rows);
    }

    [Fact]
    public void Called_PageThenSilence_AbandonsItAndEndsAtT2()
    {
        ScriptedCall call = Call([.. Trained, Image(V29, Coded)]);
        Assert.Equal(T30EndReason.NoCommandT2, call.Run());
        Assert.Single(call.Sink.Abandoned);
        Assert.Empty(call.Sink.Ended);
        Assert.Equal(0, call.Session.Result.PagesReceived);
    }

    [Theory]
    [InlineData(Fcf.Eop)]
    [InlineData(Fcf.PriEop)]
    public void Called_PageThenNoDcn_IsStillASuccess(byte command)
    {
        ScriptedCall call = Call([.. Trained, Image(V29, Coded), Send(Frame(command)), Hear(T30FrameClass.Mcf)]);
        Assert.Equal(T30EndReason.CompletedWithoutDcn, call.Run());
        Assert.Equal(1, call.Session.Result.PagesReceived);
    }

    [Fact]
    public void Called_McfLost_IsRepeatedForTheRepeatedCommand()
    {
        ScriptedCall call = Call([.. Trained, Image(V29, Coded), Send(Frame(Fcf.Mps)), Hear(T30FrameClass.Mcf),
            Send(Frame(Fcf.Mps)), Hear(T30FrameClass.Mcf), Image(V29, Coded), Send(Frame(Fcf.Eop)),
            Hear(T30FrameClass.Mcf), Send(Frame(Fcf.Eop)), Hear(T30FrameClass.Mcf), Send(Frame(Fcf.Dcn))]);
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(2, call.Session.Result.PagesReceived);
        Assert.Equal([0, 1], call.Sink.Begun);
    }

    [Fact]
    public void Called_PageMissed_SaysRtnNeverMcf()
    {
        ScriptedCall call = Call([.. Trained, Send(Frame(Fcf.Eop)), Hear(T30FrameClass.Rtn), Send(Frame(Fcf.Dcn))]);
        Assert.Equal(T30EndReason.RemoteDisconnected, call.Run());
        Assert.Equal(0, call.Peer.Count(T30FrameClass.Mcf));
    }

    [Fact]
    public void Called_BadPage_SaysRtnAndTakesItAgainUnderTheSameIndex()
    {
        byte[] broken = [.. Coded.Select((octet, i) => i % 40 == 3 ? (byte)(octet ^ 0x5A) : octet)];
        ScriptedCall call = Call([.. Trained, Image(V29, broken), Send(Frame(Fcf.Eop)), Hear(T30FrameClass.Rtn),
            Send(Dcs9600), Tcf(V29), Hear(T30FrameClass.Cfr), Image(V29, Coded), Send(Frame(Fcf.Eop)),
            Hear(T30FrameClass.Mcf), Send(Frame(Fcf.Dcn))]);
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal([0, 0], call.Sink.Begun);
        Assert.Equal(1, call.Session.Result.PagesReceived);
        Assert.True(call.Session.Result.BadRows > 0);
    }

    [Fact]
    public void Called_HostSlowWithoutEcm_AnswersTheRepeatedCommand()
    {
        ScriptedCall call = Call([.. Trained, Image(V29, Coded), Send(Frame(Fcf.Eop)), Wait(3), Send(Frame(Fcf.Eop)),
            Wait(3), Send(Frame(Fcf.Eop)), Hear(T30FrameClass.Mcf), Send(Frame(Fcf.Dcn))]);
        ConfirmAfter(call, TimeSpan.FromSeconds(7));
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(1, call.Peer.Count(T30FrameClass.Mcf));
    }

    [Fact]
    public void Called_HostNeverAnswersWithoutEcm_DisconnectsWithoutMcf()
    {
        ScriptedCall call = Call([.. Trained, Image(V29, Coded), Send(Frame(Fcf.Eop))]);
        call.Sink.Verdict = null;
        Assert.Equal(T30EndReason.HostSlow, call.Run());
        AssertNoMcf(call);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Called_HostRefuses_DisconnectsWithoutMcf(bool ecm)
    {
        ScriptedCall call = Call(ecm
            ? [.. TrainedEcm, Block(V29, Block), Send(Pps(Fcf.PpsEop, 0, 0, Frames))]
            : [.. Trained, Image(V29, Coded), Send(Frame(Fcf.Eop))]);
        call.Sink.Verdict = PageVerdict.Refused;
        Assert.Equal(T30EndReason.HostRefused, call.Run());
        AssertNoMcf(call);
        Assert.Equal(0, call.Session.Result.PagesReceived);
    }

    [Fact]
    public void Called_HostSlowWithEcm_SaysRnrThenMcf()
    {
        ScriptedCall call = Call([.. TrainedEcm, Block(V29, Block), Send(Pps(Fcf.PpsEop, 0, 0, Frames)),
            .. Repeat(3, Hear(T30FrameClass.Rnr), Send(Frame(Fcf.Rr))), Hear(T30FrameClass.Mcf),
            Send(Frame(Fcf.Dcn))]);
        ConfirmAfter(call, TimeSpan.FromSeconds(10));
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(3, call.Peer.Count(T30FrameClass.Rnr));
        Assert.Equal(Page.Rows, call.Sink.Rows);
    }

    [Fact]
    public void Called_HostNeverAnswersWithEcm_SaysRnrUntilT5ThenDcn()
    {
        ScriptedCall call = Call([.. TrainedEcm, Block(V29, Block), Send(Pps(Fcf.PpsEop, 0, 0, Frames)),
            .. Repeat(60, Hear(T30FrameClass.Rnr), Send(Frame(Fcf.Rr)))]);
        call.Sink.Verdict = null;
        Assert.Equal(T30EndReason.HostSlow, call.Run());
        AssertNoMcf(call);
        TimeSpan first = call.Peer.Times.First(time => time.Frame == T30FrameClass.Rnr).At;
        Assert.InRange((call.Session.Result.Duration - first).TotalSeconds, 55, 66);
    }

    [Fact]
    public void Called_FrameMissing_AsksForItAloneThenConfirms()
    {
        byte[][] holed = [.. Block.Where((_, i) => i != 2)];
        ScriptedCall call = Call([.. TrainedEcm, Block(V29, holed), Send(Pps(Fcf.PpsEop, 0, 0, Frames)),
            Hear(T30FrameClass.Ppr), Block(V29, Block[2], Rcp(), Rcp(), Rcp()),
            Send(Pps(Fcf.PpsEop, 0, 0, Frames)), Hear(T30FrameClass.Mcf), Send(Frame(Fcf.Dcn))]);
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(Ppr(Frames, 2)[3..], call.Peer.Heard.Single(frame => frame[2] == Fcf.Ppr)[3..]);
        Assert.Equal(Page.Rows, call.Sink.Rows);
        Assert.Equal(0, call.Sink.Ended.Single().BadRows);
    }

    [Fact]
    public void Called_CtcAndItsBlock_AreTakenAtTheNewRate()
    {
        byte[][] holed = [.. Block.Where((_, i) => i != 1)];
        ScriptedCall call = Call([.. TrainedEcm, Block(V29, holed), Send(Pps(Fcf.PpsEop, 0, 0, Frames)),
            Hear(T30FrameClass.Ppr), Send(Frame(Fcf.Ctc, 0x00, 0x50)), Hear(T30FrameClass.Ctr),
            Block(FaxModulation.V27Ter4800, Block[1], Rcp()), Send(Pps(Fcf.PpsEop, 0, 0, Frames)),
            Hear(T30FrameClass.Mcf), Send(Frame(Fcf.Dcn))]);
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(FaxModulation.V27Ter4800, call.Session.Result.Modulation);
    }

    [Fact]
    public void Called_EorForTheLastPage_AnswersErrAndNeverMcf()
    {
        byte[][] holed = [.. Block.Where((_, i) => i != 1)];
        ScriptedCall call = Call([.. TrainedEcm, Block(V29, holed), Send(Pps(Fcf.PpsEop, 0, 0, Frames)),
            Hear(T30FrameClass.Ppr), Send(Pps(Fcf.PpsEop, 0, 0, Frames, Fcf.Eor)), Hear(T30FrameClass.Err),
            Send(Frame(Fcf.Dcn))]);
        Assert.Equal(T30EndReason.PageDamaged, call.Run());
        AssertNoMcf(call);
        Assert.Single(call.Sink.Abandoned);
        Assert.Equal(0, call.Session.Result.PagesReceived);
    }

    [Fact]
    public void Called_EorInMidPage_NeverConfirmsThatPage()
    {
        ScriptedCall call = Call([.. TrainedEcm, Block(V29, Block[0], Rcp()), Send(Pps(Fcf.PpsNull, 0, 0, 256)),
            Hear(T30FrameClass.Ppr), Send(Pps(Fcf.PpsNull, 0, 0, 256, Fcf.Eor)), Hear(T30FrameClass.Err),
            Block(V29, Block), Send(Pps(Fcf.PpsEop, 0, 1, Frames))]);
        Assert.Equal(T30EndReason.PageDamaged, call.Run());
        AssertNoMcf(call);
        Assert.Empty(call.Sink.Ended);
    }

    [Fact]
    public void Called_PpsRepeatedAfterMcf_GetsMcfAgainNotASecondPage()
    {
        ScriptedCall call = Call([.. TrainedEcm, Block(V29, Block), Send(Pps(Fcf.PpsMps, 0, 0, Frames)),
            Hear(T30FrameClass.Mcf), Send(Pps(Fcf.PpsMps, 0, 0, Frames)), Hear(T30FrameClass.Mcf),
            Block(V29, Block), Send(Pps(Fcf.PpsEop, 1, 0, Frames)), Hear(T30FrameClass.Mcf),
            Send(Frame(Fcf.Dcn))]);
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(2, call.Session.Result.PagesReceived);
        Assert.Equal(2, call.Sink.Ended.Count);
    }

    [Fact]
    public void Called_CutInMidBlock_KeepsTheRowsBeforeTheGapAsPartial()
    {
        ScriptedCall call = Call([.. TrainedEcm, Block(V29, [.. Block.Take(4)])]);
        Assert.Equal(T30EndReason.NoCommandT2, call.Run());
        Assert.Single(call.Sink.Abandoned);
        Assert.True(call.Sink.Rows > 0);
    }

    public static TheoryData<int> Moments() => [.. Enumerable.Range(0, 6)];

    /// <summary>DCN after DIS, DCS, CFR, in a page, after it, and in a block.</summary>
    [Theory]
    [MemberData(nameof(Moments))]
    public void Called_DcnAnywhere_EndsAsDisconnected(int moment)
    {
        PeerStep[][] prefixes =
        [
            [Hear(T30FrameClass.Dis)], [Hear(T30FrameClass.Dis), Send(Dcs9600)], Trained,
            [.. Trained, Image(V29, Coded[..4000])], [.. Trained, Image(V29, Coded), Wait(1)],
            [.. TrainedEcm, Block(V29, [.. Block.Take(2)])],
        ];
        ScriptedCall call = Call([.. prefixes[moment], Send(Frame(Fcf.Dcn))]);
        Assert.Equal(T30EndReason.RemoteDisconnected, call.Run());
        Assert.Equal(0, call.Session.Result.PagesReceived);
        Assert.Equal(call.Sink.Begun.Count, call.Sink.Abandoned.Count);
    }

    [Fact]
    public void Called_PageOverItsLimit_IsRefused()
    {
        T30Settings settings = new() { Limits = new T30Limits { RowsPerPageMax = 100 } };
        ScriptedCall call = Call([.. Trained, Image(V29, Coded), Send(Frame(Fcf.Eop))], settings);
        Assert.Equal(T30EndReason.LimitPageSize, call.Run());
        AssertNoMcf(call);
    }

    [Fact]
    public void Called_OnePageTooMany_IsRefused()
    {
        T30Settings settings = new() { Limits = new T30Limits { PagesMax = 1 } };
        ScriptedCall call = Call([.. Trained, Image(V29, Coded), Send(Frame(Fcf.Mps)), Hear(T30FrameClass.Mcf),
            Image(V29, Coded), Send(Frame(Fcf.Eop))], settings);
        Assert.Equal(T30EndReason.LimitPages, call.Run());
        Assert.Equal(1, call.Session.Result.PagesReceived);
    }

    [Fact]
    public void Called_WrongPassword_IsNotLetIn()
    {
        T30Settings settings = new() { Admit = addressing => addressing.Password == "4711" };
        byte[] sid = new byte[20];
        StationId.Write("0815", sid);
        ScriptedCall call = Call([Hear(T30FrameClass.Dis), Send(NotFinal(Frame(Fcf.Sid, sid)), Dcs9600), Tcf(V29)],
            settings);
        Assert.Equal(T30EndReason.AccessDenied, call.Run());
        Assert.Equal("0815", call.Session.Result.RemoteAddressing.Password);
    }

    private static ScriptedCall Call(IEnumerable<PeerStep> script, T30Settings? settings = null)
        => new(T30Role.Called, script, settings);

    private static IEnumerable<PeerStep> Repeat(int times, params PeerStep[] steps)
        => Enumerable.Repeat(steps, times).SelectMany(step => step);

    private static void ConfirmAfter(ScriptedCall call, TimeSpan time)
    {
        TimeSpan? dueAt = null;
        call.Sink.Verdict = null;
        call.Simulation.Add(
            () => dueAt ?? (call.Sink.Ended.Count > 0 ? dueAt = call.Simulation.Now + time : null),
            now =>
            {
                dueAt = TimeSpan.MaxValue;
                call.Sink.Confirm(PageVerdict.Kept);
            });
    }

    private static void AssertNoMcf(ScriptedCall call)
    {
        call.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(0, call.Peer.Count(T30FrameClass.Mcf));
    }
}
