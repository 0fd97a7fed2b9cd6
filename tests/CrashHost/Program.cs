// SPDX-License-Identifier: Apache-2.0
// A server's receiving path without the line in front of it, which kills itself at a step that it was told: what a test
// starts to see what is left. Arguments: SETTINGS STEP COUNT SEED [CALL], and with CALL that one call alone. It writes
// a line to standard output for each page at the moment when the line would send MCF: `confirmed CALL PAGE SHA256`.
// With SEED "sending" it is the sending path: CrashSending.cs; with "splitting" a fax is split: CrashSplitting.cs.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hermetic.CrashHost;
using Hermetic.Protocol.T30;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;

string step = args[1];
int countdown = int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture);
bool sends = args[3] == "sending", splits = args[3] == "splitting";
Random random = new(sends || splits ? 0 : int.Parse(args[3], System.Globalization.CultureInfo.InvariantCulture));
await using Installation installation = await Installation.OpenAsync(
    ServerSettingsReader.ReadFile(args[0]), TimeProvider.System, CancellationToken.None);
IReadOnlyList<(byte[] Tag, NumberRoute Route)> routes = await new Provisioning(installation).RunAsync(default);
if (sends)
{
    await CrashSending.RunAsync(installation, routes[0].Route, reached => Reach(reached.ToString()));
    Console.WriteLine("survived");
    return;
}

if (splits)
{
    await CrashSplitting.RunAsync(installation, routes[0].Route, reached => Reach(reached.ToString()));
    Console.WriteLine("survived");
    return;
}

ReceivingContext context = installation.ForLine(reached => Reach(reached.ToString()));
Console.WriteLine("ready");
IEnumerable<int> calls = args.Length > 4
    ? [int.Parse(args[4], System.Globalization.CultureInfo.InvariantCulture)] : Enumerable.Range(0, random.Next(1, 4));
await Task.WhenAll(calls.Select(call => Task.Run(() => CallAsync(call))));
Console.WriteLine("survived");

void Reach(string reached)
{
    if ((step == "any" || step == reached) && Interlocked.Decrement(ref countdown) == 0)
    {
        _ = Native.Kill(Environment.ProcessId, Native.SigKill);
        Thread.Sleep(Timeout.Infinite);
    }
}

async Task CallAsync(int number)
{
    InboundCaller caller = new("test", "5550100", $"call-{args[3]}-{number}", DateTimeOffset.UtcNow);
    Lock output = new();
    TaskCompletionSource<PageVerdict> answered = new();
    ReceivedCall received = new(context, new InboundFax(context, routes[0].Route, caller),
        verdict => answered.TrySetResult(verdict), fault => Console.WriteLine($"fault {fault.GetType().Name}"));
    int pages = 1 + (number % 3);
    for (int page = 0; page < pages; page++)
    {
        answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] tiff = CrashPages.Feed(received, page, number);
        if (await answered.Task != PageVerdict.Kept)
        {
            return;
        }

        lock (output)
        {
            Console.WriteLine($"confirmed {number} {page + 1} {Convert.ToHexString(SHA256.HashData(tiff))}");
            Console.Out.Flush();
        }
    }

    received.End(CrashPages.Report(pages));
    await received.Completed;
}

internal static partial class Native
{
    public const int SigKill = 9;

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int process, int signal);
}
