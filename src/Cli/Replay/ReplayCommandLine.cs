// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace Hermetic.Cli.Replay;

internal static class ReplayCommandLine
{
    public static Command Build()
    {
        Argument<string> file = new("FILE") { Description = "What --transcript of send or listen wrote." };
        Option<bool> json = new("--json") { Description = "One line of JSON on standard output, and no steps." };
        Command command = new("replay", "Drives the fax engine with a transcript again, shows what was said, and finds "
            + "the first line where it does something else.")
        {
            file, json,
        };
        HelpWithExitCodes.AddTo(command, "0 it did the same, 1 it did not, 2 wrong usage, 3 the file is no "
            + "transcript, 10 it can't be opened.");
        command.SetAction(parsed => (int)new ReplayCommand(
            parsed.GetRequiredValue(file), parsed.GetValue(json), Console.Out, Console.Error).Run());
        return command;
    }
}
