// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.Protocol.Tests.Interop;

/// <summary>The misdial guard against libspandsp2, which answers with a number of our choice.</summary>
public sealed class SpandspGuardTests
{
    private static readonly IReadOnlyList<PageBitmap> s_pages =
        SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1);

    [Theory]
    [InlineData("+1 555 010 0199", StationMatch.Same)]
    [InlineData("5550100199", StationMatch.Same)]
    [InlineData("", StationMatch.Unknown)]
    [InlineData("+1 555 010 0198", StationMatch.Different)]
    public void Interop_TheirNumber_LetsThePageGoOrStopsIt(string id, StationMatch expected)
    {
        List<StationMatch> judged = [];
        using FaxFiles files = new();
        using InteropCall call = new(new InteropCallSettings
        {
            WeCall = true,
            Ours = new T30Settings
            {
                Recognise = csi =>
                {
                    judged.Add(StationIdMatch.Compare(csi, "+1 555 010 0199"));
                    return judged[^1] != StationMatch.Different;
                },
            },
            Theirs = new SpandspT30Settings { StationId = id, ReceiveFile = files.Received },
            WeSend = s_pages,
        });
        call.Run();
        Assert.Equal([expected], judged);
        if (expected == StationMatch.Different)
        {
            Assert.Equal((T30EndReason.WrongStation, 0), (call.Result.EndReason, call.Result.PagesSent));

            // They were told: DCN in place of a command, and not silence until their T1.
            Assert.Contains("DCN", call.Theirs.T30.Completion, StringComparison.Ordinal);
            Assert.InRange(call.Result.Duration, TimeSpan.Zero, TimeSpan.FromSeconds(15));
            return;
        }

        call.AssertSucceeded();
        Assert.Null(SyntheticFax.Difference(s_pages, files.ReadReceived()));
    }
}
