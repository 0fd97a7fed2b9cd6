// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hermetic.Cli.Remote;
using Hermetic.Cli.Site;
using Hermetic.Cli.Tenant;
using Hermetic.Server.Configuration;

namespace Hermetic.Cli.Line;

/// <summary>The options of `hermetic line list`, `add`, `change` and `close`.</summary>
internal static class LineCommandLine
{
    private static readonly string[] s_heads = ["ID", "NUMBER", "NAME", "STATE", "SITE", "MADE"];

    public static Command Build() => new("line", "Lists, adds, changes and closes the numbers of a practice.")
    {
        List(),
        Add(),
        Change(),
        Close(),
    };

    private static Command List()
    {
        RemoteOptionSet remote = new();
        Option<string?> tenant = SiteCommandLine.Tenant();
        Command command = remote.AddTo(new Command("list", "Lists the numbers of a practice.") { tenant });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("list", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string sites = await SiteCommandLine.PathAsync(client, parsed.GetValue(tenant), cancellation);
                JsonElement lines = await client.GetAsync(LinesOf(sites), cancellation);
                Dictionary<string, string> names = run.IsJson ? []
                    : (await client.GetAsync(sites, cancellation)).GetProperty("sites").EnumerateArray().ToDictionary(
                        site => RemoteCommand.Cell(site, "id"), site => RemoteCommand.Cell(site, "name"));
                run.List(lines.GetProperty("lines").EnumerateArray(), s_heads, line => Cells(line, names));
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
        Option<string?> site = new("--site")
        {
            Description = "The name or id of the site at which it stands.",
            HelpName = "SITE",
        };
        Command command = remote.AddTo(new Command("add", "Gives a practice a number, at once.")
        {
            tenant, number, site,
        });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("add", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string id = await TenantCommandLine.FindAsync(
                    client, parsed.GetRequiredValue(tenant), cancellation);
                JsonObject body = new() { ["number"] = parsed.GetRequiredValue(number) };
                if (parsed.GetValue(site) is { Length: > 0 } name)
                {
                    body["site"] = RemoteCommand.Cell(
                        await SiteCommandLine.FindAsync(client, $"tenants/{id}/sites", name, cancellation), "id");
                }

                return Say(run, await client.SendAsync(HttpMethod.Post, $"tenants/{id}/lines", body, cancellation));
            }));
        });
        return command;
    }

    private static Command Change()
    {
        RemoteOptionSet remote = new();
        Argument<string> number = Number();
        Option<string> site = new("--site")
        {
            Description = "The name or id of the site at which it stands from now on; \"\" for none.",
            HelpName = "SITE",
            Required = true,
        };
        Option<string?> tenant = SiteCommandLine.Tenant();
        Command command = remote.AddTo(new Command("change", "Says at which site a number stands, for the next page "
            + "that is sent from it.")
        {
            number, site, tenant,
        });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("change", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string sites = await SiteCommandLine.PathAsync(client, parsed.GetValue(tenant), cancellation);
                string wanted = parsed.GetRequiredValue(site);
                // The nil UUID is no site (RFC 9562 §5.9).
                string id = wanted.Length == 0 ? Guid.Empty.ToString()
                    : RemoteCommand.Cell(await SiteCommandLine.FindAsync(client, sites, wanted, cancellation), "id");
                return Say(run, await client.SendAsync(HttpMethod.Patch,
                    await FindAsync(client, LinesOf(sites), parsed.GetRequiredValue(number), cancellation),
                    new JsonObject { ["site"] = id }, cancellation));
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
                return Say(run, await client.SendAsync(HttpMethod.Patch,
                    await FindAsync(client, $"tenants/{id}/lines", parsed.GetRequiredValue(number), cancellation),
                    new JsonObject { ["state"] = "closed" }, cancellation));
            }));
        });
        return command;
    }

    // Beside the sites of the same practice.
    private static string LinesOf(string sites) => $"{sites[..^"sites".Length]}lines";

    // The path of a line, by its number.
    private static async Task<string> FindAsync(
        RemoteClient client, string path, string number, CancellationToken cancellation)
    {
        string wanted = DialledNumber.Normalize(number);
        JsonElement line = (await client.GetAsync(path, cancellation)).GetProperty("lines")
            .EnumerateArray().FirstOrDefault(one => RemoteCommand.Cell(one, "number") == wanted);
        return line.ValueKind != JsonValueKind.Undefined ? $"{path}/{RemoteCommand.Cell(line, "id")}"
            : throw new RemoteException(ExitCode.Refused,
                "the practice has no such number: `hermetic line list` shows them, an operator with --tenant.");
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

    private static string[] Cells(JsonElement line, Dictionary<string, string> sites) =>
    [
        RemoteCommand.Cell(line, "id"), RemoteCommand.Cell(line, "number"), RemoteCommand.Cell(line, "name"),
        RemoteCommand.Cell(line, "state"), sites.GetValueOrDefault(RemoteCommand.Cell(line, "site"), "-"),
        RemoteCommand.Cell(line, "createdAt"),
    ];
}
