// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>One fax between two programs: `listen --once` and `send`, and all that they left.</summary>
internal sealed class FaxRun : IDisposable
{
    private FaxRun(string kind) => Kind = kind;

    /// <summary>The document's extension.</summary>
    public string Kind { get; }

    public TestFolder Folder { get; } = new();

    public string Document => Folder[$"{Canary.FileName}.{Kind}"];

    public string Received => Folder["received"];

    public string SenderTranscript => Folder["sender.txt"];

    public string ListenerTranscript => Folder["listener.txt"];

    public int SendExit { get; private set; }

    public int ListenExit { get; private set; }

    public JsonElement Sent { get; private set; }

    public JsonElement Listened { get; private set; }

    /// <summary>All that was printed on standard error by both.</summary>
    public string Log { get; private set; } = "";

    /// <summary>The received TIFF.</summary>
    public string Tiff => Directory.GetFiles(Received, "*.tif").Single();

    public static async Task<FaxRun> RunAsync(string kind, params string[] sendOptions)
    {
        FaxRun run = new(kind);
        run.Folder.Write(Path.GetFileName(run.Document), ShortDocuments.Make(kind));
        await using HermeticProgram listener = HermeticProgram.Start(run.Folder.Path, "listen", "--sip", "127.0.0.1:0",
            "--out", run.Received, "--once", "--pdf", "--id", Canary.Station, "--transcript", run.ListenerTranscript);
        int port = await listener.ListeningPortAsync();
        await using HermeticProgram sender = HermeticProgram.Start(run.Folder.Path,
            ["send", "--to", $"sip:{Canary.Dialled}@127.0.0.1:{port}", "--from", Canary.From, "--json", "--transcript",
                run.SenderTranscript, .. sendOptions, run.Document]);
        run.SendExit = await sender.EndAsync();
        run.ListenExit = await listener.EndAsync();
        run.Sent = sender.Json is [var sent] ? sent : throw new PeerException(sender.Process.Describe("has no JSON"));
        run.Listened = listener.Json is [var got] ? got
            : throw new PeerException(listener.Process.Describe("has no JSON"));
        run.Log = string.Join('\n', sender.Process.Output.Concat(listener.Process.Output)
            .Where(line => !line.StartsWith('{')));
        return run;
    }

    public void Dispose() => Folder.Dispose();
}

/// <summary>A fax of each kind of document, each with options of its own, all at once: a line is slow, not
/// busy.</summary>
public sealed class FaxRuns : IAsyncLifetime
{
    private readonly Dictionary<string, FaxRun> _runs = [];

    internal FaxRun this[string kind] => _runs[kind];

    internal IEnumerable<FaxRun> All => _runs.Values;

    public async ValueTask InitializeAsync()
    {
        FaxRun[] runs = await Task.WhenAll(
            FaxRun.RunAsync("pdf"),
            FaxRun.RunAsync("tif", "--no-ecm"),
            FaxRun.RunAsync("png", "--rate", "9600"),
            FaxRun.RunAsync("jpg", "--resolution", "standard"),
            FaxRun.RunAsync("txt", "--resolution", "superfine", "--rate", "7200"));
        foreach (FaxRun run in runs)
        {
            _runs.Add(run.Kind, run);
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (FaxRun run in All)
        {
            run.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}
