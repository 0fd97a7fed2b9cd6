// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json;
using Hermetic.Cli.Remote;

namespace Hermetic.Cli.Trunk;

/// <summary>The options of `hermetic trunk list`, `show` and `test`. Trunks are changed in the server's
/// settings.</summary>
internal static class TrunkCommandLine
{
    private static readonly string[] s_heads =
        ["NAME", "HOST", "PORT", "TRANSPORT", "REGISTERED", "REACHABLE", "CALLS", "LAST FAILURE", "WHAT"];

    public static Command Build() => new("trunk",
        "Shows the trunks of a server, how they stand and whether they carry faxes.")
    {
        List(),
        Show(),
        Test(),
    };

    private static Command List()
    {
        RemoteOptionSet remote = new();
        Command command = remote.AddTo(new Command("list", "Lists the trunks."));
        command.SetAction((parsed, cancellation) => ShowAsync(Of("list", remote, parsed), null, cancellation));
        return command;
    }

    private static Command Show()
    {
        RemoteOptionSet remote = new();
        Argument<string> name = new("NAME") { Description = "The trunk's name in the settings." };
        Command command = remote.AddTo(new Command("show", "Shows one trunk.") { name });
        command.SetAction((parsed, cancellation) => ShowAsync(
            Of("show", remote, parsed), parsed.GetRequiredValue(name), cancellation));
        return command;
    }

    private static Command Test()
    {
        RemoteOptionSet remote = new();
        Argument<string> name = new("NAME") { Description = "The trunk's name in the settings." };
        Argument<string> number = new("NUMBER")
        {
            Description = "A fax machine that may be called: a whole telephone number.",
        };
        Command command = remote.AddTo(new Command("test", "Places a test call on a trunk: it rings, agrees on T.38, "
            + "hears what the fax machine there can do and hangs up before any page. Ctrl+C ends it.")
        {
            name, number,
        });
        command.SetAction((parsed, cancellation) => CommandLine.Run(
            new TrunkTestCommand(Of("test", remote, parsed)).RunAsync(
                parsed.GetRequiredValue(name), parsed.GetRequiredValue(number), cancellation)));
        return command;
    }

    private static Task<int> ShowAsync(RemoteCommand run, string? name, CancellationToken cancellation) =>
        CommandLine.Run(run.RunAsync(async client =>
        {
            JsonElement[] trunks = [.. (await client.GetAsync("trunks", cancellation)).GetProperty("trunks")
                .EnumerateArray().Where(one => name is null || RemoteCommand.Cell(one, "name") == name)];
            if (name is not null && trunks.Length == 0)
            {
                throw new RemoteException(ExitCode.Refused,
                    "no trunk has this name: `hermetic trunk list` shows them.");
            }

            run.List(trunks, s_heads, Cells);
            return ExitCode.Success;
        }));

    private static RemoteCommand Of(string name, RemoteOptionSet remote, ParseResult parsed) =>
        new($"hermetic trunk {name}", remote.Read(parsed), Console.Out, Console.Error);

    private static string[] Cells(JsonElement trunk) =>
    [
        RemoteCommand.Cell(trunk, "name"), RemoteCommand.Cell(trunk, "host"), RemoteCommand.Cell(trunk, "port"),
        RemoteCommand.Cell(trunk, "transport"), RemoteCommand.Cell(trunk, "registered"),
        RemoteCommand.Cell(trunk, "reachable"),
        $"{RemoteCommand.Cell(trunk, "calls")}/{RemoteCommand.Cell(trunk, "callsMax")}",
        RemoteCommand.Cell(trunk, "lastFailureAt"), RemoteCommand.Cell(trunk, "lastFailure"),
    ];
}
