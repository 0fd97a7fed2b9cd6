// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Cli.Demo.House;
using Hermetic.Documents.Synthetic;
using Hermetic.Ledger.Notes;

namespace Hermetic.Cli.Demo.Tour;

/// <summary>What the steps of a tour hand on to each other.</summary>
internal sealed class TourState(DemoHouse house, TimeProvider time) : IDisposable
{
    /// <summary>Our limit: a call with its pages takes half a minute, on a machine that does much else some
    /// more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250); // our choice: as eyes would

    private readonly Dictionary<string, DemoPerson> _people = [];
    private readonly List<string> _words = [];

    public DemoHouse House => house;

    /// <summary>The fax that the first step saw.</summary>
    public string Fax { get; set; } = "";

    /// <summary>The ledger's entry that tells who opened it.</summary>
    public long Entry { get; set; }

    /// <summary>What people wrote and must not be found on the disk either.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The ledger's key, as it was told at the start.</summary>
    public VerifierKey Key => KeyOf(house.LedgerKey);

    public static VerifierKey KeyOf(string text) => VerifierKey.TryParse(text, out VerifierKey? key, out string reason)
        ? key! : throw new DemoException($"the key {text} is none: {reason}");

    /// <summary>Remembers words that are typed.</summary>
    public string Type(string words)
    {
        _words.Add(words);
        return words;
    }

    /// <summary>Somebody of the houses; enrols by its link when it is first needed.</summary>
    public async Task<DemoPerson> PersonAsync(string name, CancellationToken cancellation)
    {
        if (!_people.TryGetValue(name, out DemoPerson? person))
        {
            string code = house.Invitations.First(one => one.Name == name).Code;
            person = await DemoPerson.EnrolAsync(code, house.Address, time, cancellation);
            _people.Add(name, person);
        }

        return person;
    }

    /// <summary>Looks again and again, until there is something.</summary>
    /// <exception cref="DemoException">There never was.</exception>
    public async Task<T> UntilAsync<T>(string what, Func<Task<T?>> look, CancellationToken cancellation)
        where T : struct
    {
        DateTimeOffset end = time.GetUtcNow() + Patience;
        while (time.GetUtcNow() < end)
        {
            if (await look() is { } found)
            {
                return found;
            }

            await Task.Delay(LookInterval, time, cancellation);
        }

        throw new DemoException($"{what}: waited {Patience.TotalMinutes:F0} minutes for it");
    }

    /// <summary>Sends a new synthetic document from the main line of North: the job's id.</summary>
    public async Task<string> SendAsync(string number, SyntheticKind kind, CancellationToken cancellation)
    {
        DemoPerson desk = await PersonAsync(DemoPractice.NorthDesk, cancellation);
        (SyntheticDocument document, _) = await house.Papers.DrawAsync(kind, cancellation);
        string upload = await desk.UploadAsync(document.Pdf, cancellation);
        JsonElement lines = await desk.GetAsync("lines", cancellation);
        string line = lines.GetProperty("lines")[0].GetProperty("id").GetString()!;
        JsonElement job = await desk.PostAsync("jobs",
            new { upload, line, number, numberAgain = number, subject = Type($"About {document.Patient.Name}") },
            cancellation);
        return job.GetProperty("id").GetString()!;
    }

    /// <summary>Waits until a job's first call has ended, and until it is over if it went well.</summary>
    public async Task<JsonElement> EndedAsync(
        string job, Action<JsonElement>? seen, CancellationToken cancellation)
    {
        DemoPerson desk = await PersonAsync(DemoPractice.NorthDesk, cancellation);
        return await UntilAsync<JsonElement>("the end of a call", async () =>
        {
            JsonElement view = await desk.GetAsync($"jobs/{job}", cancellation);
            seen?.Invoke(view);
            JsonElement tries = view.GetProperty("attempts");
            bool hasEnded = tries.GetArrayLength() > 0
                && tries[0].GetProperty("endedAt").ValueKind != JsonValueKind.Null;
            return hasEnded ? view : null;
        }, cancellation);
    }

    /// <summary>What is asked for once it is there.</summary>
    public Task<ReadOnlyMemory<byte>> FetchedAsync(
        DemoPerson who, string path, CancellationToken cancellation) =>
        UntilAsync<ReadOnlyMemory<byte>>(path.Split('/')[^1], async () =>
        {
            (HttpStatusCode status, byte[] body) = await who.FetchAsync(path, cancellation);
            return status == HttpStatusCode.OK ? new ReadOnlyMemory<byte>(body) : default(ReadOnlyMemory<byte>?);
        }, cancellation);

    public void Dispose()
    {
        foreach (DemoPerson person in _people.Values)
        {
            person.Dispose();
        }
    }
}
