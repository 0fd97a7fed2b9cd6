// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.Spandsp;
using Hermetic.TestKit.Simulation;

namespace Hermetic.Protocol.Tests.Interop;

/// <summary>What the matrix leaves out, against libspandsp2: T.38 versions, loss, RNR, polling, odd pages.</summary>
public sealed class SpandspFeatureTests
{
    private static readonly IReadOnlyList<PageBitmap> s_pages =
        SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 2);

    public static TheoryData<PageFormat> Formats() =>
    [
        new PageFormat(FaxResolution.Superfine, PageWidth.A4),
        new PageFormat(FaxResolution.Fine, PageWidth.B4),
        new PageFormat(FaxResolution.Standard, PageWidth.A3),
    ];

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    public void Interop_EachT38Version_PagesAreIdenticalBothWays(int version, bool ecm)
    {
        T38Settings t38 = new() { Version = version };
        Send(s_pages, new T30Settings { Ecm = ecm }, t38: t38);
        Receive(s_pages, new T30Settings { Ecm = ecm }, t38: t38);
    }

    [Theory]
    [InlineData(UdptlErrorCorrection.Redundancy, 1)]
    [InlineData(UdptlErrorCorrection.Redundancy, 2)]
    [InlineData(UdptlErrorCorrection.Fec, 3)]
    [InlineData(UdptlErrorCorrection.Fec, 4)]
    public void Interop_FivePercentLossWithEcm_IsRepairedBothWays(UdptlErrorCorrection correction, int seed)
    {
        T38Settings t38 = new() { ErrorCorrection = correction, ImageRedundancyDepth = 3 };
        LossyChannelSettings network = LossyChannelSettings.Clean with { Loss = 0.05 };
        InteropCall sent = Send(s_pages, new T30Settings(), t38: t38, network: network, seed: seed);
        Assert.True(sent.Udptl.Repaired > 10);
        InteropCall received = Receive(s_pages, new T30Settings(), t38: t38, network: network, seed: seed);
        Assert.True(received.Ours.Terminal.Statistics.Repaired > 10);
    }

    [Fact]
    public void Interop_TheySayRnr_WeHoldOn() =>
        Send(s_pages, new T30Settings(), new SpandspT30Settings { ReceiverNotReady = 3 });

    [Theory]
    [InlineData(true, 12)]
    [InlineData(false, 2)]
    public void Interop_OurHostIsSlowToKeepAPage_TheyHoldOn(bool ecm, int seconds) =>
        Receive(s_pages, new T30Settings { Ecm = ecm }, confirmAfter: TimeSpan.FromSeconds(seconds));

    [Theory]
    [MemberData(nameof(Formats))]
    public void Interop_OtherFormats_PagesAreIdenticalBothWays(PageFormat format)
    {
        PageBitmap[] pages = [SyntheticPage.Text(format, 1), SyntheticPage.Form(format, 2)];
        Send(pages, new T30Settings());
        Receive(pages, new T30Settings());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Interop_FormatChangesBetweenPages_EomRenegotiatesBothWays(bool ecm)
    {
        PageBitmap[] pages =
        [
            .. SyntheticFax.Pages(PageKind.Form, FaxResolution.Standard, 1),
            .. SyntheticFax.Pages(PageKind.Form, FaxResolution.Fine, 2),
        ];
        Send(pages, new T30Settings { Ecm = ecm });
        Receive(pages, new T30Settings { Ecm = ecm });
    }

    [Theory]
    [InlineData(FaxCompression.Mh)]
    [InlineData(FaxCompression.Mr)]
    public void Interop_TheyNeed20MsARow_FillKeepsPagesIdentical(FaxCompression compression) =>
        Send(s_pages, new T30Settings { Ecm = false, Compressions = new HashSet<FaxCompression> { compression } },
            new SpandspT30Settings { MinimumScanLineMs = 20 });

    [Fact]
    public void Interop_EcmFramesOf64Octets_PagesAreIdentical() =>
        Send(s_pages, new T30Settings { EcmFrames64 = true });

    [Theory]
    [InlineData(true, 0x00)]
    [InlineData(true, 0xFF)]
    [InlineData(false, 0x00)]
    [InlineData(false, 0xFF)]
    public void Interop_BlankAndBlackPages_AreIdenticalBothWays(bool ecm, byte fill)
    {
        PageBitmap page = new(new PageFormat(FaxResolution.Fine, PageWidth.A4), 2200);
        page.Bits.AsSpan().Fill(fill);
        Send([page, page], new T30Settings { Ecm = ecm });
        Receive([page, page], new T30Settings { Ecm = ecm });
    }

    [Fact]
    public void Interop_WePoll_TheirDocumentComes()
    {
        using FaxFiles files = new();
        files.Write(s_pages);
        using InteropCall call = new(new InteropCallSettings
        {
            WeCall = true,
            Ours = new T30Settings { StationId = "111", Poll = true },
            Theirs = new SpandspT30Settings { StationId = "222", TransmitFile = files.Sent },
        });
        call.Run();
        call.AssertSucceeded();
        Assert.Null(SyntheticFax.Difference(s_pages, call.Ours.Sink.Pages));
    }

    [Fact]
    public void Interop_WeSendSubAddressAndPassword_TheyArrive()
    {
        InteropCall call = Send(s_pages, new T30Settings { SubAddress = "4711", Password = "0815" });
        Assert.Equal("4711", call.Theirs.T30.RemoteSubAddress);
    }

    [Fact]
    public void Interop_TheySendSubAddress_ItArrives()
    {
        InteropCall call = Receive(s_pages, new T30Settings(), new SpandspT30Settings { SubAddress = "4711" });
        Assert.Equal("4711", call.Result.RemoteAddressing.SubAddress);
    }

    private static InteropCall Send(IReadOnlyList<PageBitmap> pages, T30Settings ours,
        SpandspT30Settings? theirs = null, T38Settings? t38 = null, LossyChannelSettings? network = null, int seed = 1)
    {
        using FaxFiles files = new();
        using InteropCall call = new(new InteropCallSettings
        {
            WeCall = true,
            Ours = ours,
            Theirs = (theirs ?? new()) with { ReceiveFile = files.Received },
            T38 = t38 ?? new(),
            WeSend = pages,
            Network = network ?? LossyChannelSettings.Clean,
            Seed = seed,
        });
        call.Run();
        call.AssertSucceeded();
        Assert.Null(SyntheticFax.Difference(pages, files.ReadReceived()));
        return call;
    }

    private static InteropCall Receive(IReadOnlyList<PageBitmap> pages, T30Settings ours,
        SpandspT30Settings? theirs = null, T38Settings? t38 = null, LossyChannelSettings? network = null, int seed = 1,
        TimeSpan confirmAfter = default)
    {
        using FaxFiles files = new();
        files.Write(pages);
        using InteropCall call = new(new InteropCallSettings
        {
            WeCall = false,
            Ours = ours,
            Theirs = (theirs ?? new()) with { TransmitFile = files.Sent },
            T38 = t38 ?? new(),
            Network = network ?? LossyChannelSettings.Clean,
            Seed = seed,
            ConfirmAfter = confirmAfter,
        });
        call.Run();
        call.AssertSucceeded();
        Assert.Null(SyntheticFax.Difference(pages, call.Ours.Sink.Pages));
        return call;
    }
}
