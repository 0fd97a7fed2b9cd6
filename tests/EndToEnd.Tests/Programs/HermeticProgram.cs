// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text.Json;
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>The built `hermetic`, run as a user runs it.</summary>
internal sealed class HermeticProgram : IAsyncDisposable
{
    private HermeticProgram(PeerProcess process) => Process = process;

    /// <summary>How long anything may take before a test gives up: a fax takes some 20 s, a loaded machine its
    /// own.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(150);

    /// <summary>The .NET host, by its path: PATH may be hidden from the program.</summary>
    public static string Dotnet { get; } = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    /// <summary>hermetic.dll as `./hermetic` runs it.</summary>
    public static string Assembly { get; } = FindAssembly();

    public PeerProcess Process { get; }

    /// <summary>Its JSON lines so far.</summary>
    public IReadOnlyList<JsonElement> Json => [.. Process.Output.Where(line => line.StartsWith('{'))
        .Select(line => JsonDocument.Parse(line).RootElement)];

    public static HermeticProgram Start(string folder, params string[] arguments) =>
        StartUnder([], folder, arguments);

    /// <summary>`listen` on a free port, into the folder "received".</summary>
    public static HermeticProgram Listen(TestFolder folder, params string[] options) =>
        Start(folder.Path, ["listen", "--sip", "127.0.0.1:0", "--out", folder["received"], .. options]);

    /// <summary>`send` of a page of some 10 kB: long enough to be interrupted in, and more than a block of a
    /// disk.</summary>
    public static HermeticProgram SendPage(TestFolder folder, int port)
    {
        string file = folder.Write("page.tif", ShortDocuments.Tiff(rows: 120));
        return Start(folder.Path, "send", "--to", $"sip:5551234@127.0.0.1:{port}", "--json", file);
    }

    /// <summary>Behind another program, such as bwrap with its options.</summary>
    public static HermeticProgram StartUnder(string[] wrapper, string folder, params string[] arguments)
    {
        string[] all = [.. wrapper, Dotnet, Assembly, .. arguments];
        return new(PeerProcess.Start(all[0], all[1..], folder));
    }

    /// <summary>Runs to its end: the exit code.</summary>
    public static async Task<(int ExitCode, HermeticProgram Program)> RunAsync(string folder, params string[] arguments)
    {
        HermeticProgram program = Start(folder, arguments);
        return (await program.EndAsync(), program);
    }

    public Task<int> EndAsync() => Process.WaitForExitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>`listen`: waits until it listens. The port.</summary>
    public async Task<int> ListeningPortAsync()
    {
        string line = await Process.WaitForOutputAsync("listening on ", Patience,
            TestContext.Current.CancellationToken);
        return int.Parse(line.Split(" (")[0].Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    // Both lie under artifacts/bin, in folders of the same configuration.
    private static string FindAssembly()
    {
        string mine = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string path = Path.GetFullPath(Path.Combine(mine, "../../Cli", Path.GetFileName(mine), "hermetic.dll"));
        return File.Exists(path) ? path : throw new PeerException($"the program is not built: {path}");
    }
}
