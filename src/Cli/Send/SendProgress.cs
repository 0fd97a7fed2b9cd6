// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.Telephony;

namespace Hermetic.Cli.Send;

/// <summary>Says on standard error how far a fax is. Holds no name, number or content.</summary>
internal sealed class SendProgress(int pages, TextWriter error) : IT30Observer
{
    public void OnProgress(CallProgress progress) => error.WriteLine(progress switch
    {
        CallProgress.Placed => "calling",
        CallProgress.Ringing => "ringing",
        CallProgress.Answered => "answered",
        _ => "the line speaks T.38",
    });

    public void OnNegotiated(TimeSpan now, FaxModulation modulation, bool ecm, FaxCompression compression,
        PageFormat format) =>
        error.WriteLine($"{modulation.BitsPerSecond()} bit/s, {(ecm ? "error correction" : "no error correction")}, "
            + $"{compression.ToString().ToUpperInvariant()}, {Words(format)}");

    public void OnPage(TimeSpan now, int index, bool sent, T30PageEvent what) =>
        error.WriteLine($"page {index + 1} of {pages}: " + what switch
        {
            T30PageEvent.Started => "sending",
            T30PageEvent.Ended => "sent, waiting for its confirmation",
            T30PageEvent.Confirmed => "confirmed",
            T30PageEvent.Rejected => "rejected by the other side",
            _ => "cut",
        });

    /// <summary>A count of pages.</summary>
    public static string Pages(int count) => count == 1 ? "1 page" : $"{count} pages";

    /// <summary>A raster in dots per inch.</summary>
    public static string Words(PageFormat format) => $"{format.HorizontalDpi:F0} × {format.VerticalDpi:F0} dpi";
}
