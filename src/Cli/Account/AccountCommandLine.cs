// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hermetic.Cli.Remote;
using Hermetic.Cli.Tenant;

namespace Hermetic.Cli.Account;

/// <summary>The options of `hermetic account list`, `invite`, `role`, `suspend`, `resume`, `approvals` and
/// `approve`.</summary>
internal static class AccountCommandLine
{
    private static readonly string[] s_heads = ["ID", "NAME", "ROLE", "STATE", "INBOXES", "MADE"];
    private static readonly string[] s_waiting = ["APPROVAL", "WHAT", "NAME", "ROLE", "ASKED BY", "ENDS"];

    public static Command Build() => new("account", "Lists, invites and changes the people of one's own house.")
    {
        List("list", "Lists the people of one's own house.", "accounts", s_heads, Cells),
        Invite(),
        Role(),
        OfOne("suspend", "Lets a person in no more, at once.", HttpMethod.Post),
        OfOne("resume", "Lets a suspended person in again.", HttpMethod.Delete),
        List("approvals", "Lists the changes that wait for a second person.", "approvals", s_waiting, Waiting),
        Approve(),
    };

    private static Command List(
        string name, string description, string path, string[] heads, Func<JsonElement, string[]> cells)
    {
        RemoteOptionSet remote = new();
        Command command = remote.AddTo(new Command(name, description));
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of(name, remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                JsonElement found = await client.GetAsync(path, cancellation);
                run.List(found.GetProperty("items").EnumerateArray(), heads, cells);
                return ExitCode.Success;
            }));
        });
        return command;
    }

    private static Command Invite()
    {
        RemoteOptionSet remote = new();
        Argument<string> name = new("NAME") { Description = "What the person signs in with." };
        Option<string?> role = RoleOption();
        Option<string[]> inboxes = Inboxes();
        Option<string?> tenant = new("--tenant")
        {
            Description = "For an operator: the practice whose first administrator it is.",
            HelpName = "TENANT",
        };
        Command command = remote.AddTo(new Command("invite", "Invites a person; shows the one-time code to enrol with, "
            + "or says that a second person has to approve it.")
        {
            name, role, inboxes, tenant,
        });
        command.Validators.Add(result => SharedOptions.Refuse(result,
            (result.GetValue(role) is null) != (result.GetValue(tenant) is null),
            "one of --role and --tenant is needed: a practice's first person is its administrator"));
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("invite", remote, parsed);
            JsonObject body = new() { ["name"] = parsed.GetRequiredValue(name) };
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string path = "accounts";
                if (parsed.GetValue(tenant) is { } practice)
                {
                    string id = await TenantCommandLine.FindAsync(client, practice, cancellation);
                    path = $"tenants/{id}/administrators";
                }
                else
                {
                    (body["role"], body["inboxes"]) = (parsed.GetValue(role), List(parsed.GetValue(inboxes)));
                }

                return Say(run, await client.SendAsync(HttpMethod.Post, path, body, cancellation));
            }));
        });
        return command;
    }

    private static Command Role()
    {
        RemoteOptionSet remote = new();
        Argument<string> account = Account();
        Option<string?> role = RoleOption();
        role.Required = true;
        Option<string[]> inboxes = Inboxes();
        Command command = remote.AddTo(new Command("role", "Gives a person another role and other inboxes.")
        {
            account, role, inboxes,
        });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("role", remote, parsed);
            JsonObject body = new()
            {
                ["role"] = parsed.GetValue(role),
                ["inboxes"] = List(parsed.GetValue(inboxes)),
            };
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string id = await FindAsync(client, parsed.GetRequiredValue(account), cancellation);
                return Say(run, await client.SendAsync(HttpMethod.Put, $"accounts/{id}/role", body, cancellation));
            }));
        });
        return command;
    }

    private static Command OfOne(string name, string description, HttpMethod method)
    {
        RemoteOptionSet remote = new();
        Argument<string> account = Account();
        Command command = remote.AddTo(new Command(name, description) { account });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of(name, remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string id = await FindAsync(client, parsed.GetRequiredValue(account), cancellation);
                return Say(run, await client.SendAsync(method, $"accounts/{id}/suspension", null, cancellation));
            }));
        });
        return command;
    }

    private static Command Approve()
    {
        RemoteOptionSet remote = new();
        Argument<Guid> id = new("APPROVAL") { Description = "As `account approvals` shows it." };
        Command command = remote.AddTo(new Command("approve", "Says yes to what another person asked for. Asks for a "
            + "sign-in of the last five minutes.")
        {
            id,
        });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("approve", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client => Say(run, await client.SendAsync(
                HttpMethod.Post, $"approvals/{parsed.GetValue(id)}/approve", null, cancellation))));
        });
        return command;
    }

    private static async Task<string> FindAsync(RemoteClient client, string account, CancellationToken cancellation)
    {
        JsonElement[] found = [.. (await client.GetAsync("accounts", cancellation)).GetProperty("items")
            .EnumerateArray().Where(one => RemoteCommand.Cell(one, "id") == account
                || RemoteCommand.Cell(one, "name").Equals(account, StringComparison.OrdinalIgnoreCase))];
        return found.Length == 1 ? RemoteCommand.Cell(found[0], "id")
            : throw new RemoteException(ExitCode.Refused,
                "nobody of this house has this name or id: `hermetic account list` shows them.");
    }

    private static Argument<string> Account() => new("ACCOUNT") { Description = "The person's name or id." };

    private static Option<string?> RoleOption() => new("--role")
    {
        Description = "FrontDesk, Clinician, PrivacyOfficer or TenantAdministrator; InstallationOperator among "
            + "operators.",
        HelpName = "ROLE",
    };

    private static Option<string[]> Inboxes() => new("--inbox")
    {
        Description = "A line's id whose faxes the person sees, or `all`. May be given several times.",
        HelpName = "LINE",
    };

    private static JsonArray List(string[]? inboxes) => [.. (inboxes ?? []).Select(one => (JsonNode)one)];

    private static RemoteCommand Of(string name, RemoteOptionSet remote, ParseResult parsed) =>
        new($"hermetic account {name}", remote.Read(parsed), Console.Out, Console.Error);

    private static ExitCode Say(RemoteCommand run, JsonElement answer)
    {
        if (answer.ValueKind == JsonValueKind.Undefined)
        {
            return ExitCode.Success;
        }

        string words = RemoteCommand.Cell(answer, "approval") is not "-" and { } approval
            ? $"waits for a second person: `hermetic account approve {approval}`"
            : RemoteCommand.Cell(answer, "enrolmentCode") is not "-" and { } code
                ? $"{RemoteCommand.Cell(answer, "target")} one-time code, to be handed on: {code}"
                : RemoteCommand.Cell(answer, "secret") is not "-" and { } secret
                    ? $"{RemoteCommand.Cell(answer, "target")} secret, to be handed on: {secret}"
                    : RemoteCommand.Cell(answer, "target");
        run.Say(answer, words);
        return ExitCode.Success;
    }

    private static string Words(JsonElement item, string name) => string.Join(' ',
        item.GetProperty(name).EnumerateArray().Select(one => one.GetString()));

    private static string[] Cells(JsonElement account) =>
    [
        RemoteCommand.Cell(account, "id"), RemoteCommand.Cell(account, "name"), RemoteCommand.Cell(account, "role"),
        RemoteCommand.Cell(account, "state"), Words(account, "inboxes"), RemoteCommand.Cell(account, "createdAt"),
    ];

    private static string[] Waiting(JsonElement change) =>
    [
        RemoteCommand.Cell(change, "id"), RemoteCommand.Cell(change, "kind"), RemoteCommand.Cell(change, "name"),
        RemoteCommand.Cell(change, "role"), RemoteCommand.Cell(change, "askedBy"),
        RemoteCommand.Cell(change, "endsAt"),
    ];
}
