// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using Hermetic.Cli.Demo.Line;
using Spectre.Console;

namespace Hermetic.Cli.Demo;

internal static class DemoCommandLine
{
    public static Command Build()
    {
        Option<bool> headless = new("--headless")
        {
            Description = "Takes the tour by itself, says what it saw at each step, and ends with 0 only if each saw "
                + "what it says. With --line: plain lines, also on a terminal.",
        };
        Option<string?> folder = new("--folder")
        {
            Description = "Where the server keeps its data, keys and ledger: an empty folder or a new one; a new "
                + "temporary one if it is left out.",
            HelpName = "DIR",
        };
        Option<bool> line = new("--line")
        {
            Description = "No server: faxes a synthetic prescription from one end to the other on this machine, and "
                + "shows what both say on the line.",
        };
        Option<string?> pages = new("--out")
        {
            Description = "With --line: where the pages are put.",
            HelpName = "DIR",
        };
        Command command = new("demo", "A running server with two synthetic practices and a pharmacy, real faxes going "
            + "between them over T.38, a link to sign in with for each role, and a tour of ten steps. Asks nothing.")
        {
            headless, folder, line, pages,
        };
        command.SetAction((parsed, cancellation) => CommandLine.Run(parsed.GetValue(line)
            ? new LineDemo(parsed.GetValue(pages) ?? PagesFolder(), parsed.GetValue(headless), TimeProvider.System,
                DemoConsole()).RunAsync(cancellation)
            : new DemoCommand(parsed.GetValue(folder), parsed.GetValue(headless), TimeProvider.System, Console.Out)
                .RunAsync(cancellation)));
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
    private static string PagesFolder() => Directory.Exists("artifacts")
        ? Path.Combine("artifacts", "demo")
        : Path.Combine(Path.GetTempPath(), "hermetic-demo");
}
