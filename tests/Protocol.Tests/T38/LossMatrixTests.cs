// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Simulation;
using Hermetic.TestKit.T30;

namespace Hermetic.Protocol.Tests.T38;

/// <summary>Whole calls over a network that loses 10 % each way, repeats, reorders and delays: pixel-identical, or
/// failed with a true reason; never a hang, never a wrong page called right.</summary>
public sealed class LossMatrixTests
{
    // Longer than any call of two short pages takes with all its timers run out. T.30 has its own ends: this is the
    // hang.
    private static readonly TimeSpan CallMax = TimeSpan.FromMinutes(15);

    private static readonly LossyChannelSettings Network = new()
    {
        Loss = 0.10,
        Duplication = 0.02,
        Reordering = 0.02,
        Jitter = TimeSpan.FromMilliseconds(30),
    };

    // What a lossy line can truly end in. Anything else would blame the other machine, the host or ourselves.
    private static readonly HashSet<T30EndReason> TrueReasons =
    [
        T30EndReason.NoAnswerT0, T30EndReason.NoIdentificationT1, T30EndReason.NoTrainingResponse,
        T30EndReason.TrainingFailed, T30EndReason.NoPageResponse, T30EndReason.NoBlockResponse,
        T30EndReason.NoReadyResponse, T30EndReason.NoCorrectionResponse, T30EndReason.NoCommandT2,
        T30EndReason.NoCarrierT2, T30EndReason.PageRejected, T30EndReason.PageNotCorrected, T30EndReason.PageDamaged,
        T30EndReason.RemoteDisconnected,
    ];

    private static readonly PageBitmap[] Pages = [Slice(PageKind.Form, 40, 110), Slice(PageKind.Text, 100, 90)];

    public static TheoryData<UdptlErrorCorrection, int> Blocks
    {
        get
        {
            TheoryData<UdptlErrorCorrection, int> data = [];
            foreach (UdptlErrorCorrection correction in
                new[] { UdptlErrorCorrection.Redundancy, UdptlErrorCorrection.Fec })
            {
                for (int first = 0; first < 1000; first += 250)
                {
                    data.Add(correction, first);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Ecm_TenPercentLoss_IsPixelIdenticalOrFailsTruly(UdptlErrorCorrection correction, int firstSeed)
    {
        int whole = 0;
        for (int seed = firstSeed; seed < firstSeed + 250; seed++)
        {
            T38Call call = Run(seed, correction, ecm: true, Network);
            whole += AssertHonest(call, seed) ? 1 : 0;
            for (int page = 0; page < call.Sink.Pages.Count; page++)
            {
                AssertIdentical(call, seed, page);
            }
        }

        // Copies of depth 3 leave 1 packet in 10,000 unmended, parity some more: most calls must come through.
        Assert.True(whole >= 240, $"{whole} of 250 calls from seed {firstSeed} were whole");
    }

    [Theory]
    [InlineData(UdptlErrorCorrection.Redundancy)]
    [InlineData(UdptlErrorCorrection.Fec)]
    [InlineData(UdptlErrorCorrection.None)]
    public void NonEcm_TenPercentLoss_NoDamagedPageIsCalledGood(UdptlErrorCorrection correction)
    {
        int good = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            T38Call call = Run(seed, correction, ecm: false, Network);
            AssertHonest(call, seed);
            for (int page = 0; page < call.Called.Result.PagesReceived; page++)
            {
                PageQuality quality = call.Sink.Qualities[page];
                CopyVerdict verdict = CopyQuality.Judge(quality);
                Assert.True(verdict != CopyVerdict.Rtn, Tell(call, seed, $"page {page} was confirmed: {quality}"));
                if (verdict == CopyVerdict.Mcf)
                {
                    AssertIdentical(call, seed, page);
                    good++;
                }
            }
        }

        Assert.True(correction == UdptlErrorCorrection.None || good > 250, $"{good} of 400 pages were good");
    }

    [Fact]
    public void Ecm_HalfOfAllDatagramsLost_EndsInTimeAndTruly()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            T38Call call = Run(seed, UdptlErrorCorrection.Redundancy, ecm: true, Network with { Loss = 0.5 });
            AssertHonest(call, seed);
        }
    }

    [Fact]
    public void Ecm_LineCutAnywhere_EndsInTimeAndTruly()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            T38Call call = Make(seed, UdptlErrorCorrection.Redundancy, ecm: true, LossyChannelSettings.Clean);
            int cut = 20 + seed * 12;
            call.There.LosesNumber = number => number > cut;
            call.Back.LosesNumber = number => call.There.Sent > cut;
            Assert.True(call.Run(CallMax), Tell(call, seed, "the call hangs"));
            AssertHonest(call, seed);
        }
    }

    private static T38Call Run(int seed, UdptlErrorCorrection correction, bool ecm, LossyChannelSettings network)
    {
        T38Call call = Make(seed, correction, ecm, network);
        Assert.True(call.Run(CallMax), Tell(call, seed, "the call hangs"));
        return call;
    }

    private static T38Call Make(int seed, UdptlErrorCorrection correction, bool ecm, LossyChannelSettings network)
    {
        T38Settings t38 = new()
        {
            Version = seed % 2 == 0 ? 0 : 3,
            ErrorCorrection = correction,
            RedundancyDepth = 3,
            ImageRedundancyDepth = 3,
        };
        T30Settings t30 = new()
        {
            StationId = "+1 555 0100",
            Ecm = ecm,
            RateMax = new[] { 14_400, 9_600, 4_800 }[seed % 3],
            Compressions = new HashSet<FaxCompression> { (FaxCompression)(seed % 3) },
        };
        return new(seed, t38, network, t30, new BitmapPages(Pages));
    }

    // What both sides say of the call must be so. True if it was a success.
    private static bool AssertHonest(T38Call call, int seed)
    {
        T30Result calling = call.Calling.Result;
        T30Result called = call.Called.Result;
        Assert.True(calling.PagesSent <= called.PagesReceived, Tell(call, seed, "a page was called sent, not kept"));
        Assert.True(called.PagesReceived <= Pages.Length, Tell(call, seed, "more pages than there are"));
        foreach ((T30Result own, T30Result other) in new[] { (calling, called), (called, calling) })
        {
            Assert.True(own.IsSuccess || TrueReasons.Contains(own.EndReason), Tell(call, seed, $"{own.EndReason}"));
            bool blames = own.EndReason == T30EndReason.RemoteDisconnected;
            bool mutual = blames && other.EndReason == T30EndReason.RemoteDisconnected;
            Assert.False(mutual, Tell(call, seed, "each blames the other"));
        }

        bool all = !calling.IsSuccess || calling.PagesSent == Pages.Length;
        Assert.True(all, Tell(call, seed, "success without all pages"));
        return calling.IsSuccess;
    }

    private static void AssertIdentical(T38Call call, int seed, int page)
    {
        PageBitmap received = call.Sink.Pages[page];
        bool same = received.Format == Pages[page].Format && received.Bits.AsSpan().SequenceEqual(Pages[page].Bits);
        Assert.True(same, Tell(call, seed, $"page {page} differs: {call.Sink.Qualities[page]}"));
    }

    private static string Tell(T38Call call, int seed, string what) =>
        $"seed {seed}: {what}\ncalling: {call.Calling.Result.EndReason}, {call.CallingTerminal.Statistics}\n"
        + $"called: {call.Called.Result.EndReason}, {call.CalledTerminal.Statistics}\n"
        + string.Join('\n', call.CallingStory.Lines.Concat(call.CalledStory.Lines).Order(StringComparer.Ordinal));

    private static PageBitmap Slice(PageKind kind, int from, int rows)
    {
        PageBitmap whole = SyntheticFax.Pages(kind, FaxResolution.Standard, 1)[0];
        PageBitmap slice = new(whole.Format, rows);
        whole.Bits.AsSpan(from * whole.Format.RowBytes, slice.Bits.Length).CopyTo(slice.Bits);
        return slice;
    }
}
