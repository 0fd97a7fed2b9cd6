// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Hermetic.Cli;

/// <summary>A command's help with its exit codes behind; the list of all commands stays short.</summary>
internal sealed class HelpWithExitCodes(SynchronousCommandLineAction help, string codes) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    /// <summary>Gives the command a help option of its own.</summary>
    public static void AddTo(Command command, string codes)
    {
        HelpOption option = new();
        option.Action = new HelpWithExitCodes((SynchronousCommandLineAction)option.Action!, codes);
        command.Options.Add(option);
    }

    public override int Invoke(ParseResult parseResult)
    {
        int result = help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Exit codes:");
        foreach (string code in codes.TrimEnd('.').Split(", "))
        {
            output.WriteLine($"  {code}");
        }

        return result;
    }
}
