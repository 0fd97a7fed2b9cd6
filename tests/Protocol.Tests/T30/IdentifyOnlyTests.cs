// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T30.Transcripts;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.T30;
using static Hermetic.TestKit.T30.PeerFrames;
using static Hermetic.TestKit.T30.PeerStep;

namespace Hermetic.Protocol.Tests.T30;

/// <summary>A call that asks who answers ends by DCN at DIS: no training, no page.</summary>
public sealed class IdentifyOnlyTests
{
    private const string Station = "+1 555 010 0198";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Call_ThatAsksWhoAnswers_EndsByDcnAtDis(bool hasPages)
    {
        ScriptedCall call = new(T30Role.Calling, [Send(NotFinal(Csi()), Dis), Hear(T30FrameClass.Dcn)],
            new T30Settings { IdentifyOnly = true },
            hasPages ? new BitmapPages(SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1)) : null,
            receives: false);
        Assert.Equal(T30EndReason.Identified, call.Run());
        call.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal([T30FrameClass.Dcn], call.Peer.HeardClasses);
        T30Result result = call.Session.Result;
        Assert.Equal((Station, 0, true), (result.RemoteStationId, result.PagesSent, result.IsSuccess));
    }

    [Fact]
    public void Call_ThatAsksWhoAnswers_LearnsWhatThatOneCan()
    {
        T30Settings called = new()
        {
            StationId = Station,
            RateMax = 9600,
            WidthMax = PageWidth.B4,
            Resolutions = new HashSet<FaxResolution> { FaxResolution.Fine },
            Compressions = new HashSet<FaxCompression> { FaxCompression.Mh, FaxCompression.Mr },
        };
        DirectCall call = new(new T30Settings { IdentifyOnly = true }, called);
        Assert.True(call.Run());
        StationAbilities can = call.Calling.Result.RemoteAbilities!;
        Assert.Equal((true, 9600, true, PageWidth.B4), (can.CanReceive, can.RateMax, can.Ecm, can.WidthMax));
        Assert.Equal([FaxResolution.Standard, FaxResolution.Fine], can.Resolutions.Order());
        Assert.Equal([FaxCompression.Mh, FaxCompression.Mr], can.Compressions.Order());
        Assert.Equal(T30EndReason.RemoteDisconnected, call.Called.Result.EndReason);
    }

    [Theory]
    [InlineData(FaxModems.V27TerFallBack, 2400)]
    [InlineData(FaxModems.V27Ter, 4800)]
    [InlineData(FaxModems.V29, 9600)]
    [InlineData(FaxModems.All, 14_400)]
    public void Abilities_OfModems_NameTheirFastestRate(FaxModems modems, int rate)
    {
        T30Settings called = new() { Modems = modems, Ecm = false };
        DirectCall call = new(new T30Settings { IdentifyOnly = true }, called);
        Assert.True(call.Run());
        StationAbilities can = call.Calling.Result.RemoteAbilities!;
        Assert.Equal((rate, false), (can.RateMax, can.Ecm));
        Assert.Equal([FaxCompression.Mh, FaxCompression.Mr], can.Compressions.Order());
    }

    [Fact]
    public void Transcript_OfACallThatAsks_IsReplayed()
    {
        List<string> lines = [];
        DirectCall call = new(new T30Settings { IdentifyOnly = true }, new T30Settings { StationId = Station },
            callingObserver: new TranscriptWriter(lines.Add));
        Assert.True(call.Run());
        TranscriptReplayReport report = TranscriptReplay.Run(lines);
        Assert.True(report.IsSame, $"{report.Fault} {report.Line}: {report.Recorded} / {report.Replayed}");
        lines[1] = lines[1].Replace(" identifies=1", "", StringComparison.Ordinal);
        Assert.False(TranscriptReplay.Run(lines).IsSame);
    }

    private static byte[] Csi()
    {
        byte[] field = new byte[StationId.Length];
        StationId.Write(Station, field);
        return Frame(Fcf.Csi, field);
    }
}
