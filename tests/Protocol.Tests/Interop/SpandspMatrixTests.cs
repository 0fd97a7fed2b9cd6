// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.Protocol.Tests.Interop;

/// <summary>
/// Issue 3, to be shown 1: libspandsp2 sends to us and receives from us, every coding, ECM on and off, four rates, two
/// resolutions, 1 and 5 pages of each kind: pixel-identical, and with what was asked for really in use.
/// </summary>
/// <remarks>Split into classes by direction and rate only so that they run in parallel.</remarks>
public abstract class SpandspMatrix(int rate)
{
    private static readonly (FaxCompression Compression, bool Ecm)[] s_codings =
    [
        (FaxCompression.Mh, false), (FaxCompression.Mr, false),
        (FaxCompression.Mh, true), (FaxCompression.Mr, true), (FaxCompression.Mmr, true),
    ];

    public static TheoryData<FaxCompression, bool, FaxResolution, PageKind, int> Cases()
    {
        TheoryData<FaxCompression, bool, FaxResolution, PageKind, int> cases = [];
        foreach ((FaxCompression compression, bool ecm) in s_codings)
        {
            foreach (FaxResolution resolution in new[] { FaxResolution.Standard, FaxResolution.Fine })
            {
                foreach (PageKind kind in Enum.GetValues<PageKind>())
                {
                    cases.Add(compression, ecm, resolution, kind, 1);
                    cases.Add(compression, ecm, resolution, kind, 5);
                }
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Matrix_WeSend_PagesAreIdentical(FaxCompression compression, bool ecm, FaxResolution resolution,
        PageKind kind, int pageCount)
    {
        using FaxFiles files = new();
        IReadOnlyList<PageBitmap> pages = SyntheticFax.Pages(kind, resolution, pageCount);
        using InteropCall call = new(new InteropCallSettings
        {
            WeCall = true,
            Ours = OurSettings(compression, ecm),
            Theirs = new SpandspT30Settings { Ecm = true, StationId = "222", ReceiveFile = files.Received },
            WeSend = pages,
        });
        call.Run();
        AssertAgreed(call, compression, ecm, pageCount, "222");
        Assert.Equal("111", call.Theirs.T30.RemoteStationId);
        Assert.Equal(0, call.Theirs.T30.Statistics.BadRows);
        Assert.Null(SyntheticFax.Difference(pages, files.ReadReceived()));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Matrix_WeReceive_PagesAreIdentical(FaxCompression compression, bool ecm, FaxResolution resolution,
        PageKind kind, int pageCount)
    {
        using FaxFiles files = new();
        IReadOnlyList<PageBitmap> pages = SyntheticFax.Pages(kind, resolution, pageCount);
        files.Write(pages);
        using InteropCall call = new(new InteropCallSettings
        {
            WeCall = false,
            Ours = OurSettings(compression, ecm),
            Theirs = new SpandspT30Settings { Ecm = true, StationId = "222", TransmitFile = files.Sent },
        });
        call.Run();
        AssertAgreed(call, compression, ecm, pageCount, "222");
        Assert.Equal("111", call.Theirs.T30.RemoteStationId);
        Assert.Equal(0, call.Result.BadRows);
        Assert.Null(SyntheticFax.Difference(pages, call.Ours.Sink.Pages));
    }

    private T30Settings OurSettings(FaxCompression compression, bool ecm) => new()
    {
        StationId = "111",
        Ecm = ecm,
        Compressions = new HashSet<FaxCompression> { FaxCompression.Mh, compression },
        RateMax = rate,
        Modems = rate switch
        {
            14_400 => FaxModems.All,
            9_600 => FaxModems.V29 | FaxModems.V27Ter,
            4_800 => FaxModems.V27Ter,
            _ => FaxModems.V27TerFallBack,
        },
        Limits = new T30Limits { CallMax = TimeSpan.FromHours(24) },
    };

    private void AssertAgreed(InteropCall call, FaxCompression compression, bool ecm, int pageCount, string station)
    {
        call.AssertSucceeded();
        Assert.Equal(rate, call.Result.Modulation?.BitsPerSecond());
        Assert.Equal(compression, call.Result.Compression);
        Assert.Equal(ecm, call.Result.Ecm);
        Assert.Equal(pageCount, call.Result.PagesConfirmed);
        Assert.Equal(station, call.Result.RemoteStationId);
        SpandspStatistics theirs = call.Theirs.T30.Statistics;
        Assert.Equal(rate, theirs.BitRate);
        Assert.Equal(ecm ? 1 : 0, theirs.Ecm);
        Assert.Equal((int)compression + 1, theirs.Encoding);
        Assert.Equal(pageCount, theirs.PagesSent + theirs.PagesReceived);
    }
}

public sealed class SpandspMatrixAt14400Tests() : SpandspMatrix(14_400);

public sealed class SpandspMatrixAt9600Tests() : SpandspMatrix(9_600);

public sealed class SpandspMatrixAt4800Tests() : SpandspMatrix(4_800);

public sealed class SpandspMatrixAt2400Tests() : SpandspMatrix(2_400);
