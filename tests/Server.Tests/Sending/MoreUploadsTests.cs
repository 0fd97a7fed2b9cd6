// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Hermetic.Documents;
using Hermetic.Documents.Tiff;
using Hermetic.Ledger.Entries;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Tests.Access;
using Hermetic.Server.Tests.Sandbox;

namespace Hermetic.Server.Tests.Sending;

/// <summary>Several uploads that become one fax, over the API of a running server.</summary>
public sealed class MoreUploadsTests : IAsyncLifetime
{
    private const string Number = "+15550123";

    private Desk _desk = null!;
    private Guid _program;
    private string _token = "";
    private Guid _line;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _desk = await Desk.StartAsync();
        (_program, _token) = await _desk.ProgramAsync(Scopes.FaxesSend, Scopes.FaxesRead, Scopes.LinesRead);
        _line = (await AskAsync(HttpMethod.Get, "lines", HttpStatusCode.OK)).GetProperty("lines")[0]
            .GetProperty("id").GetGuid();
    }

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public async Task Job_OfSeveralUploads_HasTheirPagesInOrder_AsThePreview()
    {
        IReadOnlyList<EncodedPage> pages = SandboxDesk.PagesOf(4);
        Guid one = await UploadAsync(pages[3]);
        Guid two = await UploadAsync(pages[0], pages[2]);
        Guid three = await UploadAsync(pages[1]);
        object body = Body(two, [one, three]);

        using HttpResponseMessage preview = await _desk.SendAsync(
            HttpMethod.Post, "/api/v1/jobs/preview?format=tiff", body, _token);
        byte[] previewed = await preview.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.Equal(HttpStatusCode.OK, preview.StatusCode);
        EntryBody told = Assert.Single(
            await _desk.EntriesAsync(_desk.Tenant), entry => entry.Act == LedgerAct.Export);
        Assert.Equal(two.ToString(), told.What.Fax);
        Assert.Equal([$"{one}", $"{three}"], told.What.Shown);
        JsonElement job = await AskAsync(HttpMethod.Post, "jobs", HttpStatusCode.Created, body);

        Assert.Equal(4, job.GetProperty("pages").GetInt32());
        EncodedPage[] shown = await ReadAsync(previewed);
        int[] order = [0, 2, 3, 1];
        for (int i = 0; i < 4; i++)
        {
            using HttpResponseMessage page = await _desk.SendAsync(HttpMethod.Get,
                $"/api/v1/faxes/{job.GetProperty("id").GetGuid()}/pages/{i + 1}?format=tiff", token: _token);
            EncodedPage stored = PageTiff.Parse(await page.Content.ReadAsByteArrayAsync(Cancellation)).Page;
            Assert.True(stored.HasSameRows(pages[order[i]]), $"page {i + 1} is another");
        }

        // Each of the preview's pages is its document's, below a header line.
        Assert.Equal(order.Select(index => pages[index].Rows), shown.Select(page => page.Rows));
    }

    [Fact]
    public async Task Job_OfUploadsThatAreNotThere_OrTooMany_IsRefused()
    {
        Guid own = await UploadAsync(SandboxDesk.PagesOf(1)[0]);
        (_, string other) = await _desk.ProgramAsync(Scopes.FaxesSend);
        string mine = _token;
        _token = other;
        Guid theirs = await UploadAsync(SandboxDesk.PagesOf(1)[0]);
        _token = mine;

        await RefusedAsync("moreUploads", Body(own, [Guid.NewGuid()]));
        await RefusedAsync("moreUploads", Body(own, [theirs]));
        await RefusedAsync("upload", Body(theirs, [own]));
        await RefusedAsync("moreUploads", Body(own, [own]));
        await RefusedAsync("moreUploads", Body(own,
            [.. Enumerable.Range(0, JobDocuments.UploadsMax).Select(_ => Guid.NewGuid())]));
        Assert.Empty((await AskAsync(HttpMethod.Get, "jobs", HttpStatusCode.OK)).GetProperty("jobs").EnumerateArray());
    }

    [Fact]
    public async Task Job_OfMorePagesThanAFaxMayHave_IsRefused()
    {
        Guid[] uploads = [_desk.Installation.Uploads.NewId(), _desk.Installation.Uploads.NewId()];
        int[] counts = [JobDocuments.PagesMax - 300, 301];
        for (int i = 0; i < 2; i++)
        {
            await _desk.Installation.Uploads.PutPagesAsync(_desk.Tenant, uploads[i], _program, FaxDocument.Of(
                [.. Enumerable.Repeat(SandboxDesk.PagesOf(1)[0], counts[i])]), Cancellation);
        }

        await RefusedAsync("moreUploads", Body(uploads[0], [uploads[1]]));
    }

    private object Body(Guid upload, Guid[] moreUploads) => new
    {
        upload,
        moreUploads,
        line = _line,
        number = Number,
        numberAgain = Number,
        notBefore = _desk.Time.GetUtcNow().AddDays(1),
    };

    private async Task RefusedAsync(string field, object body)
    {
        JsonElement refused = await AskAsync(HttpMethod.Post, "jobs", HttpStatusCode.BadRequest, body);
        Assert.Equal(field, Assert.Single(refused.GetProperty("errors").EnumerateObject()).Name);
    }

    private async Task<Guid> UploadAsync(params EncodedPage[] pages)
    {
        using ByteArrayContent file = new(PageTiff.Write(
            [.. pages.Select(page => (page, new PageQuality(page.Rows, 0, 0, 0)))]));
        file.Headers.ContentType = new MediaTypeHeaderValue("image/tiff");
        return (await AskAsync(HttpMethod.Post, "uploads", HttpStatusCode.Created, file)).GetProperty("id").GetGuid();
    }

    private async Task<JsonElement> AskAsync(
        HttpMethod method, string path, HttpStatusCode status, object? body = null)
    {
        using HttpResponseMessage answer = await _desk.SendAsync(method, $"/api/v1/{path}", body, _token);
        string text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.StatusCode == status, $"{method} {path}: {answer.StatusCode}, not {status}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<EncodedPage[]> ReadAsync(byte[] tiff)
    {
        DocumentOutcome read = await FaxDocument.OpenAsync(
            new ReadOnlyMemory<byte>[] { tiff }, new DocumentOptions(), Cancellation);
        Assert.True(read.Document is not null, read.Refusal?.ToString());
        return [.. read.Document.Pages];
    }
}
