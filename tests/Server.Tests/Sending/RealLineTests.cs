// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Documents;
using Hermetic.Documents.Composing;
using Hermetic.Ledger.Entries;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.TestKit.Access;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.Sip;
using Hermetic.TestKit.Peers.Spandsp;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermetic.Server.Tests.Sending;

/// <summary>Whole servers send over SIP and T.38: to a fax machine that shares no code with us, and to
/// another server of ours.</summary>
/// <remarks>A class a test, so that they run side by side: a page takes its time on the line.</remarks>
public abstract class RealLine
{
    private protected const string FarNumber = "+15550142";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private protected static IReadOnlyList<PageBitmap> Pages { get; } =
        [.. SyntheticFax.Pages(PageKind.Form, FaxResolution.Standard, 2).Select(page => page.Top(600))];

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected static Task<HermeticServer> ServeAsync(TestFolder folder) => HermeticServer.StartAsync(
        folder.Settings, TimeProvider.System, NullLoggerFactory.Instance, Cancellation);

    /// <summary>An installation whose trunk is the far end.</summary>
    private protected static TestFolder FolderFor(IPEndPoint farEnd) => new($$"""
        , "trunks": [ { "name": "far", "host": "127.0.0.1", "port": {{farEnd.Port}}, "firstOffer": "t38" } ]
        """);

    private protected static async Task<OutboxFax> SendAsync(HermeticServer server, string number = FarNumber)
    {
        NumberRoute route = await Arrivals.RouteAsync(server.Installation);
        SubmittedSending fax = await server.Outbox.SubmitAsync(new SubmitFax
        {
            TenantId = route.Tenant,
            LineId = route.Line,
            Number = number,
            Pages = EncodedAsync(),
            IdempotencyKey = "a real one",
            Terms = new SendingTerms { NumberGivenTwice = true },
        }, Cancellation);
        using CancellationTokenSource patience = new(s_patience);
        while (true)
        {
            OutboxFax now = (await server.Outbox.FindAsync(route.Tenant, fax.FaxId, patience.Token))!;
            if (now.Sending.State is not (SendingState.Waiting or SendingState.Calling))
            {
                return now;
            }

            await Task.Delay(100, patience.Token);
        }
    }

    private protected static void AssertSent(OutboxFax fax)
    {
        Assert.True(fax.Sending.State == SendingState.Done, fax.Words);
        AttemptRecord attempt = Assert.Single(fax.Attempts);
        Assert.Equal((2, 2, (int?)null), (attempt.End!.PagesAfter, attempt.PageBegun, attempt.End.PageInDoubt));
        Assert.Equal(14_400, attempt.End.RateBps);
    }

    /// <summary>The pages under their header lines, as they went out by the first try.</summary>
    private protected static IReadOnlyList<PageBitmap> Sent(OutboxFax fax, string to)
    {
        (ComposedFax? composed, Refusal? refusal) = ComposedFax.Compose(new BitmapPages(Pages), new HeaderText
        {
            At = TimeZoneInfo.ConvertTime(fax.Attempts[0].Begun.StartedAt, TimeProvider.System.LocalTimeZone),
            From = TestFolder.TenantName,
            FromNumber = TestFolder.Number,
            To = to,
        });
        Assert.Null(refusal);
        return [.. Enumerable.Range(0, composed!.Count).Select(index => Drawn(composed.Encode(index)))];
    }

    private static PageBitmap Drawn(EncodedPage page)
    {
        PageBitmap drawn = new(page.Format, page.Rows);
        using IRowSource rows = page.OpenRows();
        for (int y = 0; y < page.Rows; y++)
        {
            Assert.True(rows.TryReadRow(drawn.Bits.AsSpan(y * page.Format.RowBytes, page.Format.RowBytes)));
        }

        return drawn;
    }

    private static async IAsyncEnumerable<EncodedPage> EncodedAsync()
    {
        foreach (PageBitmap page in Pages)
        {
            await Task.Yield();
            EncodedPageBuilder builder = new(page.Format);
            for (int i = 0; i < page.Rows; i++)
            {
                builder.WriteRow(page.Row(i));
            }

            yield return builder.Finish();
        }
    }
}

public sealed class SpandspIsFaxedTests : RealLine
{
    [Fact]
    public async Task Server_SendsToLibspandsp()
    {
        using FaxFiles files = new();
        await using SipFaxPeer peer = SipFaxPeer.Start(new SipFaxPeerSettings
        {
            T30 = new SpandspT30Settings { StationId = "222", ReceiveFile = files.Received },
        });
        using TestFolder folder = FolderFor(peer.Address);
        await using HermeticServer server = await ServeAsync(folder);
        OutboxFax fax = await SendAsync(server);
        AssertSent(fax);
        await peer.WaitForEndAsync(TimeSpan.FromMinutes(2), Cancellation);
        Assert.Equal("OK", peer.T30.Completion);
        Assert.Null(SyntheticFax.Difference(Sent(fax, FarNumber), files.ReadReceived()));
        SealedNumbers numbers = new(server.Installation.Keys, server.Installation.Sealer, server.Installation.Store,
            TimeProvider.System);
        Assert.Equal("222", numbers.OpenStation(await server.Installation.Store.Destinations.FindAsync(
            fax.Fax.TenantId, fax.Sending.RemoteTag, Cancellation)));
    }
}

public sealed class OurselvesAreFaxedTests : RealLine
{
    [Fact]
    public async Task Server_SendsToAnotherServer()
    {
        using TestFolder far = new();
        await using HermeticServer receiver = await ServeAsync(far);
        await OperatorEnrolment.EnrolAsync(
            new Uri(receiver.HttpAddresses[0]), receiver.EnrolmentCode!, TimeProvider.System, Cancellation);
        using TestFolder folder = FolderFor(receiver.Listening[0].Address);
        await using HermeticServer server = await ServeAsync(folder);
        OutboxFax fax = await SendAsync(server, TestFolder.Number);
        AssertSent(fax);

        Installation there = receiver.Installation;
        NumberRoute route = await Arrivals.RouteAsync(there);
        FaxRecord received = await ReceivedAsync(there, route);
        for (int page = 1; page <= 2; page++)
        {
            Assert.Equal(Arrivals.TiffOf(Sent(fax, TestFolder.Number)[page - 1]), await there.Reader.OpenPageAsync(
                new EntryActor("test", "test", "", ""), new EntryReason("test"), route.Tenant, received.FaxId, page,
                Cancellation));
        }
    }

    private static async Task<FaxRecord> ReceivedAsync(Installation there, NumberRoute route)
    {
        while (true)
        {
            FaxRecord fax = Assert.Single(await there.Store.Faxes.ListAsync(new FaxList(route.Tenant), Cancellation));
            if (fax.State != FaxState.Receiving)
            {
                Assert.Equal((FaxState.Received, 2), (fax.State, fax.PagesConfirmed));
                return fax;
            }

            await Task.Delay(50, Cancellation);
        }
    }
}

/// <summary>From a status on the wire to the cause.</summary>
public sealed class RefusedCallTests : RealLine
{
    [Theory]
    [InlineData(486, RetryCause.Busy)]
    [InlineData(600, RetryCause.Busy)]
    [InlineData(480, RetryCause.NoAnswer)]
    [InlineData(404, RetryCause.NoSuchNumber)]
    [InlineData(410, RetryCause.NoSuchNumber)]
    [InlineData(484, RetryCause.NoSuchNumber)]
    [InlineData(604, RetryCause.NoSuchNumber)]
    [InlineData(603, RetryCause.Rejected)]
    [InlineData(403, RetryCause.NotAuthorized)]
    [InlineData(488, RetryCause.NoT38)]
    [InlineData(500, RetryCause.Congestion)]
    [InlineData(503, RetryCause.Congestion)]
    [InlineData(503, RetryCause.Congestion, 240)]
    [InlineData(603, RetryCause.Busy, 240)]
    public async Task Call_ThatIsRefused_HasItsCause(int status, RetryCause cause, int? retryAfter = null)
    {
        await using FaxEndpoint far = await StartAsync(_ => IncomingDecision.Reject(status) with
        {
            RetryAfter = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        });
        await using FaxEndpoint near = await StartAsync(null);
        CallReport report = await near.SendAsync(new OutgoingFax
        {
            To = $"sip:5551234@{far.Listening[0].Address}",
            Pages = new BitmapPages(Pages),
        }, Cancellation);
        Assert.Equal(status, report.SipStatus);
        Assert.Equal(cause, RetryCauses.Of(report, allConfirmed: false, isCancelled: false));
        Assert.Equal(retryAfter, report.RetryAfter is { } wait ? (int)wait.TotalSeconds : null);
    }

    private static Task<FaxEndpoint> StartAsync(Func<IncomingCall, IncomingDecision>? incoming) =>
        FaxEndpoint.StartAsync(new FaxEndpointSettings
        {
            Listeners =
            [
                new(Telephony.Sip.SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0)),
            ],
            OnIncoming = incoming,
        }, TimeProvider.System, cancellation: Cancellation);
}
