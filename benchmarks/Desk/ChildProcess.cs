// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Reflection;

namespace Hermetic.Benchmarks.Desk;

/// <summary>This program once more, in another part: what it says and is told are lines. It ends with its input, so
/// that it never outlives the one that started it.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>User and system time of all its threads since it began.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory that is resident now, in MiB.</summary>
    public long ResidentMib
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 >> 20;
        }
    }

    public static ChildProcess Start(params IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        ProcessStartInfo start = new(
            program, [.. isHost ? [Assembly.GetExecutingAssembly().Location] : (string[])[], .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new ChildProcess(Process.Start(start)!);
    }

    public async Task SayAsync(string word, CancellationToken cancellation)
    {
        await _process.StandardInput.WriteLineAsync(word.AsMemory(), cancellation);
        await _process.StandardInput.FlushAsync(cancellation);
    }

    public async Task<string> ReadAsync(CancellationToken cancellation) =>
        await _process.StandardOutput.ReadLineAsync(cancellation)
        ?? throw new InvalidOperationException("a process of the bench ended; what it said stands above");

    /// <summary>Ends its input, and waits until it has ended in order.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(cancellation);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
