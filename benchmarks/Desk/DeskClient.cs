// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Hermetic.Benchmarks.Desk;

/// <summary>One person at the desk: lists, looks at pages, searches, uploads, and thinks in between.</summary>
internal sealed class DeskClient : IDisposable
{
    private const int TiffChecked = 8; // decoding each would take the processor from what is measured

    private readonly HttpClient _desk;
    private readonly HttpClient _bare;
    private readonly DeskContent _content;
    private readonly Func<DeskLoad> _load;
    private readonly Random _random;
    private List<(Guid Fax, int Pages, Guid? Line)> _known = [];
    private int _things;
    private int _views;

    public DeskClient(ServingDesk desk, int number, string bare, DeskContent content, Func<DeskLoad> load)
    {
        _desk = DeskConnection.Open(desk.Http, desk.Sessions[number].Secret);
        _bare = DeskConnection.Open(bare, null);
        (_content, _load, _random, _things) = (content, load, new Random(number), number * 7);
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await ThinkAsync(cancellation);
            await ListAsync("", "list", cancellation);
            while (true)
            {
                await ThinkAsync(cancellation);
                await DoAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The bench is over.
        }
    }

    /// <summary>Page views one after the other, with nothing in between.</summary>
    public async Task ViewAsync(int count, string format, CancellationToken cancellation)
    {
        await ListAsync("", "list", cancellation);
        for (int i = 0; i < count; i++)
        {
            await ViewAsync(format, false, cancellation);
        }
    }

    public void Dispose()
    {
        _desk.Dispose();
        _bare.Dispose();
    }

    // Exponential, cut where nobody would wait: people do not come in step.
    private Task ThinkAsync(CancellationToken cancellation)
    {
        double mean = _load().Think.TotalSeconds;
        return Task.Delay(TimeSpan.FromSeconds(Math.Min(-Math.Log(1 - _random.NextDouble()) * mean, 4 * mean)),
            cancellation);
    }

    // Who knows of no fax yet can only look for some.
    private Task DoAsync(CancellationToken cancellation) => (_known.Count == 0 ? 0 : _things++ % 20) switch
    {
        0 or 5 or 10 or 15 => ListAsync("", "list", cancellation),
        3 => ListAsync($"&state=received&since={Since(1)}", "search", cancellation),
        13 => ListAsync($"&line={Known().Line}&since={Since(60)}", "search", cancellation),
        8 => FindAsync(cancellation),
        18 => UploadAsync(cancellation),
        _ => ViewAsync(_views++ % 2 == 0 ? "png" : "tiff", true, cancellation),
    };

    private static string Since(int minutes) => Uri.EscapeDataString(TimeProvider.System.GetUtcNow()
        .AddMinutes(-minutes).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    private (Guid Fax, int Pages, Guid? Line) Known() => _known[_random.Next(_known.Count)];

    private async Task ListAsync(string query, string what, CancellationToken cancellation)
    {
        byte[]? answer = await AskAsync(what, 200, true, () => _desk.GetAsync(
            $"/api/v1/faxes?limit=50{query}", HttpCompletionOption.ResponseHeadersRead, cancellation), cancellation);
        if (answer is null || query.Length > 0)
        {
            return;
        }

        using JsonDocument list = JsonDocument.Parse(answer);
        _known = [.. list.RootElement.GetProperty("faxes").EnumerateArray().Where(fax =>
            fax.GetProperty("state").GetString() == "received").Select(fax => (fax.GetProperty("id").GetGuid(),
                fax.GetProperty("pages").GetInt32(), (Guid?)fax.GetProperty("line").GetGuid()))];
    }

    private Task<byte[]?> FindAsync(CancellationToken cancellation) => AskAsync("fax", 200, true,
        () => _desk.GetAsync($"/api/v1/faxes/{Known().Fax}", cancellation), cancellation);

    private Task<byte[]?> UploadAsync(CancellationToken cancellation) => AskAsync("upload", 201, false, () =>
    {
        ByteArrayContent pdf = new(_content.Pdf);
        pdf.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        return _desk.PostAsync("/api/v1/uploads", pdf, cancellation);
    }, cancellation);

    private async Task ViewAsync(string format, bool besidePeer, CancellationToken cancellation)
    {
        (Guid fax, int pages, _) = Known();
        int page = _random.Next(pages) + 1;
        byte[]? answer = await AskAsync($"page {format}", 200, true, () => _desk.GetAsync(
            $"/api/v1/faxes/{fax}/pages/{page}?format={format}", HttpCompletionOption.ResponseHeadersRead,
            cancellation), cancellation);
        if (answer is not null && (format == "png" ? !_content.IsPng(page, answer)
            : _random.Next(TiffChecked) == 0 && !_content.IsTiff(page, answer)))
        {
            _load().Tally.Failed($"page {format}: not the page that was faxed");
        }

        if (besidePeer && answer is not null)
        {
            string peer = _views % 4 < 2 ? "bare" : "flushed";
            await AskAsync($"peer, {peer} {format}", 200, false, () => _bare.GetAsync(
                $"/{peer}/{answer.Length}", HttpCompletionOption.ResponseHeadersRead, cancellation), cancellation);
        }
    }

    // From the request to the last byte of the answer.
    private async Task<byte[]?> AskAsync(string what, int status, bool discloses,
        Func<Task<HttpResponseMessage>> ask, CancellationToken cancellation)
    {
        DeskTally tally = _load().Tally;
        long start = Stopwatch.GetTimestamp();
        try
        {
            using HttpResponseMessage answer = await ask();
            byte[] bytes = await answer.Content.ReadAsByteArrayAsync(cancellation);
            if ((int)answer.StatusCode == status)
            {
                // A list of nothing tells nothing.
                tally.Took(what, Stopwatch.GetElapsedTime(start).TotalMilliseconds,
                    discloses && bytes.AsSpan().IndexOf("\"faxes\":[]"u8) < 0);
                return bytes;
            }

            tally.Failed($"{what}: {(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(bytes)}");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            tally.Failed($"{what}: {failure.GetType().Name}");
        }

        return null;
    }
}
