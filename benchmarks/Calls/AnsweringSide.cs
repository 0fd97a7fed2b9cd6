// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Hermetic.Benchmarks.Calls;

/// <summary>The answering process, seen from the one that started it.</summary>
internal sealed class AnsweringSide : IDisposable
{
    private readonly Process _process;

    private AnsweringSide(Process process) => _process = process;

    /// <summary>Where it takes SIP: address and port.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts this program again, as the one that answers.</summary>
    public static async Task<AnsweringSide> StartAsync(CallsOptions options, CancellationToken cancellation)
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        ProcessStartInfo start = new(program, [.. isHost ? [Assembly.GetExecutingAssembly().Location] : (string[])[],
            "calls", "--receive", "--calls", Text(options.Calls), "--pages", Text(options.Pages)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        AnsweringSide side = new(Process.Start(start)!);
        side.Address = await side.ReadAsync(cancellation);
        return side;
    }

    /// <summary>What it takes of the processor counts from now on.</summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        await _process.StandardInput.WriteLineAsync("begin".AsMemory(), cancellation);
        await _process.StandardInput.FlushAsync(cancellation);
        _ = await ReadAsync(cancellation);
    }

    /// <summary>Waits for its last calls and gets its result.</summary>
    public async Task<AnsweringResult> EndAsync(CancellationToken cancellation)
    {
        await _process.StandardInput.WriteLineAsync("end".AsMemory(), cancellation);
        await _process.StandardInput.FlushAsync(cancellation);
        return JsonSerializer.Deserialize<AnsweringResult>(await ReadAsync(cancellation))!;
    }

    /// <summary>Ends the process: its input ends.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.Dispose();
    }

    private async Task<string> ReadAsync(CancellationToken cancellation) =>
        await _process.StandardOutput.ReadLineAsync(cancellation)
        ?? throw new InvalidOperationException("the answering process ended; what it said stands above");

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
