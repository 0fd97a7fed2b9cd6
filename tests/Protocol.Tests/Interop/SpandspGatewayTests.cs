// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.Protocol.Tests.Interop;

/// <summary>Issue 3, to be shown 2: through libspandsp2's gateway to its audio fax, and back.</summary>
public sealed class SpandspGatewayTests
{
    public static TheoryData<int, bool, int> SenderCases() => Cases(14_400, 12_000, 9_600, 7_200, 4_800, 2_400);

    /// <summary>A DIS names modems, not rates: 12,000 and 7,200 are for the sender to choose.</summary>
    public static TheoryData<int, bool, int> ReceiverCases() => Cases(14_400, 9_600, 4_800, 2_400);

    private static TheoryData<int, bool, int> Cases(params int[] rates)
    {
        TheoryData<int, bool, int> cases = [];
        foreach (int rate in rates)
        {
            foreach (int jitterMs in new[] { 0, 40 })
            {
                cases.Add(rate, true, jitterMs);
                cases.Add(rate, false, jitterMs);
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(SenderCases))]
    public void Gateway_WeSendToAudio_PagesArrive(int rate, bool ecm, int jitterMs)
    {
        using FaxFiles files = new();
        IReadOnlyList<PageBitmap> pages = SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 2);
        using GatewayCall call = new(new InteropCallSettings
        {
            WeCall = true,
            Ours = OurSettings(rate, ecm),
            Theirs = new SpandspT30Settings { StationId = "222", ReceiveFile = files.Received },
            WeSend = pages,
        }, TimeSpan.FromMilliseconds(jitterMs));
        call.Run();
        AssertAgreed(call, rate, ecm, pages.Count);
        Assert.Equal(0, call.Audio.T30.Statistics.BadRows);
        Assert.Null(SyntheticFax.Difference(pages, files.ReadReceived()));
    }

    [Theory]
    [MemberData(nameof(ReceiverCases))]
    public void Gateway_AudioSendsToUs_PagesArrive(int rate, bool ecm, int jitterMs)
    {
        using FaxFiles files = new();
        IReadOnlyList<PageBitmap> pages = SyntheticFax.Pages(PageKind.Form, FaxResolution.Standard, 2);
        files.Write(pages);
        using GatewayCall call = new(new InteropCallSettings
        {
            WeCall = false,
            Ours = OurSettings(rate, ecm),
            Theirs = new SpandspT30Settings { StationId = "222", TransmitFile = files.Sent },
        }, TimeSpan.FromMilliseconds(jitterMs));
        call.Run();
        AssertAgreed(call, rate, ecm, pages.Count);
        Assert.Equal(0, call.Result.BadRows);
        Assert.Null(SyntheticFax.Difference(pages, call.Ours.Sink.Pages));
    }

    private static T30Settings OurSettings(int rate, bool ecm) => new()
    {
        StationId = "111",
        Ecm = ecm,
        RateMax = rate,
        Modems = rate switch
        {
            > 9_600 => FaxModems.All,
            > 4_800 => FaxModems.V29 | FaxModems.V27Ter,
            4_800 => FaxModems.V27Ter,
            _ => FaxModems.V27TerFallBack,
        },
    };

    private static void AssertAgreed(GatewayCall call, int rate, bool ecm, int pageCount)
    {
        Assert.Equal(rate, call.Result.Modulation?.BitsPerSecond());
        Assert.Equal(ecm, call.Result.Ecm);
        Assert.Equal(0, call.Result.TrainingFailures);
        Assert.Equal(pageCount, call.Result.PagesConfirmed);
    }
}
