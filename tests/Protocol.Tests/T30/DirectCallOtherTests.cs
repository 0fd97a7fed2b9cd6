// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Simulation;
using Hermetic.TestKit.T30;

namespace Hermetic.Protocol.Tests.T30;

/// <summary>Our sender to our receiver where the call is more than two like pages.</summary>
public sealed class DirectCallOtherTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Call_PageOfManyBlocks_GoesByPpsNull(bool frames64)
    {
        IReadOnlyList<PageBitmap> pages = SyntheticFax.Pages(PageKind.DitheredGrey, FaxResolution.Fine, 1);
        FrameCount count = new();
        T30Settings settings = new() { EcmFrames64 = frames64, Compressions = new HashSet<FaxCompression>() };
        DirectCall call = new(settings, pages: new BitmapPages(pages), callingObserver: count);

        Assert.True(call.Run());

        Assert.Equal(T30EndReason.Completed, call.Calling.Result.EndReason);
        Assert.Null(SyntheticFax.Difference(pages, call.CalledSink.Pages));
        Assert.True(count.Nulls >= 1, $"{count.Nulls} PPS-NULL");
    }

    [Theory]
    [InlineData(0.05, 7)]
    [InlineData(0.3, 8)]
    public void Call_FramesLost_AreRepairedByEcm(double loss, int seed)
    {
        IReadOnlyList<PageBitmap> pages = SyntheticFax.Pages(PageKind.Form, FaxResolution.Fine, 2);
        DirectCall call = new(pages: new BitmapPages(pages));
        Random random = new(seed);
        call.Line.A.OnFrame = (modulation, _) => modulation != FaxModulation.V21 && random.NextDouble() < loss
            ? FrameFate.Drop : FrameFate.Deliver;

        Assert.True(call.Run());

        Assert.Equal(T30EndReason.Completed, call.Calling.Result.EndReason);
        Assert.Null(SyntheticFax.Difference(pages, call.CalledSink.Pages));
        Assert.True(call.Called.Result.EcmFramesRepeated > 0);
    }

    [Fact]
    public void Call_PagesOfTwoResolutions_GoByEom()
    {
        PageBitmap[] pages = [SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1)[0],
            SyntheticFax.Pages(PageKind.Text, FaxResolution.Fine, 1)[0]];
        DirectCall call = new(pages: new BitmapPages(pages));

        Assert.True(call.Run());

        Assert.Equal(T30EndReason.Completed, call.Calling.Result.EndReason);
        Assert.Equal([FaxResolution.Standard, FaxResolution.Fine],
            call.CalledSink.Begun.Select(page => page.Format.Resolution));
        Assert.Null(SyntheticFax.Difference(pages, call.CalledSink.Pages));
    }

    public static TheoryData<FaxResolution, PageWidth> Formats()
    {
        TheoryData<FaxResolution, PageWidth> data = [];
        foreach (FaxResolution resolution in Enum.GetValues<FaxResolution>())
        {
            foreach (PageWidth width in Enum.GetValues<PageWidth>())
            {
                data.Add(resolution, width);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Call_EveryFormat_IsNegotiatedAsItIs(FaxResolution resolution, PageWidth width)
    {
        PageBitmap page = new(new PageFormat(resolution, width), 40);
        new Random(9).NextBytes(page.Bits.AsSpan(0, page.Format.RowBytes * 3));
        DirectCall call = new(pages: new BitmapPages([page]));

        Assert.True(call.Run());

        Assert.Equal(T30EndReason.Completed, call.Calling.Result.EndReason);
        Assert.Equal(page.Format, call.Called.Result.Format);
        Assert.Null(SyntheticFax.Difference([page], call.CalledSink.Pages));
    }

    [Fact]
    public void Call_ReceiverLacksTheResolution_TakesTheNextOneThatItHas()
    {
        PageBitmap page = new(new PageFormat(FaxResolution.Dpi600, PageWidth.A3), 10);
        T30Settings called = new()
        {
            Resolutions = new HashSet<FaxResolution> { FaxResolution.Fine },
            WidthMax = PageWidth.A4,
        };
        ScalingPages pages = new(page.Format);
        DirectCall call = new(pages: pages, called: called);

        Assert.True(call.Run());

        Assert.Equal(T30EndReason.Completed, call.Calling.Result.EndReason);
        Assert.Equal(new PageFormat(FaxResolution.Fine, PageWidth.A4), call.Called.Result.Format);
        Assert.Equal(call.Called.Result.Format, pages.Opened);
    }

    [Fact]
    public void Poll_DocumentIsThere_IsFetched()
    {
        IReadOnlyList<PageBitmap> pages = SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 2);
        T30Settings calling = new() { StationId = "1", Poll = true, SelectivePolling = "77", Password = "secret" };
        T30Settings called = new()
        {
            StationId = "2",
            Admit = addressing => addressing is { Password: "secret", SelectivePolling: "77" },
        };
        DirectCall call = new(calling, called, document: new BitmapPages(pages), callingReceives: true);

        Assert.True(call.Run());

        Assert.Equal(T30EndReason.Completed, call.Calling.Result.EndReason);
        Assert.Equal(T30EndReason.Completed, call.Called.Result.EndReason);
        Assert.Equal(2, call.Calling.Result.PagesReceived);
        Assert.Equal(2, call.Called.Result.PagesSent);
        Assert.Equal("2", call.Calling.Result.RemoteStationId);
        Assert.Null(SyntheticFax.Difference(pages, call.CallingSink.Pages));
    }

    [Fact]
    public void Poll_WrongPassword_IsNotServed()
    {
        T30Settings called = new() { Admit = addressing => addressing.Password == "secret" };
        DirectCall call = new(new T30Settings { Poll = true, Password = "guess" }, called,
            document: new BitmapPages([new PageBitmap(new PageFormat(FaxResolution.Standard, PageWidth.A4), 5)]),
            callingReceives: true);
        Assert.True(call.Run());
        Assert.Equal(T30EndReason.AccessDenied, call.Called.Result.EndReason);
        Assert.Equal(T30EndReason.RemoteDisconnected, call.Calling.Result.EndReason);
        Assert.Empty(call.CallingSink.Pages);
    }

    [Fact]
    public void Poll_NothingThere_SaysSo()
    {
        DirectCall call = new(new T30Settings { Poll = true }, callingReceives: true);
        Assert.True(call.Run());
        Assert.Equal(T30EndReason.RemoteHasNothingToPoll, call.Calling.Result.EndReason);
    }

    [Fact]
    public void Call_SendsThenPolls_BothWaysInOneCall()
    {
        IReadOnlyList<PageBitmap> sent = SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1);
        IReadOnlyList<PageBitmap> fetched = SyntheticFax.Pages(PageKind.Form, FaxResolution.Standard, 1);
        DirectCall call = new(new T30Settings { Poll = true }, pages: new BitmapPages(sent),
            document: new BitmapPages(fetched), callingReceives: true);

        Assert.True(call.Run());

        Assert.Equal(T30EndReason.Completed, call.Calling.Result.EndReason);
        Assert.Equal(1, call.Calling.Result.PagesSent);
        Assert.Equal(1, call.Calling.Result.PagesReceived);
        Assert.Null(SyntheticFax.Difference(sent, call.CalledSink.Pages));
        Assert.Null(SyntheticFax.Difference(fetched, call.CallingSink.Pages));
    }

    [Fact]
    public void Call_SubAddress_ReachesTheHost()
    {
        DirectCall call = new(new T30Settings { SubAddress = "204", Password = "pw" },
            pages: new BitmapPages([new PageBitmap(new PageFormat(FaxResolution.Standard, PageWidth.A4), 5)]));
        Assert.True(call.Run());
        Assert.Equal("204", call.Called.Result.RemoteAddressing.SubAddress);
        Assert.Equal("pw", call.Called.Result.RemoteAddressing.Password);
    }

    [Fact]
    public void Call_AbortedInMidPage_EndsBothSides()
    {
        IReadOnlyList<PageBitmap> pages = SyntheticFax.Pages(PageKind.Text, FaxResolution.Fine, 1);
        DirectCall call = new(new T30Settings { Ecm = false }, pages: new BitmapPages(pages));
        call.Calling.Start(TimeSpan.Zero);
        call.Called.Start(TimeSpan.Zero);
        Assert.True(call.Simulation.Run(() => call.Called.State == T30State.ReceivingPage, TimeSpan.FromMinutes(1)));
        call.Calling.Abort(call.Simulation.Now, T30EndReason.Aborted);
        Assert.True(call.Simulation.Run(() => call.Calling.IsEnded && call.Called.IsEnded, TimeSpan.FromMinutes(1)));
        Assert.Equal(T30EndReason.Aborted, call.Calling.Result.EndReason);
        Assert.Equal(T30EndReason.RemoteDisconnected, call.Called.Result.EndReason);
        Assert.Equal(0, call.Calling.Result.PagesConfirmed + call.Called.Result.PagesConfirmed);
    }

    private sealed class FrameCount : IT30Observer
    {
        public int Nulls { get; private set; }

        public void OnFrame(TimeSpan now, bool sent, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
            => Nulls += sent && frame[2] == (Fcf.Pps | Fcf.X) && frame[3] == Fcf.PpsNull ? 1 : 0;
    }

    private sealed class ScalingPages(PageFormat format) : IOutgoingPages
    {
        public PageFormat? Opened { get; private set; }

        public int Count => 1;

        public PageFormat FormatOf(int index) => format;

        public IRowSource Open(int index, PageFormat negotiated)
        {
            Opened = negotiated;
            return new BitmapPages([new PageBitmap(negotiated, 10)]).Open(0, negotiated);
        }
    }
}
