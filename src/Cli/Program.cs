// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using Hermetic.Cli;
using Hermetic.Documents.Rendering;

// The inside of the sandbox comes first: it must start fast, and needs nothing of the command line's machinery.
if (args is [WorkerProgram.Command, .. var rest])
{
    return RenderWorker.Run(rest);
}

ParseResult parsed = CommandLine.Build().Parse(args);
int code = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? (int)ExitCode.Usage : code;
