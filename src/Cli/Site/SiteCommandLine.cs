// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hermetic.Cli.Remote;
using Hermetic.Cli.Tenant;

namespace Hermetic.Cli.Site;

/// <summary>The options of `hermetic site list`, `show`, `add`, `change` and `remove`.</summary>
internal static class SiteCommandLine
{
    private static readonly string[] s_heads = ["ID", "NAME", "ZONE", "SENDER", "PHONE", "CHANGED"];

    public static Command Build() => new("site", "Lists, shows, adds, changes and removes the sites of a practice: the "
        + "time zone, sender's name and address of what their lines send.")
    {
        List(),
        Show(),
        Add(),
        Change(),
        Remove(),
    };

    /// <summary>The option that names another practice than one's own.</summary>
    public static Option<string?> Tenant() => new("--tenant")
    {
        Description = "The practice's name or id, for an operator. Default: one's own practice.",
        HelpName = "TENANT",
    };

    /// <summary>Where the sites of a practice are: of one that was named, or of one's own.</summary>
    /// <exception cref="RemoteException">There is none such.</exception>
    public static async Task<string> PathAsync(RemoteClient client, string? tenant, CancellationToken cancellation) =>
        tenant is null ? "sites" : $"tenants/{await TenantCommandLine.FindAsync(client, tenant, cancellation)}/sites";

    /// <summary>A site that was named by its name or id.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="path">As <see cref="PathAsync"/> says it.</param>
    /// <param name="site">The name or id.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="RemoteException">There is none such.</exception>
    public static async Task<JsonElement> FindAsync(
        RemoteClient client, string path, string site, CancellationToken cancellation)
    {
        JsonElement[] found = [.. (await client.GetAsync(path, cancellation)).GetProperty("sites").EnumerateArray()
            .Where(one => RemoteCommand.Cell(one, "id") == site
                || RemoteCommand.Cell(one, "name").Equals(site, StringComparison.OrdinalIgnoreCase))];
        return found.Length == 1 ? found[0]
            : throw new RemoteException(ExitCode.Refused,
                "no site has this name or id: `hermetic site list` shows them.");
    }

    private static Command List()
    {
        RemoteOptionSet remote = new();
        Option<string?> tenant = Tenant();
        Command command = remote.AddTo(new Command("list", "Lists the sites of a practice.") { tenant });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("list", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string path = await PathAsync(client, parsed.GetValue(tenant), cancellation);
                JsonElement sites = await client.GetAsync(path, cancellation);
                run.List(sites.GetProperty("sites").EnumerateArray(), s_heads, Cells);
                return ExitCode.Success;
            }));
        });
        return command;
    }

    private static Command Show()
    {
        RemoteOptionSet remote = new();
        Argument<string> site = Site();
        Option<string?> tenant = Tenant();
        Command command = remote.AddTo(new Command("show", "Shows a site, with its address.") { site, tenant });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("show", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string path = await PathAsync(client, parsed.GetValue(tenant), cancellation);
                JsonElement found = await FindAsync(client, path, parsed.GetRequiredValue(site), cancellation);
                run.Say(found, string.Join('\n', Words(found)));
                return ExitCode.Success;
            }));
        });
        return command;
    }

    private static Command Add()
    {
        RemoteOptionSet remote = new();
        Argument<string> name = new("NAME") { Description = "What the practice calls it." };
        SiteFields fields = new(isNew: true);
        Option<string?> tenant = Tenant();
        Command command = remote.AddTo(fields.AddTo(new Command("add", "Makes a site. Next: `line change --site`.")
        {
            name, tenant,
        }));
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("add", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                JsonObject body = fields.Read(parsed);
                body["name"] = parsed.GetRequiredValue(name);
                string path = await PathAsync(client, parsed.GetValue(tenant), cancellation);
                return Say(run, await client.SendAsync(HttpMethod.Post, path, body, cancellation));
            }));
        });
        return command;
    }

    private static Command Change()
    {
        RemoteOptionSet remote = new();
        Argument<string> site = Site();
        Option<string?> name = new("--name") { Description = "Another name.", HelpName = "NAME" };
        SiteFields fields = new(isNew: false);
        Option<string?> tenant = Tenant();
        Command command = remote.AddTo(fields.AddTo(new Command("change", "Changes a site, for the next page that is "
            + "sent from its lines. What is not given stays.")
        {
            site, name, tenant,
        }));
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("change", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                JsonObject body = fields.Read(parsed);
                if (parsed.GetValue(name) is { } other)
                {
                    body["name"] = other;
                }

                string path = await PathAsync(client, parsed.GetValue(tenant), cancellation);
                JsonElement found = await FindAsync(client, path, parsed.GetRequiredValue(site), cancellation);
                return Say(run, await client.SendAsync(HttpMethod.Patch, $"{path}/{RemoteCommand.Cell(found, "id")}",
                    body, cancellation, match: MatchOf(found)));
            }));
        });
        return command;
    }

    private static Command Remove()
    {
        RemoteOptionSet remote = new();
        Argument<string> site = Site();
        Option<string?> tenant = Tenant();
        Command command = remote.AddTo(new Command("remove", "Removes a site at which no line stands.")
        {
            site, tenant,
        });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("remove", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string path = await PathAsync(client, parsed.GetValue(tenant), cancellation);
                JsonElement found = await FindAsync(client, path, parsed.GetRequiredValue(site), cancellation);
                await client.SendAsync(HttpMethod.Delete, $"{path}/{RemoteCommand.Cell(found, "id")}", null,
                    cancellation, match: MatchOf(found));
                return Say(run, found);
            }));
        });
        return command;
    }

    // As it was seen a moment ago: else somebody else's change would be undone unseen.
    private static string MatchOf(JsonElement site) => $"\"{RemoteCommand.Cell(site, "version")}\"";

    private static Argument<string> Site() => new("SITE") { Description = "The site's name or id." };

    private static RemoteCommand Of(string name, RemoteOptionSet remote, ParseResult parsed) =>
        new($"hermetic site {name}", remote.Read(parsed), Console.Out, Console.Error);

    private static ExitCode Say(RemoteCommand run, JsonElement site)
    {
        run.Say(site, string.Join(' ', Cells(site)[..3]));
        return ExitCode.Success;
    }

    private static string[] Cells(JsonElement site) =>
    [
        RemoteCommand.Cell(site, "id"), RemoteCommand.Cell(site, "name"), RemoteCommand.Cell(site, "timeZone"),
        RemoteCommand.Cell(site, "senderName"), RemoteCommand.Cell(site, "phone"),
        RemoteCommand.Cell(site, "changedAt"),
    ];

    private static IEnumerable<string> Words(JsonElement site) =>
        Cells(site).Zip(s_heads, (cell, head) => $"{head,-8} {cell}").Concat(site.GetProperty("address")
            .EnumerateArray().Select(line => $"ADDRESS  {line.GetString()}"));
}
