// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hermetic.Cli.Remote;

namespace Hermetic.Cli.Tenant;

/// <summary>The options of `hermetic tenant list`, `add`, `rename` and `close`.</summary>
internal static class TenantCommandLine
{
    private static readonly string[] s_heads = ["ID", "NAME", "STATE", "MADE"];

    public static Command Build() => new("tenant", "Lists, adds, renames and closes the practices of a server.")
    {
        List(),
        Add(),
        Rename(),
        Close(),
    };

    /// <summary>The id of a practice that was named by its name or its id.</summary>
    /// <exception cref="RemoteException">There is none such.</exception>
    public static async Task<string> FindAsync(RemoteClient client, string tenant, CancellationToken cancellation)
    {
        JsonElement[] found = [.. (await client.GetAsync("tenants", cancellation)).GetProperty("tenants")
            .EnumerateArray().Where(one => RemoteCommand.Cell(one, "id") == tenant
                || RemoteCommand.Cell(one, "name") == tenant)];
        return found.Length == 1 ? RemoteCommand.Cell(found[0], "id")
            : throw new RemoteException(ExitCode.Refused,
                "no practice has this name or id: `hermetic tenant list` shows them.");
    }

    /// <summary>The argument that names a practice.</summary>
    public static Argument<string> Tenant() => new("TENANT") { Description = "The practice's name or id." };

    private static Command List()
    {
        RemoteOptionSet remote = new();
        Command command = remote.AddTo(new Command("list", "Lists the practices."));
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("list", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                JsonElement tenants = await client.GetAsync("tenants", cancellation);
                run.List(tenants.GetProperty("tenants").EnumerateArray(), s_heads, Cells);
                return ExitCode.Success;
            }));
        });
        return command;
    }

    private static Command Add()
    {
        RemoteOptionSet remote = new();
        Argument<string> name = new("NAME") { Description = "What the practice is called." };
        Command command = remote.AddTo(new Command("add", "Makes a practice, with its keys. Next: `line add`, and "
            + "`account invite --tenant` for its first administrator.")
        {
            name,
        });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("add", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client => Say(run, await client.SendAsync(HttpMethod.Post,
                "tenants", new JsonObject { ["name"] = parsed.GetRequiredValue(name) }, cancellation))));
        });
        return command;
    }

    private static Command Rename()
    {
        RemoteOptionSet remote = new();
        Argument<string> tenant = Tenant();
        Argument<string> name = new("NAME") { Description = "The new name." };
        Command command = remote.AddTo(new Command("rename", "Gives a practice another name.") { tenant, name });
        command.SetAction((parsed, cancellation) => ChangeAsync(
            Of("rename", remote, parsed), parsed.GetRequiredValue(tenant),
            new JsonObject { ["name"] = parsed.GetRequiredValue(name) }, cancellation));
        return command;
    }

    private static Command Close()
    {
        RemoteOptionSet remote = new();
        Argument<string> tenant = Tenant();
        Command command = remote.AddTo(new Command("close", "Closes a practice, at once: calls to it are refused. Its "
            + "faxes stay, and its people still read them.")
        {
            tenant,
        });
        command.SetAction((parsed, cancellation) => ChangeAsync(
            Of("close", remote, parsed), parsed.GetRequiredValue(tenant),
            new JsonObject { ["state"] = "closed" }, cancellation));
        return command;
    }

    private static Task<int> ChangeAsync(
        RemoteCommand run, string tenant, JsonObject change, CancellationToken cancellation) =>
        CommandLine.Run(run.RunAsync(async client => Say(run, await client.SendAsync(HttpMethod.Patch,
            $"tenants/{await FindAsync(client, tenant, cancellation)}", change, cancellation))));

    private static RemoteCommand Of(string name, RemoteOptionSet remote, ParseResult parsed) =>
        new($"hermetic tenant {name}", remote.Read(parsed), Console.Out, Console.Error);

    private static ExitCode Say(RemoteCommand run, JsonElement tenant)
    {
        run.Say(tenant, string.Join(' ', Cells(tenant)[..3]));
        return ExitCode.Success;
    }

    private static string[] Cells(JsonElement tenant) =>
    [
        RemoteCommand.Cell(tenant, "id"), RemoteCommand.Cell(tenant, "name"), RemoteCommand.Cell(tenant, "state"),
        RemoteCommand.Cell(tenant, "createdAt"),
    ];
}
