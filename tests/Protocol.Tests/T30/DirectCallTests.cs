// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.T30;

namespace Hermetic.Protocol.Tests.T30;

/// <summary>Our sender to our receiver: every choice that the two can agree on, pixel by pixel.</summary>
public sealed class DirectCallTests
{
    public static TheoryData<FaxCompression, bool, int, FaxResolution, PageKind> Matrix()
    {
        TheoryData<FaxCompression, bool, int, FaxResolution, PageKind> data = [];
        foreach (FaxCompression compression in Enum.GetValues<FaxCompression>())
        {
            foreach (int rate in new[] { 14_400, 9_600, 4_800, 2_400 })
            {
                data.Add(compression, true, rate, FaxResolution.Fine, PageKind.Form);
                if (compression != FaxCompression.Mmr)
                {
                    data.Add(compression, false, rate, FaxResolution.Standard, PageKind.Text);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Call_EveryAgreement_DeliversPixelIdentical(FaxCompression compression, bool ecm, int rate,
        FaxResolution resolution, PageKind kind)
    {
        IReadOnlyList<PageBitmap> pages = SyntheticFax.Pages(kind, resolution, 2);
        T30Settings settings = new()
        {
            StationId = "+1 555 0100",
            Ecm = ecm,
            RateMax = rate,
            Compressions = new HashSet<FaxCompression> { FaxCompression.Mh, compression },
        };
        DirectCall call = new(settings, pages: new BitmapPages(pages));

        Assert.True(call.Run());

        Assert.Equal(T30EndReason.Completed, call.Calling.Result.EndReason);
        Assert.Equal(T30EndReason.Completed, call.Called.Result.EndReason);
        Assert.Null(SyntheticFax.Difference(pages, call.CalledSink.Pages));
        Assert.Equal(compression, call.Called.Result.Compression);
        Assert.Equal(ecm, call.Called.Result.Ecm);
        Assert.Equal(rate, call.Called.Result.Modulation!.Value.BitsPerSecond());
        Assert.Equal(2, call.Calling.Result.PagesSent);
        Assert.Equal(2, call.Called.Result.PagesReceived);
        Assert.Equal("+1 555 0100", call.Called.Result.RemoteStationId);
    }
}
