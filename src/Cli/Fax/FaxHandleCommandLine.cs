// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hermetic.Cli.Remote;

namespace Hermetic.Cli.Fax;

/// <summary>The options of `hermetic fax handle` and `undo`.</summary>
internal static class FaxHandleCommandLine
{
    /// <summary>How the caller and nobody are called where an account's id may stand.</summary>
    public const string Me = "me";

    /// <summary>As above.</summary>
    public const string Nobody = "nobody";

    public static Command Handle(Func<ParseResult, RemoteOptionSet, RemoteCommand> of)
    {
        RemoteOptionSet remote = new();
        Option<string?> state = new("--state") { Description = "new, open or done.", HelpName = "STATE" };
        Option<string?> assignee = new("--assignee")
        {
            Description = "Who takes care of it: an account's id, me or nobody.",
            HelpName = "WHO",
        };
        Option<string[]> tags = new("--tag")
        {
            Description = "A tag that it has from now on. May stand more than once.",
            HelpName = "TAG",
        };
        Option<string[]> untags = new("--untag")
        {
            Description = "A tag that it has no more. May stand more than once.",
            HelpName = "TAG",
        };
        Option<string?> note = new("--note") { Description = "A note on it; sealed with it.", HelpName = "TEXT" };
        Argument<Guid> id = new("ID") { Description = "The fax's id, as `fax list` shows it." };
        Command command = remote.AddTo(new Command("handle",
            "Says how far one is with a received fax, who takes care of it, its tags, and a note.")
        {
            state, assignee, tags, untags, note, id,
        });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = of(parsed, remote);
            Guid fax = parsed.GetValue(id);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                string? who = parsed.GetValue(assignee);
                JsonObject change = Change(fax, parsed.GetValue(state), parsed.GetValue(tags), parsed.GetValue(untags));
                if (who == Nobody)
                {
                    change["unassign"] = true;
                }
                else if (who is not null)
                {
                    change["assignee"] = who == Me
                        ? (await client.GetAsync("session", cancellation)).GetProperty("account").GetString() : who;
                }

                string? text = parsed.GetValue(note);
                // Without a change the server says what is missing.
                if (change.Count > 1 || text is null)
                {
                    JsonElement changed = await client.SendAsync(
                        HttpMethod.Post, "faxes/handling", change, cancellation);
                    JsonElement one = changed.GetProperty("faxes")[0];
                    string undo = RemoteCommand.Cell(changed.GetProperty("undo"), "id");
                    run.Say(changed, $"{RemoteCommand.Cell(one, "fax")} {RemoteCommand.Cell(one, "state")}. "
                        + $"To take it back: hermetic fax undo {undo}");
                }

                if (text is not null)
                {
                    JsonElement written = await client.SendAsync(
                        HttpMethod.Post, $"faxes/{fax}/notes", new JsonObject { ["text"] = text }, cancellation);
                    run.Say(written, $"{fax} note {RemoteCommand.Cell(written, "number")}");
                }

                return ExitCode.Success;
            }));
        });
        return command;
    }

    public static Command Undo(Func<ParseResult, RemoteOptionSet, RemoteCommand> of)
    {
        RemoteOptionSet remote = new();
        Argument<Guid> id = new("UNDO") { Description = "The id that `fax handle` gave." };
        Command command = remote.AddTo(new Command("undo",
            "Takes a change of `fax handle` back: within 10 minutes, if nobody changed the fax since.")
        {
            id,
        });
        command.SetAction((parsed, cancellation) =>
        {
            RemoteCommand run = of(parsed, remote);
            return CommandLine.Run(run.RunAsync(async client =>
            {
                JsonElement undone = await client.SendAsync(HttpMethod.Post, "handling/undo",
                    new JsonObject { ["undo"] = parsed.GetValue(id).ToString() }, cancellation);
                JsonElement one = undone.GetProperty("faxes")[0];
                run.Say(undone, $"{RemoteCommand.Cell(one, "fax")} {RemoteCommand.Cell(one, "state")}");
                return ExitCode.Success;
            }));
        });
        return command;
    }

    /// <summary>How a fax is handled, as cells of a list: state, who takes care of it, tags, notes.</summary>
    public static string[] Cells(JsonElement fax)
    {
        if (!fax.TryGetProperty("handling", out JsonElement handling) || handling.ValueKind != JsonValueKind.Object)
        {
            return ["-", "-", "-", "-"];
        }

        JsonElement tags = handling.GetProperty("tags");
        return
        [
            RemoteCommand.Cell(handling, "state"), RemoteCommand.Cell(handling, "assignee"),
            tags.ValueKind != JsonValueKind.Array || tags.GetArrayLength() == 0 ? "-"
                : string.Join(", ", tags.EnumerateArray().Select(tag => tag.GetString())),
            RemoteCommand.Cell(handling, "notes"),
        ];
    }

    private static JsonObject Change(Guid fax, string? state, string[]? tags, string[]? untags)
    {
        JsonObject change = new() { ["faxes"] = new JsonArray(fax.ToString()) };
        if (state is not null)
        {
            change["state"] = state;
        }

        if (tags is { Length: > 0 })
        {
            change["addTags"] = new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))]);
        }

        if (untags is { Length: > 0 })
        {
            change["removeTags"] = new JsonArray([.. untags.Select(tag => JsonValue.Create(tag))]);
        }

        return change;
    }
}
