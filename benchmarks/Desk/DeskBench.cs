// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Benchmarks.Calls;
using Hermetic.Benchmarks.Ingest;
using Hermetic.TestKit.Peers.PostgreSql;

namespace Hermetic.Benchmarks.Desk;

/// <summary>A desk at work: people read, list, search and upload over HTTP while faxes come in by every line.</summary>
internal sealed class DeskBench : IBench
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine("artifacts", "bench-desk"));

    public string Name => "desk";

    public string Summary => "100 calls at once while 50 people read pages, list, search and upload (--help)";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        switch (arguments)
        {
            case [ServingProcess.Role, var configuration, var clients]:
                return await ServingProcess.RunAsync(configuration, Number(clients), cancellation);
            case [CallingProcess.Role, var address, var calls, var pages, var ramp]:
                return await CallingProcess.RunAsync(
                    address, Number(calls), Number(pages), Number(ramp), cancellation);
            case [BareProcess.Role, var journal]:
                return await BareProcess.RunAsync(journal, cancellation);
            case ["--help"]:
                Console.WriteLine(DeskOptions.Help);
                return 0;
        }

        if (DeskOptions.Parse(arguments, out string problem) is not { } options)
        {
            await Console.Error.WriteLineAsync(problem);
            return 2;
        }

        Clear();
        if (options.OnSqlite)
        {
            await MeasureAsync("SQLite", null, options, cancellation);
        }

        if (options.OnPostgres)
        {
            await using PostgreSqlPeer server = await PostgreSqlPeer.StartAsync();
            await MeasureAsync("PostgreSQL", server, options, cancellation);
        }

        Clear();
        return 0;
    }

    private static async Task MeasureAsync(
        string store, PostgreSqlPeer? server, DeskOptions options, CancellationToken cancellation)
    {
        string folder = Path.Combine(Folder, store);
        Directory.CreateDirectory(folder);
        BenchPages pages = BenchPages.Draw(Math.Max(options.Pages, DeskRun.StockPages));
        List<Guid> lines;
        await using (ReceivingSide stock = await ReceivingSide.OpenAsync(folder, server, pages, cancellation,
            DeskOptions.Tenants, options.Calls / DeskOptions.Tenants))
        {
            int faxes = await stock.ReceiveAsync(options.Calls, DeskRun.StockingTime, cancellation);
            lines = [.. stock.Routes.Select(route => route.Line)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{store}: {faxes} faxes in stock, {lines.Count} lines, {options.Clients} clients"));
        }

        using DeskRun run = new(options, folder, server, new DeskContent(pages), lines);
        await run.MeasureAsync(store, cancellation);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Clear()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
