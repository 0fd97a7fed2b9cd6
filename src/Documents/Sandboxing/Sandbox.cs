// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hermetic.Documents.Sandboxing;

/// <summary>
/// Runs a renderer under bubblewrap: its own user, mount, PID, network, IPC and UTS namespaces, no capability, no
/// network, a file system of the few folders that it needs, read-only, and limits of CPU, memory and time.
/// </summary>
/// <remarks>
/// There is no way around it: where it does not come up, nothing is rendered. Foreign bytes go in by a pipe and rows
/// come out by a pipe; nothing of a page touches a disk. It does not bound what the kernel spends on the child's
/// behalf, and it shares the kernel with us: a kernel flaw reachable through the calls that
/// <see cref="SeccompFilter"/> leaves open is out of its reach.
/// </remarks>
public sealed class Sandbox
{
    // Our limit: what we keep of a renderer's complaints.
    private const int ErrorCharsMax = 32 << 10;

    /// <summary>Sets the limits and turns into bubblewrap, so that no process stands between us and it. A soft CPU
    /// limit below the hard one makes the kernel say which limit it was (SIGXCPU).</summary>
    private const string Limiter =
        """
        ulimit -c 0; ulimit -S -t "$1"; ulimit -H -t "$(($1 + 1))"; ulimit -n 256
        if [ "$2" != 0 ]; then ulimit -v "$2"; fi
        if [ "$3" != 0 ]; then ulimit -d "$3"; fi
        filter=$4; shift 4
        if [ "$filter" = none ]; then exec "$@"; else exec "$@" 9<"$filter"; fi
        """;

    // How a shell tells that a signal ended its child: 128 and the signal's number; 24 is SIGXCPU.
    private const int BySignal = 128;
    private const int BySigXCpu = BySignal + 24;

    private static readonly Lazy<SafeFileHandle?> Filter = new(
        () => SeccompFilter.Build() is { } program ? MemoryFile.Create(program) : null);

    private readonly string? _bubblewrap;
    private readonly TimeProvider _time;

    /// <param name="time">The clock for time limits.</param>
    /// <param name="bubblewrap">Path of bwrap; looked up in PATH if null.</param>
    public Sandbox(TimeProvider time, string? bubblewrap = null)
    {
        _time = time;
        _bubblewrap = bubblewrap ?? FindInPath("bwrap");
    }

    /// <summary>Runs a program in the sandbox that does nothing, and says whether that worked; if not, why.</summary>
    public async Task<SandboxState> CheckAsync(CancellationToken cancellation = default)
    {
        if (_bubblewrap is null || !File.Exists(_bubblewrap))
        {
            return new(false, "the sandbox is missing: bubblewrap (bwrap) is not installed, and foreign files are "
                + "never opened without it. Install it: apt-get install bubblewrap");
        }

        SandboxJob job = new()
        {
            Program = "/usr/bin/true",
            Readable = ["/usr/bin/true"],
            Input = ReadOnlyMemory<byte>.Empty,
            CpuSeconds = 5,
            WallSeconds = 20,
            MemoryBytes = 256 << 20,
            OutputBytes = 1 << 10,
        };
        SandboxResult result = await RunAsync(job, static (_, _) => Task.CompletedTask, cancellation);
        return result.Succeeded ? new(true, "") : new(false, Explain(result));
    }

    /// <summary>Runs <paramref name="job"/>; <paramref name="read"/> gets its standard output.</summary>
    internal async Task<SandboxResult> RunAsync(SandboxJob job, Func<Stream, CancellationToken, Task> read,
        CancellationToken cancellation)
    {
        using Process process = new() { StartInfo = Describe(job) };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return new(SandboxEnd.NotStarted, -1, "the shell or bubblewrap could not be started");
        }

        using CancellationTokenSource wall = new(TimeSpan.FromSeconds(job.WallSeconds), _time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, wall.Token);
        SandboxEnd end = SandboxEnd.Exited;
        Task feed = FeedAsync(process.StandardInput.BaseStream, job.Input, stop.Token);
        Task<string> complaints = ReadErrorsAsync(process.StandardError, stop.Token);
        try
        {
            CappedStream output = new(process.StandardOutput.BaseStream, job.OutputBytes);
            await read(output, stop.Token);
            await output.DrainAsync(stop.Token);
            end = output.Overflowed ? SandboxEnd.OutputLimit : end;
            if (end == SandboxEnd.Exited)
            {
                await process.WaitForExitAsync(stop.Token);
            }
        }
        catch (OperationCanceledException) when (wall.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            end = SandboxEnd.WallLimit;
        }
        finally
        {
            await EndAsync(process, feed);
        }

        cancellation.ThrowIfCancellationRequested();
        return Judge(end, process.ExitCode, await complaints);
    }

    /// <summary>What a failed start means, and what to do about it.</summary>
    internal static string Explain(SandboxResult result)
    {
        string said = result.StandardError;
        bool refused = said.Contains("namespace", StringComparison.OrdinalIgnoreCase)
            || said.Contains("uid map", StringComparison.OrdinalIgnoreCase)
            || said.Contains("ermission denied", StringComparison.Ordinal)
            || said.Contains("not permitted", StringComparison.Ordinal);
        return refused
            ? "the sandbox can't be made: this system refuses user namespaces to bubblewrap, and foreign files are "
                + "never opened without it. Allow them: sysctl kernel.unprivileged_userns_clone=1; on Ubuntu an "
                + "AppArmor profile for bwrap, or sysctl kernel.apparmor_restrict_unprivileged_userns=0; in a "
                + "container a seccomp profile that allows unshare and mount"
            : "the sandbox (bubblewrap) does not come up on this system, and foreign files are never opened without "
                + "it. Try `bwrap --unshare-all --ro-bind / / true` and mend what it says";
    }

    /// <summary>The path of a program, looked up in PATH and the usual folders; null if it is not there.</summary>
    internal static string? FindInPath(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/bin:/bin".Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private ProcessStartInfo Describe(SandboxJob job)
    {
        long kibibytes = job.MemoryBytes >> 10;
        bool filtered = Filter.Value is { IsInvalid: false };
        ProcessStartInfo start = new("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        string[] limits =
        [
            Number(job.CpuSeconds),
            Number(job.CountsDataOnly ? 0 : kibibytes),
            Number(job.CountsDataOnly ? kibibytes : 0),
            filtered ? $"/proc/{Environment.ProcessId}/fd/{Filter.Value!.DangerousGetHandle()}" : "none",
        ];
        string[] command =
            ["-c", Limiter, "sandbox", .. limits, _bubblewrap ?? "bwrap", .. BubblewrapArguments.For(job, filtered)];
        foreach (string argument in command)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static SandboxResult Judge(SandboxEnd end, int exitCode, string complaints)
    {
        if (end != SandboxEnd.Exited)
        {
            return new(end, exitCode, complaints);
        }

        if (complaints.StartsWith("bwrap:", StringComparison.Ordinal)
            || complaints.StartsWith("sandbox:", StringComparison.Ordinal))
        {
            return new(SandboxEnd.NotStarted, exitCode, complaints);
        }

        end = exitCode == BySigXCpu ? SandboxEnd.CpuLimit : exitCode > BySignal ? SandboxEnd.Killed : end;
        return new(end, exitCode, complaints);
    }

    private static async Task FeedAsync(Stream input, ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        try
        {
            await using (input)
            {
                await input.WriteAsync(octets, cancellation);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // The child ended before it had read all: its exit code says why.
        }
    }

    private static async Task<string> ReadErrorsAsync(StreamReader errors, CancellationToken cancellation)
    {
        StringBuilder kept = new();
        char[] buffer = new char[4096];
        try
        {
            while (await errors.ReadAsync(buffer, cancellation) is > 0 and int count)
            {
                kept.Append(buffer, 0, Math.Min(count, ErrorCharsMax - kept.Length));
            }
        }
        catch (OperationCanceledException)
        {
            // The run was cut: what was said so far is kept.
        }

        return kept.ToString();
    }

    private static async Task EndAsync(Process process, Task feed)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        await process.WaitForExitAsync(CancellationToken.None);
        await feed;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
