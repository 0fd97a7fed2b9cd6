// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using Hermetic.Cli.Demo;
using Hermetic.Cli.Listen;
using Hermetic.Cli.Replay;
using Hermetic.Cli.Send;

namespace Hermetic.Cli;

/// <summary>The commands. Each has its options in its own folder, in XCommandLine.cs.</summary>
internal static class CommandLine
{
    public static RootCommand Build() => new(
        "Hermetic, a fax server for healthcare. This is its line: fax over SIP and T.38.")
    {
        DemoCommandLine.Build(),
        ListenCommandLine.Build(),
        SendCommandLine.Build(),
        ReplayCommandLine.Build(),
    };

    /// <summary>Runs a command to its end; Ctrl-C is an end too.</summary>
    public static async Task<int> Run(Task<ExitCode> command)
    {
        try
        {
            return (int)await command;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("cancelled");
            return (int)ExitCode.Cancelled;
        }
    }
}
