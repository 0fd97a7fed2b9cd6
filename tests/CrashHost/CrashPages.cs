// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Documents.Tiff;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.Server.Features.Receiving;
using Hermetic.Telephony;
using Hermetic.TestKit.Pages;

namespace Hermetic.CrashHost;

/// <summary>Pages as the line would hand them over, each different from every other.</summary>
internal static class CrashPages
{
    private static readonly PageFormat Format = new(FaxResolution.Standard, PageWidth.A4);

    /// <summary>Feeds one page to the sink; the TIFF that has to come out of the vault.</summary>
    public static byte[] Feed(ReceivedCall sink, int page, int call)
    {
        PageBitmap bitmap = SyntheticPage.Text(Format, 1 + page + (call * 10));
        EncodedPageBuilder builder = new(Format);
        sink.BeginPage(new ReceivedPageInfo(page, Format, FaxCompression.Mmr, Ecm: true, FaxModulation.V17At14400));
        int rows = bitmap.Rows / 4;
        for (int i = 0; i < rows; i++)
        {
            sink.WriteRow(bitmap.Row(i));
            builder.WriteRow(bitmap.Row(i));
        }

        PageQuality quality = new(rows, 0, 0, 0);
        byte[] tiff = PageTiff.Write(builder.Finish(), quality);
        sink.EndPage(quality);
        return tiff;
    }

    /// <summary>The report of a call whose pages were all confirmed.</summary>
    public static CallReport Report(int pages) => new()
    {
        Outcome = CallOutcome.Completed,
        Reason = "the fax went through",
        Clause = "T.30 §3.2.5",
        IsOutgoing = false,
        Trunk = "test",
        CallId = "",
        LocalNumber = "",
        RemoteNumber = "",
        StartedAt = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.FromMinutes(1),
        T30 = new T30Result { EndReason = T30EndReason.Completed, PagesReceived = pages },
    };
}
