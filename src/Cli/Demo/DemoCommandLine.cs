// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using Spectre.Console;

namespace Hermetic.Cli.Demo;

internal static class DemoCommandLine
{
    public static Command Build()
    {
        Option<bool> headless = new("--headless") { Description = "Plain lines, also on a terminal." };
        Option<string?> folder = new("--out") { Description = "Where the pages are put.", HelpName = "DIR" };
        Command command = new("demo", "Faxes a synthetic prescription from one end to the other on this machine, and "
            + "shows what both say. Asks nothing.")
        {
            headless, folder,
        };
        command.SetAction((parsed, cancellation) => CommandLine.Run(new DemoCommand(
            parsed.GetValue(folder) ?? DemoFolder(), parsed.GetValue(headless), TimeProvider.System,
            DemoConsole()).RunAsync(cancellation)));
        return command;
    }

    private static IAnsiConsole DemoConsole()
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (!console.Profile.Capabilities.Interactive)
        {
            // What reads a pipe wraps its lines itself.
            console.Profile.Width = int.MaxValue;
        }

        return console;
    }

    // Beside the build in a checkout, else among the temporary files: there is nothing of a patient in it.
    private static string DemoFolder() => Directory.Exists("artifacts")
        ? Path.Combine("artifacts", "demo")
        : Path.Combine(Path.GetTempPath(), "hermetic-demo");
}
