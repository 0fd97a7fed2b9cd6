// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hermetic.Cli.Remote;
using Hermetic.Cli.Tenant;
using Hermetic.Server.Configuration;

namespace Hermetic.Cli.Line;

/// <summary>The options of `hermetic line list`, `add` and `close`.</summary>
internal static class LineCommandLine
{
    private static readonly string[] s_heads = ["ID", "NUMBER", "NAME", "STATE", "MADE"];

    public static Command Build() => new("line", "Lists, adds and closes the numbers of a practice.")
    {
        List(),
        Add(),
        Close(),
    };

    private static Command List()
    {
        RemoteOptionSet remote = new();
        Option<string?> tenant = new("--tenant")
        {
            Description = "The practice's name or id, for an operator. Default: one's own practice.",
            HelpName = "TENANT",
        };
        Command command = remote.AddTo(new Command("list", "Lists the numbers of a practice.") { tenant });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("list", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string path = parsed.GetValue(tenant) is { } name
                    ? $"tenants/{await TenantCommandLine.FindAsync(client, name, cancellation)}/lines" : "lines";
                JsonElement lines = await client.GetAsync(path, cancellation);
                run.List(lines.GetProperty("lines").EnumerateArray(), s_heads, Cells);
                return ExitCode.Success;
            }));
        });
        return command;
    }

    private static Command Add()
    {
        RemoteOptionSet remote = new();
        Argument<string> tenant = TenantCommandLine.Tenant();
        Argument<string> number = Number();
        Command command = remote.AddTo(new Command("add", "Gives a practice a number, at once.") { tenant, number });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("add", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string id = await TenantCommandLine.FindAsync(
                    client, parsed.GetRequiredValue(tenant), cancellation);
                return Say(run, await client.SendAsync(HttpMethod.Post, $"tenants/{id}/lines",
                    new JsonObject { ["number"] = parsed.GetRequiredValue(number) }, cancellation));
            }));
        });
        return command;
    }

    private static Command Close()
    {
        RemoteOptionSet remote = new();
        Argument<string> tenant = TenantCommandLine.Tenant();
        Argument<string> number = Number();
        Command command = remote.AddTo(new Command("close", "Closes a number of a practice, at once: calls to it are "
            + "refused before the answer. Its faxes stay; the number may be given away again.")
        {
            tenant, number,
        });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("close", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string id = await TenantCommandLine.FindAsync(
                    client, parsed.GetRequiredValue(tenant), cancellation);
                string wanted = DialledNumber.Normalize(parsed.GetRequiredValue(number));
                JsonElement line = (await client.GetAsync($"tenants/{id}/lines", cancellation)).GetProperty("lines")
                    .EnumerateArray().FirstOrDefault(one => RemoteCommand.Cell(one, "number") == wanted);
                return line.ValueKind == JsonValueKind.Undefined
                    ? throw new RemoteException(ExitCode.Refused, "the practice has no such number: `hermetic line "
                        + "list --tenant` shows them.")
                    : Say(run, await client.SendAsync(HttpMethod.Patch,
                        $"tenants/{id}/lines/{RemoteCommand.Cell(line, "id")}",
                        new JsonObject { ["state"] = "closed" }, cancellation));
            }));
        });
        return command;
    }

    private static Argument<string> Number() => new("NUMBER") { Description = "As it is dialled." };

    private static RemoteCommand Of(string name, RemoteOptionSet remote, ParseResult parsed) =>
        new($"hermetic line {name}", remote.Read(parsed), Console.Out, Console.Error);

    private static ExitCode Say(RemoteCommand run, JsonElement line)
    {
        run.Say(line, $"{RemoteCommand.Cell(line, "id")} {RemoteCommand.Cell(line, "number")} "
            + RemoteCommand.Cell(line, "state"));
        return ExitCode.Success;
    }

    private static string[] Cells(JsonElement line) =>
    [
        RemoteCommand.Cell(line, "id"), RemoteCommand.Cell(line, "number"), RemoteCommand.Cell(line, "name"),
        RemoteCommand.Cell(line, "state"), RemoteCommand.Cell(line, "createdAt"),
    ];
}
