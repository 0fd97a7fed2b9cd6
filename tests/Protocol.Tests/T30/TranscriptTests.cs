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

/// <summary>Calls of many kinds are recorded, and the record drives the engine to do the same again.</summary>
public sealed class TranscriptTests
{
    private const string Secret = "5550100987";

    public static TheoryData<bool, double, int> Calls() => new()
    {
        { true, 0, 1 }, { false, 0, 1 }, { true, 0.1, 2 }, { true, 0.6, 3 }, { false, 0.2, 4 }, { true, 0.9, 5 },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Replay_DirectCall_IsTheSameOnBothSides(bool ecm, double loss, int seed)
    {
        List<string> calling = [];
        List<string> called = [];
        T30Settings settings = new() { StationId = Secret, SubAddress = Secret, Password = Secret, Ecm = ecm };
        BitmapPages pages = new([SyntheticFax.Pages(PageKind.Form, FaxResolution.Standard, 1)[0],
            SyntheticFax.Pages(PageKind.Text, FaxResolution.Fine, 1)[0]]);
        T30Settings answering = new() { StationId = Secret, Ecm = ecm, Admit = _ => true };
        DirectCall call = new(settings, answering, pages,
            callingObserver: new TranscriptWriter(calling.Add),
            calledObserver: new TranscriptWriter(called.Add));
        Random random = new(seed);
        FrameFate Fate(FaxModulation modulation) => random.NextDouble() < loss
            ? (modulation == FaxModulation.V21 ? FrameFate.Damage : FrameFate.Drop) : FrameFate.Deliver;
        call.Line.A.OnFrame = (modulation, _) => Fate(modulation);
        call.Line.A.OnImage = (_, octets) => random.NextDouble() < loss / 20 ? null : octets;

        Assert.True(call.Run());

        AssertSame(calling, call.Calling.Result);
        AssertSame(called, call.Called.Result);
    }

    [Fact]
    public void Replay_Polling_IsTheSameOnBothSides()
    {
        List<string> calling = [];
        List<string> called = [];
        BitmapPages pages = new(SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1));
        T30Settings asking = new() { Poll = true, Password = Secret };
        DirectCall call = new(asking, new T30Settings(), document: pages, callingReceives: true,
            callingObserver: new TranscriptWriter(calling.Add),
            calledObserver: new TranscriptWriter(called.Add));
        Assert.True(call.Run());
        Assert.Equal(T30EndReason.Completed, call.Calling.Result.EndReason);
        AssertSame(calling, call.Calling.Result);
        AssertSame(called, call.Called.Result);
    }

    public static TheoryData<int> Scripts() => [.. Enumerable.Range(0, 7)];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Replay_ScriptedEnds_AreTheSame(int number)
    {
        PageBitmap page = SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1)[0];
        byte[] coded = FaxCodec.Encode(FaxCompression.Mh, page);
        byte[] tsi = Frame(Fcf.Tsi, new byte[20]);
        StationId.Write(Secret, tsi.AsSpan(3));
        PeerStep[] trained = [Hear(T30FrameClass.Dis), Send(NotFinal(tsi), Dcs9600), Tcf(FaxModulation.V29At9600),
            Hear(T30FrameClass.Cfr)];
        PeerStep[][] scripts =
        [
            [], trained, [.. trained, Image(FaxModulation.V29At9600, coded)],
            [.. trained, Image(FaxModulation.V29At9600, coded), Send(Frame(Fcf.Eop))],
            [.. trained, Send(Frame(Fcf.Dcn))], [Hear(T30FrameClass.Dis), Send(Frame(Fcf.Dcs))],
            [.. trained, Image(FaxModulation.V29At9600, coded), Send(Frame(Fcf.Eop)), Hear(T30FrameClass.Mcf)],
        ];
        List<string> lines = [];
        T30Settings settings = new() { Limits = new T30Limits { RowsPerPageMax = number == 3 ? 50 : 5_000 } };
        ScriptedCall call = new(T30Role.Called, scripts[number], settings,
            observer: new TranscriptWriter(lines.Add));
        call.Run();
        AssertSame(lines, call.Session.Result);
    }

    [Fact]
    public void Replay_AbortAndLineLoss_AreTheSame()
    {
        foreach (bool abort in new[] { true, false })
        {
            List<string> lines = [];
            T30Settings settings = new() { Ecm = false };
            BitmapPages pages = new(SyntheticFax.Pages(PageKind.DitheredGrey, FaxResolution.Fine, 1));
            DirectCall call = new(settings, pages: pages,
                callingObserver: new TranscriptWriter(lines.Add));
            call.Calling.Start(TimeSpan.Zero);
            call.Called.Start(TimeSpan.Zero);
            call.Simulation.RunFor(TimeSpan.FromSeconds(100));
            Assert.Equal(T30State.SendingPage, call.Calling.State);
            if (abort)
            {
                call.Calling.Abort(call.Simulation.Now, T30EndReason.Aborted);
            }
            else
            {
                call.Calling.LineLost(call.Simulation.Now);
            }

            call.Simulation.Run(() => call.Calling.IsEnded, TimeSpan.FromMinutes(1));
            AssertSame(lines, call.Calling.Result);
        }
    }

    [Fact]
    public void Replay_ChangedRecord_IsFoundOut()
    {
        List<string> lines = [];
        T30Settings settings = new();
        ScriptedCall call = new(T30Role.Called, [Hear(T30FrameClass.Dis), Send(Dcs9600), Tcf(FaxModulation.V29At9600)],
            settings, observer: new TranscriptWriter(lines.Add));
        call.Run();
        int at = lines.FindIndex(line => line.Contains(" = training ", StringComparison.Ordinal));
        lines[at] = lines[at][..^1] + "0";
        TranscriptReplayReport report = TranscriptReplay.Run(lines);
        Assert.False(report.IsSame);
        Assert.Equal(T30EndReason.NoCommandT2, report.Result!.EndReason);
        Assert.True(report.Line > at);
    }

    [Fact]
    public void Replay_BrokenTranscripts_GiveAReasonNotAnException()
    {
        List<string> lines = [];
        T30Settings settings = new();
        ScriptedCall call = new(T30Role.Called, [Hear(T30FrameClass.Dis), Send(Dcs9600)], settings,
            observer: new TranscriptWriter(lines.Add));
        call.Run();
        Random random = new(4);
        int found = 0;
        for (int i = 0; i < 3_000; i++)
        {
            List<string> broken = [.. lines];
            int at = random.Next(broken.Count);
            char[] line = broken[at].ToCharArray();
            line[random.Next(line.Length)] = (char)random.Next(32, 127);
            broken[at] = new string(line);
            TranscriptReplayReport report = TranscriptReplay.Run(broken);
            Assert.True(report.IsSame || report.Fault.Length > 0, $"change {i} of line {at}: {broken[at]}");
            found += report.IsSame ? 0 : 1;
        }

        // A changed time or a changed spare octet of an input may well lead to the same call.
        Assert.InRange(found, 2_500, 3_000);

        Assert.False(TranscriptReplay.Run([]).IsSame);
    }

    private static void AssertSame(List<string> lines, T30Result result)
    {
        TranscriptReplayReport report = TranscriptReplay.Run(lines);
        Assert.True(report.IsSame, $"{report.Fault} at {report.Line}: {report.Recorded} | {report.Replayed}");
        Assert.Equal(result.EndReason, report.Result!.EndReason);
        Assert.Equal(result.PagesConfirmed, report.Result.PagesConfirmed);
        AssertNoSecret(lines);
    }

    // Neither as text nor in hex, in either direction or bit order.
    private static void AssertNoSecret(List<string> lines)
    {
        byte[] fif = new byte[20];
        StationId.Write(Secret, fif);
        string text = string.Join('\n', lines);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(fif.AsSpan(0, 6)), text, StringComparison.Ordinal);
    }
}
