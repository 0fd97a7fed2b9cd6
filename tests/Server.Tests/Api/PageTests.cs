// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Hermetic.Documents.Tiff;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;

namespace Hermetic.Server.Tests.Api;

/// <summary>Pages over HTTP, and what the ledger tells of them.</summary>
public class PageTests
{
    private const int CutsMax = 60; // our choice: some seconds on a busy machine

    [Theory]
    [InlineData("", "", "image/tiff")]
    [InlineData("", "*/*", "image/tiff")]
    [InlineData("", "image/*", "image/tiff")]
    [InlineData("", "text/html,image/png;q=0.9,*/*;q=0.1", "image/png")]
    [InlineData("", "application/pdf, image/tiff;q=0.5", "application/pdf")]
    [InlineData("?format=png", "application/pdf", "image/png")]
    [InlineData("?format=pdf", "", "application/pdf")]
    public async Task Page_AskedFor_ComesInThatForm(string query, string accept, string expected)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord fax = await host.ReceiveAsync();
        using HttpResponseMessage answer = await GetAsync(
            host.Client(host.Clerk()), $"/api/v1/faxes/{fax.FaxId}/pages/1{query}", accept);
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal((200, expected), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("none", Assert.Single(answer.Headers.AcceptRanges));
        Assert.True(bytes.AsSpan().StartsWith(expected switch
        {
            "image/tiff" => "II\x2a\0"u8,
            "image/png" => [0x89, (byte)'P', (byte)'N', (byte)'G'],
            _ => "%PDF-"u8,
        }));
        if (expected == "image/tiff")
        {
            Assert.Equal(Arrivals.TiffOf(Arrivals.Page(1)), bytes);
        }
    }

    [Fact]
    public async Task P3_Page_InNoFormThatThereIs_IsNoDisclosure()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord fax = await host.ReceiveAsync();
        HttpClient client = host.Client(host.Clerk());
        string page = $"/api/v1/faxes/{fax.FaxId}/pages/1";
        await (await GetAsync(client, page, "text/html")).ProblemAsync(406, "not-acceptable");
        await (await client.GetAsync(page + "?format=exe")).ProblemAsync(400, "invalid-request");
        await (await client.GetAsync(page + "?purpose=curiosity")).ProblemAsync(400, "invalid-request");
        await (await client.GetAsync($"/api/v1/faxes/{fax.FaxId}/pages/2")).ProblemAsync(404, "not-found");
        await (await client.GetAsync($"/api/v1/faxes/{fax.FaxId}/pages/0")).ProblemAsync(404, "not-found");
        using HttpRequestMessage head = new(HttpMethod.Head, page);
        Assert.NotEqual(200, (int)(await client.SendAsync(head)).StatusCode);
        Assert.Empty(await host.EntriesAsync());
    }

    [Fact]
    public async Task P3_PageAskedForInParts_IsWholeAndOneDisclosure()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord fax = await host.ReceiveAsync();
        using HttpRequestMessage part = new(HttpMethod.Get, $"/api/v1/faxes/{fax.FaxId}/pages/1");
        part.Headers.Range = new RangeHeaderValue(0, 9);
        using HttpResponseMessage answer = await host.Client(host.Clerk()).SendAsync(part);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(Arrivals.TiffOf(Arrivals.Page(1)), await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(LedgerAct.Page, Assert.Single(await host.EntriesAsync()).Act);
    }

    [Fact]
    public async Task Document_OfThreePages_HasThemAllAndIsOneExport()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord fax = await host.ReceiveAsync(pages: 3);
        HttpClient client = host.Client(host.Clerk());
        byte[] pdf = await client.GetByteArrayAsync($"/api/v1/faxes/{fax.FaxId}/document");
        Assert.Contains("/Count 3", Encoding.Latin1.GetString(pdf), StringComparison.Ordinal);
        byte[] tiff = await client.GetByteArrayAsync($"/api/v1/faxes/{fax.FaxId}/document?format=tiff");
        Documents.DocumentOutcome read = await Documents.FaxDocument.OpenAsync(
            [new ReadOnlyMemory<byte>(tiff)], new Documents.DocumentOptions());
        Assert.Equal(3, read.Document!.Count);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(read.Document.Pages[i].HasSameRows(
                PageTiff.Parse(Arrivals.TiffOf(Arrivals.Page(i + 1))).Page));
        }

        Assert.All(await host.EntriesAsync(), entry => Assert.Equal(
            (LedgerAct.Export, fax.FaxId.ToString(), null), (entry.Act, entry.What.Fax, entry.What.Page)));
        Assert.Equal(2, (await host.EntriesAsync()).Count);
    }

    /// <summary>Many at once, some of whom cut the connection after some byte of the answer: as many disclosures as
    /// pages that left, each of its kind.</summary>
    [Fact]
    public async Task P3_DisclosuresInTheLedger_AreThePagesHandedOut()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord fax = await host.ReceiveAsync(pages: 2);
        TestSignIn clerk = host.Clerk();
        HttpClient client = host.Client(clerk);
        Random random = new(5);
        List<(string Path, LedgerAct Act, int? Cut)> asked = [.. Enumerable.Range(0, CutsMax).Select(i =>
        {
            (string path, LedgerAct act) = (i % 5) switch
            {
                0 => ("/pages/1", LedgerAct.Page),
                1 => ("/pages/2?format=png", LedgerAct.Page),
                2 => ("/pages/1/thumbnail", LedgerAct.Thumbnail),
                3 => ("/document", LedgerAct.Export),
                _ => ("", LedgerAct.List),
            };
            return (path, act, random.Next(3) == 0 ? (int?)null : 1 + random.Next(4000));
        })];
        await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (one, cancel) =>
        {
            string path = $"/api/v1/faxes/{fax.FaxId}{one.Path}";
            if (one.Cut is { } bytes)
            {
                await ReadAndCutAsync(host, clerk, path, bytes, cancel);
                return;
            }

            using HttpResponseMessage answer = await client.GetAsync(path, cancel);
            Assert.Equal(200, (int)answer.StatusCode);
        });
        IReadOnlyList<EntryBody> entries = await host.EntriesAsync();
        foreach (LedgerAct act in asked.Select(one => one.Act).Distinct())
        {
            Assert.Equal(asked.Count(one => one.Act == act), entries.Count(entry => entry.Act == act));
        }

        Assert.Equal(asked.Count, entries.Count);
    }

    /// <summary>Many at once that are gone before the first octet of the answer: no more than one entry each, of what
    /// they asked for, and nothing is left undone for those who stay (docs/adr/0013).</summary>
    [Fact]
    public async Task P3_ConnectionsCutBeforeTheAnswer_AreOneDisclosureOrNone_AndOthersStayWhole()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord fax = await host.ReceiveAsync(pages: 2);
        TestSignIn gone = host.Clerk(), stays = host.Clerk();
        HttpClient client = host.Client(stays);
        Random random = new(7);
        (int Number, int DelayMs)[] asked = [.. Enumerable.Range(0, CutsMax).Select(i => (i, random.Next(0, 12)))];
        await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (one, cancel) =>
        {
            string path = $"/api/v1/faxes/{fax.FaxId}/pages/{1 + (one.Number % 2)}";
            if (one.Number % 3 != 0)
            {
                await AskAndCutAsync(host, gone, path, one.DelayMs, cancel);
                return;
            }

            using HttpResponseMessage answer = await client.GetAsync(path, cancel);
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.Equal(Arrivals.TiffOf(Arrivals.Page(1 + (one.Number % 2))),
                await answer.Content.ReadAsByteArrayAsync(cancel));
        });
        // What the last of them asked for may still be on its way into the ledger: only waiting tells.
        await host.Web.DisposeAsync();

        IReadOnlyList<EntryBody> entries = await host.EntriesAsync();
        int stayed = asked.Count(one => one.Number % 3 == 0);
        Assert.Equal(stayed, entries.Count(entry => entry.Who.Account == stays.Caller.ToString()));
        Assert.InRange(entries.Count(entry => entry.Who.Account == gone.Caller.ToString()), 0, CutsMax - stayed);
        Assert.All(entries, entry => Assert.Equal((LedgerAct.Page, fax.FaxId.ToString()), (entry.Act, entry.What.Fax)));
    }

    // Asks, and is gone after a moment without having read an octet.
    private static async Task AskAndCutAsync(
        ApiHost host, TestSignIn who, string path, int delayMs, CancellationToken cancellation)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host.Address.Host, host.Address.Port, cancellation);
        await socket.SendAsync(RequestOf(host, who, path), cancellation);
        await Task.Delay(delayMs, cancellation);
        socket.LingerState = new LingerOption(true, 0);
    }

    private static byte[] RequestOf(ApiHost host, TestSignIn who, string path) => Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: {host.Address.Authority}\r\nAuthorization: {who.Header}\r\n\r\n");

    // Reads some bytes of the answer, and is gone.
    private static async Task ReadAndCutAsync(
        ApiHost host, TestSignIn who, string path, int bytes, CancellationToken cancellation)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host.Address.Host, host.Address.Port, cancellation);
        await socket.SendAsync(RequestOf(host, who, path), cancellation);
        byte[] buffer = new byte[bytes];
        int read = await socket.ReceiveAsync(buffer, cancellation);
        Assert.True(read > 0 && Encoding.ASCII.GetString(buffer).StartsWith("HTTP/1.1 200"[..Math.Min(read, 12)],
            StringComparison.Ordinal));
        socket.LingerState = new LingerOption(true, 0);
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string path, string accept)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (accept.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await client.SendAsync(request);
    }
}
