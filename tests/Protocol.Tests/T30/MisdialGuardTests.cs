// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T30.Transcripts;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Simulation;
using Hermetic.TestKit.T30;
using static Hermetic.TestKit.T30.PeerFrames;
using static Hermetic.TestKit.T30.PeerStep;

namespace Hermetic.Protocol.Tests.T30;

/// <summary>The host's rule on who answered decides in phase B, before a page or a password leaves.</summary>
public sealed class MisdialGuardTests
{
    private const string Meant = "+1 555 010 0199";

    [Fact]
    public void Guard_AnotherStationAnswers_EndsByDcnBeforeDcs()
    {
        Recorder host = new(id => StationIdMatch.Compare(id, Meant) != StationMatch.Different);
        PageOpened pages = new();
        ScriptedCall call = Call([Send(NotFinal(Csi("+1 555 010 0198")), Dis), Hear(T30FrameClass.Dcn)], host, pages);
        Assert.Equal(T30EndReason.WrongStation, call.Run());
        Assert.Equal([T30FrameClass.Dcn], Heard(call));
        Assert.Equal(["+1 555 010 0198"], host.Asked);
        T30Result result = call.Session.Result;
        Assert.Equal((0, "T.30 §5.3.6.2.4 (CSI)", false), (result.PagesSent, result.Clause, result.RetryMayHelp));
        Assert.Equal("+1 555 010 0198", result.RemoteStationId);
        Assert.Contains("got no page", result.Words, StringComparison.Ordinal);
        Assert.Equal(0, pages.Opened);
    }

    [Fact]
    public void Guard_TheStationThatWasMeant_GetsItsPages()
    {
        Recorder host = new(id => StationIdMatch.Compare(id, Meant) == StationMatch.Same);
        ScriptedCall call = Call([Send(NotFinal(Csi("15550100199")), Dis), Hear(T30FrameClass.Dcs), HearImage(),
            Send(Frame(Fcf.Cfr)), HearImage(), Hear(T30FrameClass.Eop), Send(Frame(Fcf.Mcf))], host);
        Assert.Equal(T30EndReason.Completed, call.Run());
        Assert.Equal(["15550100199"], host.Asked);
    }

    [Theory]
    [InlineData(true, T30EndReason.Completed)]
    [InlineData(false, T30EndReason.WrongStation)]
    public void Guard_NoCsi_IsTheHostsToDecide(bool goesOn, T30EndReason reason)
    {
        Recorder host = new(id => id is null && goesOn);
        ScriptedCall call = Call([Send(Dis), Hear(T30FrameClass.Dcs), HearImage(), Send(Frame(Fcf.Cfr)), HearImage(),
            Hear(T30FrameClass.Eop), Send(Frame(Fcf.Mcf))], host);
        Assert.Equal(reason, call.Run());
        Assert.Equal([null], host.Asked);
        Assert.Equal(goesOn, Heard(call).Contains(T30FrameClass.Dcs));
    }

    [Fact]
    public void Guard_CsiThatCameDamagedAndThenAgain_IsJudgedBeforeThePage()
    {
        // The first CSI has a bad FCS, the host goes on without one; DIS is repeated, and now it is another's.
        Recorder host = new(id => id is null || StationIdMatch.Compare(id, Meant) == StationMatch.Same);
        PageOpened pages = new();
        byte[][] identify = [NotFinal(Csi("+1 555 010 0198")), Dis];
        ScriptedCall call = Call([Send(identify), HearImage(), Send(identify), Hear(T30FrameClass.Dcs), HearImage(),
            Send(Frame(Fcf.Cfr)), Hear(T30FrameClass.Dcn)], host, pages);
        int seen = 0;
        call.Line.B.OnFrame = (_, frame) => frame[2] == Fcf.Csi && seen++ == 0 ? FrameFate.Damage : FrameFate.Deliver;
        Assert.Equal(T30EndReason.WrongStation, call.Run());
        Assert.Equal([null, "+1 555 010 0198"], host.Asked);
        Assert.Equal(0, pages.Opened);
        Assert.Equal(T30FrameClass.Dcn, Heard(call)[^1]);
    }

    [Fact]
    public void Guard_EomBetweenPages_DoesNotAskTwice()
    {
        Recorder host = new(_ => true);
        BitmapPages pages = new([SyntheticFax.Pages(PageKind.Form, FaxResolution.Standard, 1)[0],
            SyntheticFax.Pages(PageKind.Text, FaxResolution.Fine, 1)[0]]);
        DirectCall call = new(new T30Settings { Recognise = host.Ask }, new T30Settings { StationId = Meant }, pages);
        Assert.True(call.Run());
        Assert.Equal((T30EndReason.Completed, 2), (call.Calling.Result.EndReason, call.Calling.Result.PagesSent));
        Assert.Equal([Meant], host.Asked);
    }

    [Fact]
    public void Guard_PollingAWrongStation_GivesItNoPassword()
    {
        T30Settings calling = new() { Poll = true, Password = "secret", Recognise = _ => false };
        BitmapPages document = new(SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1));
        bool passwordLeft = false;
        DirectCall call = new(calling, document: document, callingReceives: true);
        call.Line.A.OnFrame = (_, frame) =>
        {
            passwordLeft |= frame[2] == Fcf.Pwd;
            return FrameFate.Deliver;
        };
        Assert.True(call.Run());
        Assert.Equal(T30EndReason.WrongStation, call.Calling.Result.EndReason);
        Assert.Equal(T30EndReason.RemoteDisconnected, call.Called.Result.EndReason);
        Assert.False(passwordLeft);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Guard_Transcript_IsReplayedWithTheHostsWord(bool goesOn)
    {
        List<string> lines = [];
        DirectCall call = new(new T30Settings { Recognise = _ => goesOn }, new T30Settings { StationId = Meant },
            new BitmapPages(SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1)),
            callingObserver: new TranscriptWriter(lines.Add));
        Assert.True(call.Run());
        Assert.Contains(lines, line => line.EndsWith(goesOn ? "= recognised 1" : "= recognised 0",
            StringComparison.Ordinal));
        TranscriptReplayReport report = TranscriptReplay.Run(lines);
        Assert.True(report.IsSame, $"{report.Fault} {report.Line}: {report.Recorded} / {report.Replayed}");
        Assert.DoesNotContain(lines, line => line.Contains("0199", StringComparison.Ordinal));
    }

    [Fact]
    public void Guard_TranscriptOfBeforeIt_IsStillRead()
    {
        List<string> lines = [];
        DirectCall call = new(pages: new BitmapPages(SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1)),
            callingObserver: new TranscriptWriter(lines.Add));
        Assert.True(call.Run());
        lines[1] = lines[1].Replace(" recognises=0", "", StringComparison.Ordinal);
        Assert.DoesNotContain("recognises", lines[1], StringComparison.Ordinal);
        Assert.True(TranscriptReplay.Run(lines).IsSame);
    }

    private static ScriptedCall Call(IEnumerable<PeerStep> script, Recorder host, IOutgoingPages? pages = null) =>
        new(T30Role.Calling, script, new T30Settings { Ecm = false, Recognise = host.Ask },
            pages ?? new BitmapPages(SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1)), receives: false);

    private static byte[] Csi(string id)
    {
        byte[] field = new byte[StationId.Length];
        StationId.Write(id, field);
        return Frame(Fcf.Csi, field);
    }

    private static T30FrameClass[] Heard(ScriptedCall call)
    {
        // The session has ended with its DCN: let it arrive.
        call.Simulation.RunFor(TimeSpan.FromSeconds(1));
        return [.. call.Peer.HeardClasses];
    }

    /// <summary>The host's rule, and what it was asked.</summary>
    private sealed class Recorder(Func<string?, bool> rule)
    {
        public List<string?> Asked { get; } = [];

        public bool Ask(string? id)
        {
            Asked.Add(id);
            return rule(id);
        }
    }

    /// <summary>A page that counts how often it was opened.</summary>
    private sealed class PageOpened : IOutgoingPages
    {
        private readonly BitmapPages _pages = new(SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1));

        public int Opened { get; private set; }

        public int Count => 1;

        public PageFormat FormatOf(int index) => _pages.FormatOf(index);

        public IRowSource Open(int index, PageFormat negotiated)
        {
            Opened++;
            return _pages.Open(index, negotiated);
        }
    }
}
