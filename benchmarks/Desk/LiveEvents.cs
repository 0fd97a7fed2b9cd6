// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Hermetic.Benchmarks.Desk;

/// <summary>Subscribers, one for each practice, and what they heard when. A line has one call at a time, so that its
/// faxes and its events are of one order.</summary>
internal sealed class LiveEvents : IDisposable
{
    private readonly ConcurrentDictionary<Guid, List<(string Type, long At)>> _heard = new();
    private readonly List<HttpClient> _clients = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _listening = [];

    /// <summary>Subscribes; returns once all of them listen.</summary>
    public async Task ListenAsync(ServingDesk desk, IEnumerable<DeskSession> sessions, CancellationToken cancellation)
    {
        foreach (DeskSession session in sessions)
        {
            HttpClient client = DeskConnection.Open(desk.Http, session.Secret);
            _clients.Add(client);
            HttpResponseMessage answer = await client.GetAsync(
                "/api/v1/events", HttpCompletionOption.ResponseHeadersRead, cancellation);
            StreamReader stream = new(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellation));
            await stream.ReadLineAsync(cancellation);
            _listening.Add(Task.Run(() => HearAsync(stream), cancellation));
        }
    }

    /// <summary>What was heard of a line, in order.</summary>
    public IReadOnlyList<(string Type, long At)> Of(Guid line)
    {
        List<(string Type, long At)> heard = _heard.GetValueOrDefault(line, []);
        lock (heard)
        {
            return [.. heard];
        }
    }

    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_listening);
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _ending.Dispose();
    }

    private async Task HearAsync(StreamReader stream)
    {
        try
        {
            while (await stream.ReadLineAsync(_ending.Token) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    long at = Stopwatch.GetTimestamp();
                    using JsonDocument told = JsonDocument.Parse(line[6..]);
                    Keep(told.RootElement, at);
                }
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // The bench is over; a stream that ended early is missed by its events.
        }
    }

    private void Keep(JsonElement told, long at)
    {
        // That somebody looked at a fax is told too; here each line's faxes are counted as they come.
        string type = told.GetProperty("type").GetString()!;
        if (type != "fax.handling-changed" && told.GetProperty("line").TryGetGuid(out Guid line))
        {
            List<(string Type, long At)> heard = _heard.GetOrAdd(line, []);
            lock (heard)
            {
                heard.Add((type, at));
            }
        }
    }
}
