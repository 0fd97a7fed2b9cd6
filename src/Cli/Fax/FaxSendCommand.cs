// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hermetic.Cli.Remote;
using Hermetic.Cli.Send;
using Hermetic.Server.Configuration;

namespace Hermetic.Cli.Fax;

/// <summary>`hermetic fax send`: a document to the server, and a job for it; with `--wait` until it is over. Progress
/// goes to standard error, the job to standard output.</summary>
internal sealed class FaxSendCommand(RemoteCommand command, FaxSendOptions options, TimeProvider time)
{
    // Our choice: a look each second is one small request, and a fax takes some twenty.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    // Our limit: the job is asked for again, under the same key, while the server may come back.
    private const int TriesMax = 5;

    private const long ProgressBytesMin = 1 << 20; // our choice: less is there before anybody reads of it

    public Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        if (!File.Exists(options.File))
        {
            // Its place on the command line and not its name, which may be a patient's.
            command.Error.WriteLine("hermetic fax send: the file is not there. Nothing was sent.");
            return Task.FromResult(ExitCode.BadDocument);
        }

        return command.RunAsync(client => SendAsync(client, cancellation));
    }

    private async Task<ExitCode> SendAsync(RemoteClient client, CancellationToken cancellation)
    {
        Guid line = await LineAsync(client, cancellation);
        JsonElement upload = await UploadAsync(client, cancellation);
        JsonElement job = await SubmitAsync(client, upload.GetProperty("id").GetGuid(), line, cancellation);
        if (!options.Wait)
        {
            Say(job);
            return StateOf(job) == "held" ? Held() : ExitCode.Success;
        }

        job = await FollowAsync(client, job, cancellation);
        Say(job);
        return StateOf(job) == "held" ? Held() : RemoteExit.OfJob(StateOf(job), CauseOf(job));
    }

    private async Task<Guid> LineAsync(RemoteClient client, CancellationToken cancellation)
    {
        JsonElement[] lines = [.. (await client.GetAsync("lines", cancellation)).GetProperty("lines").EnumerateArray()
            .Where(line => StateOf(line) == "active")];
        if (options.From is { } from)
        {
            lines = [.. lines.Where(line => Is(line, from))];
        }

        return lines.Length == 1 ? lines[0].GetProperty("id").GetGuid()
            : throw new RemoteException(ExitCode.Usage, options.From is not null
                ? "no line, or more than one, has the number, name or id of --from. Nothing was sent."
                : lines.Length == 0 ? "this account may send from no line. Nothing was sent."
                : "there are several lines to send from: say which with --from. Nothing was sent.");
    }

    private static bool Is(JsonElement line, string from) =>
        RemoteCommand.Cell(line, "id") == from || RemoteCommand.Cell(line, "name") == from
            || (DialledNumber.Normalize(from) is { Length: > 0 } number
                && RemoteCommand.Cell(line, "number") == number);

    private async Task<JsonElement> UploadAsync(RemoteClient client, CancellationToken cancellation)
    {
        long told = 0;
        JsonElement upload = await client.UploadAsync(
            options.File,
            (sent, all) =>
            {
                long tenth = sent * 10 / Math.Max(all, 1);
                if (all >= ProgressBytesMin && tenth > told)
                {
                    told = tenth;
                    command.Error.WriteLine($"uploaded {tenth * 10} %");
                }
            },
            cancellation);
        int pages = upload.GetProperty("pages").GetInt32();
        command.Error.WriteLine($"uploaded: {SendProgress.Pages(pages)}");
        foreach (JsonElement note in upload.GetProperty("notes").EnumerateArray())
        {
            command.Error.WriteLine(
                $"page {RemoteCommand.Cell(note, "page")}: {RemoteCommand.Cell(note, "text")}");
        }

        return upload;
    }

    // The same key each time: however often it is asked for, there is one fax.
    private async Task<JsonElement> SubmitAsync(
        RemoteClient client, Guid upload, Guid line, CancellationToken cancellation)
    {
        string key = options.Key ?? Guid.NewGuid().ToString();
        for (int tries = 1; ; tries++)
        {
            JsonObject body = new()
            {
                ["upload"] = upload,
                ["line"] = line,
                ["number"] = options.To,
                ["numberAgain"] = options.Confirm,
                ["priority"] = options.Priority,
                ["anyStation"] = options.AnyStation,
                ["subject"] = options.Subject,
                ["notBefore"] = options.NotBefore?.ToString("O", CultureInfo.InvariantCulture),
            };
            try
            {
                return await client.SendAsync(HttpMethod.Post, "jobs", body, cancellation, key);
            }
            catch (RemoteException failure) when (failure.Code is ExitCode.Unreachable && tries < TriesMax)
            {
                command.Error.WriteLine("the server did not answer; asking again");
                await Task.Delay(LookInterval, time, cancellation);
            }
        }
    }

    private async Task<JsonElement> FollowAsync(RemoteClient client, JsonElement job, CancellationToken cancellation)
    {
        string said = "";
        while (true)
        {
            string words = $"{RemoteCommand.Cell(job, "words")}; {RemoteCommand.Cell(job, "pagesConfirmed")} of "
                + $"{SendProgress.Pages(job.GetProperty("pages").GetInt32())} confirmed";
            if (words != said)
            {
                command.Error.WriteLine(said = words);
            }

            if (StateOf(job) is not ("waiting" or "calling"))
            {
                return job;
            }

            await Task.Delay(LookInterval, time, cancellation);
            job = await client.GetAsync($"jobs/{RemoteCommand.Cell(job, "id")}", cancellation);
        }
    }

    private ExitCode Held()
    {
        command.Error.WriteLine("held: this number was never faxed to, so it has to be given twice. Look at it again, "
            + "then send with --confirm NUMBER, or cancel this one.");
        return ExitCode.Refused;
    }

    private void Say(JsonElement job) =>
        command.Say(job, $"{RemoteCommand.Cell(job, "id")} {RemoteCommand.Cell(job, "state")}");

    private static string StateOf(JsonElement item) => RemoteCommand.Cell(item, "state");

    private static string? CauseOf(JsonElement job) => job.GetProperty("cause").GetString();
}
