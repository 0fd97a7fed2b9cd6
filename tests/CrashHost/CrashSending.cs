// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Telephony;

namespace Hermetic.CrashHost;

/// <summary>The queue with one fax of three pages in it, and a far end that takes every page. It writes a line to
/// standard output for each page at the moment when the far end would send MCF: `delivered PAGE`.</summary>
internal static class CrashSending
{
    public const int Pages = 3;
    private static readonly PageFormat s_format = new(FaxResolution.Standard, PageWidth.A4);

    public static async Task RunAsync(Installation installation, NumberRoute route, Action<SendingStep> reached)
    {
        SendingContext context = installation.ForSending(installation.Settings.Line) with
        {
            Reached = reached,
            Trunks = [new SendingTrunk(ReceivingContext.TrunkId("test"), "test", 10)],
            OnFault = (_, fault) => Console.WriteLine($"fault {fault}"),
        };
        await using Dispatcher dispatcher = new(context, new TakingLine());
        Outbox outbox = new(context, dispatcher);
        SubmittedSending fax = await outbox.SubmitAsync(new SubmitFax
        {
            TenantId = route.Tenant,
            LineId = route.Line,
            Number = "+15550123",
            Pages = MakeAsync(),
            IdempotencyKey = "the only one",
            Terms = new SendingTerms { NumberGivenTwice = true },
        }, default);
        Console.WriteLine("ready");
        dispatcher.Start();
        while ((await outbox.FindAsync(route.Tenant, fax.FaxId, default))!.Sending.State
            is SendingState.Waiting or SendingState.Calling)
        {
            await Task.Delay(10);
        }
    }

    private static async IAsyncEnumerable<EncodedPage> MakeAsync()
    {
        for (byte page = 1; page <= Pages; page++)
        {
            await Task.Yield();
            EncodedPageBuilder builder = new(s_format);
            byte[] row = new byte[s_format.RowBytes];
            row[0] = page;
            builder.WriteRow(row);
            yield return builder.Finish();
        }
    }

    private sealed class TakingLine : ISendingLine
    {
        public async Task<CallReport> SendAsync(OutgoingFax fax, CancellationToken cancellation)
        {
            CallProgressLog progress = (CallProgressLog)fax.T30Observer!;
            int sent = 0;
            for (; sent < fax.Pages!.Count && !cancellation.IsCancellationRequested; sent++)
            {
                progress.OnPage(default, sent, true, T30PageEvent.Started);
                while (!progress.IsIdle)
                {
                    await Task.Delay(1, CancellationToken.None);
                }

                progress.OnPage(default, sent, true, T30PageEvent.Ended);
                progress.OnFrame(default, true, FaxModulation.V21, [], true);
                Say($"delivered {PageOf(fax.Pages, sent)}");
                progress.OnPage(default, sent, true, T30PageEvent.Confirmed);
            }

            bool all = sent == fax.Pages.Count;
            return CrashPages.Report(0) with
            {
                Outcome = all ? CallOutcome.Completed : CallOutcome.Cancelled,
                IsOutgoing = true,
                T30 = new T30Result
                {
                    EndReason = all ? T30EndReason.Completed : T30EndReason.Aborted,
                    PagesSent = sent,
                },
            };
        }

        private static int PageOf(IOutgoingPages pages, int index)
        {
            using IRowSource rows = pages.Open(index, pages.FormatOf(index));
            byte[] row = new byte[s_format.RowBytes];
            while (rows.TryReadRow(row))
            {
                // The last row is below the header line.
            }

            return row[0];
        }

        private static void Say(string line)
        {
            Console.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
