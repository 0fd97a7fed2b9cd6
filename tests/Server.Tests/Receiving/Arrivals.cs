// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Hermetic.Documents;
using Hermetic.Documents.Tiff;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Telephony;
using Hermetic.TestKit.Pages;

namespace Hermetic.Server.Tests.Receiving;

/// <summary>One call into an installation, without the line in front of it: what the line would do, a test
/// does.</summary>
internal sealed class Arrivals
{
    public const string Caller = "+15550177";

    private static readonly PageFormat Format = new(FaxResolution.Standard, PageWidth.A4);
    private static readonly ConcurrentDictionary<int, PageBitmap> Drawn = new();

    private readonly List<PageVerdict> _verdicts = [];
    private TaskCompletionSource<PageVerdict> _answer = new();

    public Arrivals(
        ReceivingContext context, NumberRoute route, string identity = "call-1", string caller = Caller)
    {
        Call = new ReceivedCall(
            context,
            new InboundFax(context, route, new InboundCaller("test", caller, identity, context.Time.GetUtcNow())),
            verdict =>
            {
                _verdicts.Add(verdict);
                _answer.TrySetResult(verdict);
            },
            Faults.Add);
    }

    public ReceivedCall Call { get; }

    public List<Exception> Faults { get; } = [];

    public IReadOnlyList<PageVerdict> Verdicts => _verdicts;

    /// <summary>The installation's only number.</summary>
    public static async Task<NumberRoute> RouteAsync(Installation installation) =>
        (await new Provisioning(installation).RunAsync(default))[0].Route;

    /// <summary>A page of text; each number another. Drawn once, and changed by nobody.</summary>
    public static PageBitmap Page(int number) =>
        Drawn.GetOrAdd(number, each => SyntheticPage.Text(Format, each).Top(300));

    public static byte[] TiffOf(PageBitmap page)
    {
        EncodedPageBuilder builder = new(page.Format);
        for (int i = 0; i < page.Rows; i++)
        {
            builder.WriteRow(page.Row(i));
        }

        return PageTiff.Write(builder.Finish(), new PageQuality(page.Rows, 0, 0, 0));
    }

    /// <summary>Hands a whole page over; what the line is told to do with it.</summary>
    public Task<PageVerdict> ArriveAsync(int index, PageBitmap page, int badRows = 0)
    {
        _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Rows(index, page, page.Rows);
        Call.EndPage(new PageQuality(page.Rows, badRows, badRows, 0));
        return _answer.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>A page that is cut in its middle.</summary>
    public void Cut(int index, PageBitmap page)
    {
        Rows(index, page, page.Rows / 2);
        Call.AbandonPage(new PageQuality(page.Rows / 2, 0, 0, 0));
    }

    /// <summary>The MCF of the last page is out; the call goes on.</summary>
    public void Receive(int confirmed) => Call.Receive(Report(CallOutcome.Completed, confirmed));

    public Task EndAsync(CallOutcome outcome, int confirmed)
    {
        Call.End(Report(outcome, confirmed));
        return Call.Completed.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static CallReport Report(CallOutcome outcome, int confirmed) => new()
    {
        Outcome = outcome,
        Reason = "",
        Clause = "",
        IsOutgoing = false,
        Trunk = "test",
        CallId = "",
        LocalNumber = "",
        RemoteNumber = "",
        StartedAt = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.FromMinutes(1),
        T30 = new T30Result
        {
            EndReason = outcome switch
            {
                CallOutcome.Completed => T30EndReason.Completed,
                CallOutcome.Cancelled => T30EndReason.Aborted,
                _ => T30EndReason.NoCarrierT2,
            },
            PagesReceived = confirmed,
            RemoteStationId = "STATION 555 0177",
        },
    };

    private void Rows(int index, PageBitmap page, int rows)
    {
        Call.BeginPage(new ReceivedPageInfo(
            index, page.Format, FaxCompression.Mmr, Ecm: false, FaxModulation.V17At14400));
        for (int i = 0; i < rows; i++)
        {
            Call.WriteRow(page.Row(i));
        }
    }
}
