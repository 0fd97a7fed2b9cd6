// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Sandboxing;

/// <summary>One run of a renderer: what is run, what it may see and what it may cost.</summary>
internal sealed record SandboxJob
{
    /// <summary>Absolute path of the program.</summary>
    public required string Program { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Files and folders that it may read, beyond the system's shared libraries; each at its own path. Those
    /// that do not exist are left out.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>Its whole environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The foreign bytes. They arrive by a pipe and lie in the sandbox's own memory as
    /// <see cref="InputPath"/>: never on disk.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Processor seconds of a process. Our limit, from <see cref="RenderLimits"/>.</summary>
    public required int CpuSeconds { get; init; }

    public required int WallSeconds { get; init; }

    public required long MemoryBytes { get; init; }

    /// <summary>True to count only writable memory: for .NET, whose collector reserves far more address space than it
    /// uses.</summary>
    public bool CountsDataOnly { get; init; }

    /// <summary>Octets of standard output after which the run is cut.</summary>
    public required long OutputBytes { get; init; }

    /// <summary>True for a program that reads /proc/self (.NET does).</summary>
    public bool NeedsProc { get; init; }

    /// <summary>Where the program finds its input.</summary>
    public const string InputPath = "/input";
}

/// <summary>How a run ended.</summary>
internal enum SandboxEnd
{
    Exited,
    CpuLimit,
    WallLimit,
    OutputLimit,
    /// <summary>By a signal: a crash, or memory.</summary>
    Killed,
    /// <summary>The sandbox itself did not come up.</summary>
    NotStarted,
}

/// <summary>The end of a run, and what it said on standard error (bounded; foreign text, never for a log).</summary>
internal sealed record SandboxResult(SandboxEnd End, int ExitCode, string StandardError)
{
    public bool Succeeded => End == SandboxEnd.Exited && ExitCode == 0;
}
