// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Telephony;

namespace Hermetic.Benchmarks.Calls;

/// <summary>Many fax calls at once between two processes of ours, over real sockets and in real time; then what the
/// same packets and the same pages cost others on this machine.</summary>
internal sealed class CallsBench : IBench
{
    // Sockets and files that are no call's: SIP, epoll, the runtime's own.
    private const int OtherFiles = 200;

    public string Name => "calls";

    public string Summary => "concurrent T.38 calls over UDP: CPU a page, memory a call (--help)";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        if (arguments.Contains("--help"))
        {
            Console.WriteLine(CallsOptions.Help);
            return 0;
        }

        if (CallsOptions.Parse(arguments, out string problem) is not { } options)
        {
            await Console.Error.WriteLineAsync(problem);
            return 2;
        }

        if (options.Receive)
        {
            return await new AnsweringProcess(options).RunAsync(cancellation);
        }

        if (ProcessUse.OpenFilesMax < options.Calls + OtherFiles)
        {
            await Console.Error.WriteLineAsync($"bench calls: {options.Calls} calls take {options.Calls + OtherFiles} "
                + $"open files a process, and {ProcessUse.OpenFilesMax} are allowed. Raise the hard limit (as root: "
                + "ulimit -Hn 65536; or LimitNOFILE in the unit, nofile in limits.conf), or ask for fewer calls");
            return 69;
        }

        await MeasureAsync(options, cancellation);
        return 0;
    }

    private static async Task MeasureAsync(CallsOptions options, CancellationToken cancellation)
    {
        BenchPages pages = BenchPages.Draw(options.Pages);
        Say($"{options.Calls} calls of {options.Pages} pages, {pages.BytesPerPage:0} octets a page in T.6, "
            + $"placed within {options.RampSeconds:0.#} s; load {Load()}");
        using AnsweringSide answering = await AnsweringSide.StartAsync(options, cancellation);
        CallingResult calling;
        FaxEndpoint endpoint =
            await CallsEndpoint.StartAsync(options.Calls, CallsEndpoint.CallingPorts, null, cancellation);
        await using (endpoint)
        {
            await answering.BeginAsync(cancellation);
            calling = await new CallingSide(options, pages).RunAsync(endpoint, answering.Address, cancellation);
        }

        AnsweringResult answered = await answering.EndAsync(cancellation);
        Say($"done after {calling.WallSeconds:0} s; {calling.CallsAtOnce} calls at once, {calling.FaxSeconds:0.0} s "
            + $"of T.30 each; load {Load()}");
        Report(options, pages, calling, answered);
    }

    private static void Report(CallsOptions options, BenchPages pages, CallingResult calling, AnsweringResult answered)
    {
        int count = options.Calls * options.Pages;
        double packets = (double)(calling.Packets + answered.Packets) / count;
        int bytes = (int)((calling.PacketBytes + answered.PacketBytes)
            / Math.Max(1, calling.Packets + answered.Packets));
        double bare = PacketPeer.MicrosecondsPerPacket(options.Calls, bytes);
        double perPage = (calling.CpuSeconds + answered.CpuSeconds) * 1000 / count / 2;
        Say("CPU a page and side, in ms");
        Row("ours, everything counted", perPage);
        Row("  the calling process", calling.CpuSeconds * 1000 / count);
        Row("  the answering process", answered.CpuSeconds * 1000 / count);
        Row($"bare UDP, {packets:0} packets of {bytes} octets at {bare:0.0} µs", packets * bare / 1000 / 2);
        Row("libspandsp's engine alone, one call after the other", SpandspPeer.MillisecondsPerPageAndSide(pages));
        double engine = SpandspPeer.MillisecondsPerPageAndSideAtLineRate(pages, options.Calls);
        Row("  as many calls at once, at the speed of the line", engine);
        double memory = (double)(answered.MemoryPeakKib - answered.MemoryIdleKib) / options.Calls;
        Say($"the answering process: {answered.MemoryIdleKib / 1024} MiB idle, {answered.MemoryPeakKib / 1024} MiB "
            + $"at its peak; load {Load()}");
        Figure.Print("calls-cpu-per-page", perPage, "ms", 5, "0");
        Figure.Print("calls-cpu-to-engine", perPage / engine, "x", 1.0);
        Figure.Print("calls-failed", options.Calls - Math.Min(calling.CallsRight, answered.CallsRight),
            "calls", 0, "0");
        Figure.Print("calls-memory", memory, "KiB", 256, "0");
    }

    private static void Row(string what, double milliseconds) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-56} {milliseconds,7:0.00}"));

    private static void Say(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));

    private static void Say(string text) => Console.WriteLine(text);

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
