// SPDX-License-Identifier: Apache-2.0
using Hermetic.Cli;
using Hermetic.Documents.Rendering;

// The inside of the sandbox comes first: it must start fast, and needs nothing of the command line's machinery.
if (args is [WorkerProgram.Command, .. var rest])
{
    return RenderWorker.Run(rest);
}

return await CommandLine.RunAsync(args);
