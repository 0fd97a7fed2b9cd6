// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Splitting;
using Hermetic.Server.Hosting;
using Hermetic.Store;

namespace Hermetic.CrashHost;

/// <summary>A fax of three pages that came in, and is split into two: page 1 and 2, and page 2 and 3.</summary>
internal static class CrashSplitting
{
    private const int Pages = 3;

    public static async Task RunAsync(Installation installation, NumberRoute route, Action<SplitStep> reached)
    {
        ReceivingContext context = installation.ForLine(null);
        TaskCompletionSource<PageVerdict> answered = new();
        ReceivedCall call = new(context,
            new InboundFax(context, route, new InboundCaller("test", "5550100", "split", DateTimeOffset.UtcNow)),
            verdict => answered.TrySetResult(verdict), fault => Console.WriteLine($"fault {fault.GetType().Name}"));
        for (int page = 0; page < Pages; page++)
        {
            answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
            CrashPages.Feed(call, page, 0);
            await answered.Task;
        }

        call.End(CrashPages.Report(Pages));
        await call.Completed;
        FaxRecord fax = (await installation.Store.Faxes.ListAsync(new FaxList(route.Tenant), default)).Single();
        Console.WriteLine("ready");
        FaxSplitting splitting = new(installation.Store, installation.Reader, installation.Keys, installation.Sealer,
            installation.Blobs, installation.Journal, installation.Time)
        {
            Reached = reached,
        };
        await splitting.SplitAsync(new SplitOrder(new EntryActor("test", "test", "", ""), Guid.NewGuid(),
            new EntryReason("operations"), fax, [[1, 2], [2, 3]]));
    }
}
