// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hermetic.Cli.Remote;

namespace Hermetic.Cli.Trunk;

/// <summary>`hermetic trunk test`: has a server place a test call, follows it and says what came of it.</summary>
internal sealed class TrunkTestCommand(RemoteCommand run)
{
    // Our choice: steps of a call take seconds.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    private static readonly Dictionary<string, string> s_steps = new()
    {
        ["placed"] = "calling",
        ["ringing"] = "it rings",
        ["answered"] = "answered, agreeing on T.38",
        ["t38"] = "T.38 is agreed, waiting for the fax machine to say what it can do",
    };

    public Task<ExitCode> RunAsync(string trunk, string number, CancellationToken cancellation) =>
        run.RunAsync(async client =>
        {
            string path = $"trunks/{Uri.EscapeDataString(trunk)}/test-call";
            JsonElement call = await client.SendAsync(
                HttpMethod.Post, path, new JsonObject { ["number"] = number }, cancellation);
            try
            {
                call = await FollowAsync(client, path, call, cancellation);
            }
            catch (OperationCanceledException)
            {
                await client.SendAsync(HttpMethod.Delete, path, null, CancellationToken.None);
                return ExitCode.Cancelled;
            }

            run.Say(call, Words(call));
            string state = RemoteCommand.Cell(call, "state");
            return state == "identified" ? ExitCode.Success
                : RemoteExit.OfJob(state, RemoteCommand.Cell(call, "cause"));
        });

    private async Task<JsonElement> FollowAsync(
        RemoteClient client, string path, JsonElement call, CancellationToken cancellation)
    {
        string id = RemoteCommand.Cell(call, "id");
        string told = "";
        while (RemoteCommand.Cell(call, "state") == "calling")
        {
            string step = s_steps.GetValueOrDefault(RemoteCommand.Cell(call, "progress"), "calling");
            if (step != told && !run.IsJson)
            {
                run.Error.WriteLine($"{step}...");
            }

            told = step;
            await Task.Delay(s_look, cancellation);
            call = await client.GetAsync(path, cancellation);
            if (RemoteCommand.Cell(call, "id") != id)
            {
                throw new RemoteException(ExitCode.Machine, "the call is over, and somebody placed another one since: "
                    + "what became of this one is not known any more. Try again.");
            }
        }

        return call;
    }

    private static string Words(JsonElement call)
    {
        List<string> lines = [RemoteCommand.Cell(call, "words")];
        if (call.GetProperty("station") is { ValueKind: JsonValueKind.Object } station)
        {
            lines.Add($"station:  {RemoteCommand.Cell(station, "id")}");
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"takes:    {station.GetProperty("rateMax").GetInt32()} bit/s, "
                + $"{(station.GetProperty("ecm").GetBoolean() ? "with" : "without")} error correction, "
                + $"{List(station, "codings")}, {List(station, "resolutions")}, "
                + $"{RemoteCommand.Cell(station, "width")}"));
        }

        lines.Add($"detail:   {RemoteCommand.Cell(call, "detail")}");
        return string.Join('\n', lines);
    }

    private static string List(JsonElement item, string name) =>
        string.Join(' ', item.GetProperty(name).EnumerateArray().Select(one => one.GetString()));
}
