// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hermetic.Cli.Remote;
using Hermetic.Cli.Send;
using Hermetic.Server.Configuration;

namespace Hermetic.Cli.Fax;

/// <summary>`hermetic fax send`: documents to the server, and one job for all of them; with `--wait` until it is over.
/// Progress goes to standard error, the job to standard output.</summary>
internal sealed class FaxSendCommand(RemoteCommand command, FaxSendOptions options, TimeProvider time)
{
    /// <summary>Our limit, which the server has too: documents in one fax.</summary>
    public const int FilesMax = 20;

    // Our choice: a look each second is one small request, and a fax takes some twenty.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    // Our limit: the job is asked for again, under the same key, while the server may come back.
    private const int TriesMax = 5;

    private const long ProgressBytesMin = 1 << 20; // our choice: less is there before anybody reads of it

    public Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        int[] missing = [.. Enumerable.Range(0, options.Files.Count).Where(i => !File.Exists(options.Files[i]))];
        foreach (int i in missing)
        {
            // Its place on the command line and not its name, which may be a patient's.
            command.Error.WriteLine($"hermetic fax send: {Place(i)} is not there. Nothing was sent.");
        }

        if (missing.Length > 0)
        {
            return Task.FromResult(ExitCode.BadDocument);
        }

        return command.RunAsync(client => SendAsync(client, cancellation));
    }

    private async Task<ExitCode> SendAsync(RemoteClient client, CancellationToken cancellation)
    {
        Guid line = await LineAsync(client, cancellation);
        List<Guid> uploads = [];
        for (int i = 0; i < options.Files.Count; i++)
        {
            uploads.Add((await UploadAsync(client, i, cancellation)).GetProperty("id").GetGuid());
        }

        JsonElement job = await SubmitAsync(client, uploads, line, cancellation);
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

    // As people count them.
    private string Place(int index) => options.Files.Count == 1 ? "the file"
        : string.Create(CultureInfo.InvariantCulture, $"file {index + 1}");

    private async Task<JsonElement> UploadAsync(RemoteClient client, int index, CancellationToken cancellation)
    {
        long told = 0;
        JsonElement upload;
        try
        {
            upload = await client.UploadAsync(options.Files[index], Told, cancellation);
        }
        catch (RemoteException) when (options.Files.Count > 1)
        {
            command.Error.WriteLine($"hermetic fax send: {Place(index)} was not taken. Nothing was sent.");
            throw;
        }

        int pages = upload.GetProperty("pages").GetInt32();
        command.Error.WriteLine(options.Files.Count == 1 ? $"uploaded: {SendProgress.Pages(pages)}"
            : $"uploaded {Place(index)}: {SendProgress.Pages(pages)}");
        foreach (JsonElement note in upload.GetProperty("notes").EnumerateArray())
        {
            command.Error.WriteLine(
                $"page {RemoteCommand.Cell(note, "page")}: {RemoteCommand.Cell(note, "text")}");
        }

        return upload;

        void Told(long sent, long all)
        {
            long tenth = sent * 10 / Math.Max(all, 1);
            if (all >= ProgressBytesMin && tenth > told)
            {
                told = tenth;
                command.Error.WriteLine($"uploaded {tenth * 10} %");
            }
        }
    }

    // The same key each time: however often it is asked for, there is one fax.
    private async Task<JsonElement> SubmitAsync(
        RemoteClient client, List<Guid> uploads, Guid line, CancellationToken cancellation)
    {
        string key = options.Key ?? Guid.NewGuid().ToString();
        for (int tries = 1; ; tries++)
        {
            JsonObject body = new()
            {
                ["upload"] = uploads[0],
                ["moreUploads"] = uploads.Count == 1 ? null
                    : new JsonArray([.. uploads.Skip(1).Select(one => (JsonNode)one)]),
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
