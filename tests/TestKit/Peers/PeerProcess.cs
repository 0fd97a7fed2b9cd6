// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;

namespace Hermetic.TestKit.Peers;

/// <summary>
/// A peer that runs as a child process: its output is kept, and it dies with this object, or with the test process
/// however that ends.
/// </summary>
/// <remarks>The child runs in a process group of its own under a small shell that holds our end of a pipe. Each line in
/// the pipe is a signal for the group; the end of the pipe, which comes even when this process is killed, is SIGKILL.
/// A peer that is not installed is a failed test, so that starting it throws.</remarks>
public sealed class PeerProcess : IAsyncDisposable
{
    private const string Keeper =
        """
        set -m
        # Standard error is the child's alone: the shell's own remarks about its job are none of its words.
        exec 3<&0 4>&2 2>/dev/null
        "$@" </dev/null 3<&- 2>&4 4>&- &
        child=$!
        { while read -r signal <&3; do kill -s "$signal" -- -$child; done; kill -s KILL -- -$child; } 4>&- &
        watcher=$!
        wait $child
        code=$?
        kill -s KILL -- -$child
        kill -s KILL -- -$watcher
        exit $code
        """;

    private readonly Process _process;
    private readonly string _name;
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = NewSignal();

    private PeerProcess(string name, Process process)
    {
        _name = name;
        _process = process;
    }

    /// <summary>Every line of standard output and standard error so far, as they came.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>True once the peer has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts <paramref name="program"/>, which is looked up in PATH and in the sbin folders.</summary>
    /// <param name="program">Name or path of the program.</param>
    /// <param name="arguments">Its arguments, each passed as it is.</param>
    /// <param name="workingDirectory">Where it runs; the current folder if null.</param>
    /// <param name="environment">Variables added to our own.</param>
    public static PeerProcess Start(string program, IEnumerable<string> arguments, string? workingDirectory = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new("/bin/bash", ["-c", Keeper, "keeper", Find(program), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? Environment.CurrentDirectory,
        };
        foreach ((string key, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }
        Process process = new() { StartInfo = start };
        PeerProcess peer = new(Path.GetFileName(program), process);
        process.OutputDataReceived += peer.OnLine;
        process.ErrorDataReceived += peer.OnLine;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return peer;
    }

    /// <summary>Sends a signal to the peer and its children: "TERM", "INT", "USR1" and so on.</summary>
    public void Signal(string signal)
    {
        try
        {
            _process.StandardInput.WriteLine(signal);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended by itself in the meantime: there is nobody left to signal.
        }
    }

    /// <summary>Waits for a line with <paramref name="text"/> in it (also one that came before); returns it.</summary>
    /// <exception cref="PeerException">The peer ended, or the time ran out, without such a line.</exception>
    public async Task<string> WaitForOutputAsync(string text, TimeSpan timeout,
        CancellationToken cancellation = default)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        Task ended = _process.WaitForExitAsync(limit.Token);
        while (true)
        {
            bool wasEnded = ended.IsCompletedSuccessfully;
            Task changed = Volatile.Read(ref _changed).Task;
            if (Output.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }
            cancellation.ThrowIfCancellationRequested();
            if (wasEnded || limit.IsCancellationRequested)
            {
                throw new PeerException(Describe($"{(wasEnded ? "ended" : "went on")} without printing '{text}'"));
            }
            await Task.WhenAny(changed, ended);
        }
    }

    /// <summary>Waits for the peer to end and returns its exit code (128 + n after signal n).</summary>
    /// <exception cref="PeerException">It still runs after <paramref name="timeout"/>.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan timeout, CancellationToken cancellation = default)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new PeerException(Describe($"still runs after {timeout.TotalSeconds} s"));
        }
    }

    /// <summary>Says <paramref name="what"/> of this peer, with the end of its output, for a test's message.</summary>
    public string Describe(string what)
    {
        StringBuilder text = new($"{_name} {what}");
        if (_process.HasExited)
        {
            text.Append($" (exit code {_process.ExitCode})");
        }
        foreach (string line in Output.TakeLast(60))
        {
            text.Append('\n').Append("  | ").Append(line);
        }
        return text.ToString();
    }

    /// <summary>Kills the peer and all of its group, and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Find(string program)
    {
        if (Path.IsPathRooted(program) && File.Exists(program))
        {
            return program;
        }
        string folders = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
        return folders.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists)
            ?? throw new PeerException($"{program} is not installed: the tests need it (see CONTRIBUTING.md)");
    }

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
        {
            return;
        }
        lock (_lines)
        {
            _lines.Add(line.Data);
        }
        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }
}
