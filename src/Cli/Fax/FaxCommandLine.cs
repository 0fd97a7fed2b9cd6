// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json;
using Hermetic.Cli.Remote;

namespace Hermetic.Cli.Fax;

/// <summary>The options of `hermetic fax send`, `list`, `show` and `cancel`; of `handle` and `undo`:
/// <see cref="FaxHandleCommandLine"/>.</summary>
internal static class FaxCommandLine
{
    private static readonly string[] s_heads =
        ["ID", "BEGUN", "DIRECTION", "STATE", "NUMBER", "STATION", "PAGES", "CONFIRMED", "HANDLING", "ASSIGNEE", "TAGS",
            "NOTES"];

    public static Command Build() => new("fax", "Sends, lists, shows, handles and cancels faxes of a server.")
    {
        Send(),
        List(),
        Show(),
        FaxHandleCommandLine.Handle((parsed, remote) => Of("handle", remote, parsed)),
        FaxHandleCommandLine.Undo((parsed, remote) => Of("undo", remote, parsed)),
        Cancel(),
    };

    private static Command Send()
    {
        RemoteOptionSet remote = new();
        Option<string> to = new("--to") { Description = "The number to call.", HelpName = "NUMBER", Required = true };
        Option<string?> confirm = new("--confirm")
        {
            Description = "The number a second time, typed anew. The first fax to a number waits for it.",
            HelpName = "NUMBER",
        };
        Option<string?> from = new("--from")
        {
            Description = "The line to send from: its number, name or id. Default: the only one.",
            HelpName = "LINE",
        };
        Option<string?> subject = new("--subject")
        {
            Description = "What it is about; sealed with the fax.",
            HelpName = "TEXT",
        };
        Option<int> priority = new("--priority") { Description = "-10 to 10; the higher goes first.", HelpName = "N" };
        Option<DateTimeOffset?> notBefore = new("--not-before")
        {
            Description = "Not before this instant, as in 2026-11-24T09:30:00Z.",
            HelpName = "TIME",
        };
        Option<bool> anyStation = new("--any-station")
        {
            Description = "Send even if another station answers than the one that is known for the number.",
        };
        Option<bool> wait = new("--wait") { Description = "Wait until the fax is over; the exit code says how." };
        Option<string?> key = new("--key")
        {
            Description = "The Idempotency-Key: with the same one the same fax is made once, within a day.",
            HelpName = "KEY",
        };
        Argument<string[]> file = new("FILE")
        {
            Description = "PDF, TIFF, PNG, JPEG or UTF-8 text; several go out as one fax, in their order.",
            Arity = new ArgumentArity(1, FaxSendCommand.FilesMax),
        };
        Command command = remote.AddTo(new Command("send", "Sends one document or several as one fax.")
        {
            to, confirm, from, subject, priority, notBefore, anyStation, wait, key, file,
        });
        command.SetAction((parsed, cancellation) => CommandLine.Run(new FaxSendCommand(
            Of("send", remote, parsed),
            new FaxSendOptions
            {
                Files = parsed.GetRequiredValue(file),
                To = parsed.GetRequiredValue(to),
                Confirm = parsed.GetValue(confirm),
                From = parsed.GetValue(from),
                Subject = parsed.GetValue(subject),
                Priority = parsed.GetValue(priority),
                NotBefore = parsed.GetValue(notBefore),
                AnyStation = parsed.GetValue(anyStation),
                Wait = parsed.GetValue(wait),
                Key = parsed.GetValue(key),
            },
            TimeProvider.System).RunAsync(cancellation)));
        return command;
    }

    private static Command List()
    {
        RemoteOptionSet remote = new();
        Option<string?> direction = new("--direction") { Description = "inbound or outbound.", HelpName = "WAY" };
        Option<string?> state = new("--state")
        {
            Description = "Only faxes in this state, e.g. received, partial, queued, sent or failed; or received ones "
                + "that are new, open or done.",
            HelpName = "STATE",
        };
        Option<string?> assignee = new("--assignee")
        {
            Description = "Only received faxes that an account takes care of: its id, me or nobody.",
            HelpName = "WHO",
        };
        Option<string?> tag = new("--tag") { Description = "Only faxes with this tag.", HelpName = "TAG" };
        Option<int> limit = new("--limit")
        {
            Description = "How many at most: 1 to 200.",
            HelpName = "N",
            DefaultValueFactory = _ => 50,
        };
        Option<string> purpose = Purpose();
        Command command = remote.AddTo(new Command("list", "Lists faxes, newest first. Numbers are shown, so the "
            + "ledger says who listed which faxes.")
        {
            direction, state, assignee, tag, limit, purpose,
        });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("list", remote, parsed);
            // The two kinds of states share no word.
            string? word = parsed.GetValue(state);
            string query = Query(("direction", parsed.GetValue(direction)),
                (word is "new" or "open" or "done" ? "handling" : "state", word),
                ("assignee", parsed.GetValue(assignee)), ("tag", parsed.GetValue(tag)),
                ("limit", $"{parsed.GetValue(limit)}"), ("purpose", parsed.GetRequiredValue(purpose)));
            return CommandLine.Run(run.RunAsync(async client =>
            {
                JsonElement faxes = await client.GetAsync($"faxes?{query}", cancellation);
                run.List(faxes.GetProperty("faxes").EnumerateArray(), s_heads, Cells);
                return ExitCode.Success;
            }));
        });
        return command;
    }

    private static Command Show()
    {
        RemoteOptionSet remote = new();
        Option<string> purpose = Purpose();
        Argument<Guid> id = Id();
        Command command = remote.AddTo(new Command("show", "Shows a fax with its pages and its call. The number is "
            + "shown, so the ledger says who saw it.")
        {
            purpose, id,
        });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("show", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                JsonElement fax = await client.GetAsync(
                    $"faxes/{parsed.GetValue(id)}?{Query(("purpose", parsed.GetRequiredValue(purpose)))}",
                    cancellation);
                if (run.IsJson)
                {
                    run.Say(fax, "");
                }
                else
                {
                    run.List([fax.GetProperty("fax")], s_heads, Cells);
                }

                return ExitCode.Success;
            }));
        });
        return command;
    }

    private static Command Cancel()
    {
        RemoteOptionSet remote = new();
        Argument<Guid> id = Id();
        Command command = remote.AddTo(new Command("cancel",
            "Takes a fax back; a call that is under way is hung up.")
        {
            id,
        });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = Of("cancel", remote, parsed);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                JsonElement job = await client.SendAsync(
                    HttpMethod.Post, $"jobs/{parsed.GetValue(id)}/cancel", null, cancellation);
                run.Say(job, $"{RemoteCommand.Cell(job, "id")} {RemoteCommand.Cell(job, "state")}");
                return ExitCode.Success;
            }));
        });
        return command;
    }

    private static Argument<Guid> Id() => new("ID") { Description = "The fax's id, as `fax list` shows it." };

    private static Option<string> Purpose() => new("--purpose")
    {
        Description = "Why, for the ledger: treatment, payment or operations.",
        HelpName = "WHY",
        DefaultValueFactory = _ => "treatment",
    };

    private static RemoteCommand Of(string name, RemoteOptionSet remote, ParseResult parsed) =>
        new($"hermetic fax {name}", remote.Read(parsed), Console.Out, Console.Error);

    private static string Query(params (string Name, string? Value)[] fields) => string.Join('&', fields
        .Where(field => field.Value is not null)
        .Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value!)}"));

    private static string[] Cells(JsonElement fax) =>
    [
        RemoteCommand.Cell(fax, "id"), RemoteCommand.Cell(fax, "begunAt"), RemoteCommand.Cell(fax, "direction"),
        RemoteCommand.Cell(fax, "state"), RemoteCommand.Cell(fax, "remoteNumber"),
        RemoteCommand.Cell(fax, "stationId"), RemoteCommand.Cell(fax, "pages"),
        RemoteCommand.Cell(fax, "pagesConfirmed"), .. FaxHandleCommandLine.Cells(fax),
    ];
}
