// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Hermetic.Documents.Sandboxing;

namespace Hermetic.Documents.Rendering;

/// <summary>Our own program as it is run inside the sandbox: `hermetic render-worker KIND …`, which reads the foreign
/// bytes there and writes grey pages.</summary>
/// <param name="DotnetRoot">The folder of the .NET runtime, bound read-only.</param>
/// <param name="Assembly">Path of hermetic.dll; its folder is bound read-only.</param>
public sealed record WorkerProgram(string DotnetRoot, string Assembly)
{
    /// <summary>The command that the program answers to.</summary>
    public const string Command = "render-worker";

    /// <summary>The running runtime, and hermetic.dll beside the running program.</summary>
    public static WorkerProgram Default { get; } = new(
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")),
        Path.Combine(AppContext.BaseDirectory, "hermetic.dll"));

    internal SandboxJob Job(ReadOnlyMemory<byte> input, RenderLimits limits, long outputBytes, int pages,
        params string[] arguments) => new()
        {
            Program = Path.Combine(DotnetRoot, "dotnet"),
            Arguments = ["exec", Assembly, Command, .. arguments],
            Readable = [DotnetRoot, Path.GetDirectoryName(Assembly)!, WorkerFonts.Folder],
            Environment = new Dictionary<string, string>
            {
                ["DOTNET_ROOT"] = DotnetRoot,
                ["DOTNET_EnableDiagnostics"] = "0",
                ["DOTNET_gcConcurrent"] = "0",
                ["DOTNET_GCHeapHardLimit"] = limits.MemoryBytesMax.ToString("x", null),
                ["DOTNET_EnableWriteXorExecute"] = "0",
                ["DOTNET_TieredPGO"] = "0",
                ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
            },
            Input = input,
            CpuSeconds = limits.CpuSecondsPerPage * Math.Max(pages, 1),
            WallSeconds = limits.WallSecondsPerPage * Math.Max(pages, 1),
            MemoryBytes = limits.MemoryBytesMax,
            CountsDataOnly = true,
            NeedsProc = true,
            OutputBytes = outputBytes,
        };
}
