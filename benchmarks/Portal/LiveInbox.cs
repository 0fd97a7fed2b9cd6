// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Benchmarks.Desk;

namespace Hermetic.Benchmarks.Portal;

/// <summary>Somebody else's inbox: hears the events and fetches a row for each, as the page does.</summary>
internal sealed class LiveInbox(ServingDesk desk, DeskSession session) : IDisposable
{
    private readonly HttpClient _client = DeskConnection.Open(desk.Http, session.Secret);

    public int Fetched { get; private set; }

    public int Failed { get; private set; }

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage answer = await _client.GetAsync(
                "/api/v1/events", HttpCompletionOption.ResponseHeadersRead, cancellation);
            using StreamReader stream = new(
                await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellation));
            while (await stream.ReadLineAsync(cancellation) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    using JsonDocument told = JsonDocument.Parse(line[6..]);
                    await FetchAsync(told.RootElement.GetProperty("fax"), cancellation);
                }
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // The bench is over.
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task FetchAsync(JsonElement fax, CancellationToken cancellation)
    {
        if (fax.ValueKind != JsonValueKind.String)
        {
            return;
        }

        using HttpResponseMessage row = await _client.GetAsync($"/api/v1/faxes/{fax.GetString()}", cancellation);
        Fetched += row.IsSuccessStatusCode ? 1 : 0;
        Failed += row.IsSuccessStatusCode ? 0 : 1;
    }
}
