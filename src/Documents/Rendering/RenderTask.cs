// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Sandboxing;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Rendering;

/// <summary>What every renderer is given.</summary>
internal sealed record RenderTask(Sandbox Sandbox, RenderLimits Limits, PageFormat Format, WorkerProgram Worker)
{
    /// <summary>Why a run did not succeed, in words for a person; the renderer's own words stay out, since they may
    /// quote the page.</summary>
    public Refusal Explain(SandboxResult result) => result.End switch
    {
        SandboxEnd.NotStarted => new(RefusalCode.NoSandbox, Sandbox.Explain(result)),
        SandboxEnd.CpuLimit => new(RefusalCode.OverLimit,
            $"it takes more than {Limits.CpuSecondsPerPage} s of processor time"),
        SandboxEnd.WallLimit => new(RefusalCode.OverLimit, $"it takes more than {Limits.WallSecondsPerPage} s"),
        SandboxEnd.OutputLimit => new(RefusalCode.OverLimit, "it is larger than the limits allow"),
        SandboxEnd.Killed => new(RefusalCode.NotRendered,
            $"the renderer crashed on it or wanted more than {Limits.MemoryBytesMax >> 20} MiB of memory"),
        _ => new(RefusalCode.NotRendered, $"the renderer gave up on it (exit code {result.ExitCode})"),
    };
}
