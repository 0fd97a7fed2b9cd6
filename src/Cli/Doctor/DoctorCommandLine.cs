// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace Hermetic.Cli.Doctor;

/// <summary>The options of `hermetic doctor`.</summary>
internal static class DoctorCommandLine
{
    private const string ExitTable =
        "0 all four promises hold, 1 one is broken, 2 wrong usage, 3 of one it is not known, 9 cancelled.";

    public static Command Build()
    {
        Option<string> config = SharedOptions.Config();
        Option<bool> json = new("--json") { Description = "One line of JSON on standard output." };
        Command command = new("doctor", "Says how the promises P1 to P4 stand on this installation, by looking: reads "
            + "the data folder raw as a thief would, writes to the disk, checks the ledger, and asks every open port "
            + "as a stranger. Run it beside the running server, as the same account.")
        {
            config, json,
        };
        HelpWithExitCodes.AddTo(command, ExitTable);
        command.SetAction((parsed, cancellation) => CommandLine.Run(new DoctorCommand(
            parsed.GetRequiredValue(config), parsed.GetValue(json), TimeProvider.System, Console.Out, Console.Error)
            .RunAsync(cancellation)));
        return command;
    }
}
