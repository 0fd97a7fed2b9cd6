// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Hermetic.Documents;
using Hermetic.Documents.Pdf;
using Hermetic.Documents.Tiff;
using Hermetic.Server.Features.Uploads;
using Hermetic.Server.Tests.Receiving;
using Microsoft.Extensions.Time.Testing;

namespace Hermetic.Server.Tests.Api;

/// <summary>Documents on their way in, to be faxed.</summary>
public class UploadTests
{
    private const string Path = "/api/v1/uploads";

    [Fact]
    public async Task Upload_OfAFaxTiff_IsItsPagesBitForBit()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        TestSignIn clerk = host.Clerk();
        byte[] file = PageTiff.Write([.. new[] { 1, 2, 3 }.Select(number =>
            PageTiff.Parse(Arrivals.TiffOf(Arrivals.Page(number))))]);
        using HttpResponseMessage answer = await PostAsync(host.Client(clerk), file);
        JsonNode made = await answer.JsonAsync(201);
        Guid id = (Guid)made["id"]!;
        Assert.Equal((3, $"{Path}/{id}"), ((int)made["pages"]!, answer.Headers.Location!.ToString()));
        List<EncodedPage> pages = [];
        await foreach (EncodedPage page in host.Installation.Uploads.PagesAsync(host.Tenant, id, 3, default))
        {
            pages.Add(page);
        }

        Assert.All(pages, (page, i) => Assert.True(
            page.HasSameRows(PageTiff.Parse(Arrivals.TiffOf(Arrivals.Page(i + 1))).Page)));
        Assert.Equal(made.ToJsonString(), (await host.Client(clerk).JsonAsync($"{Path}/{id}")).ToJsonString());
        foreach (TestSignIn other in new[] { host.Clerk(), new(host.OtherTenant, "faxes.send") })
        {
            await (await host.Client(other).GetAsync($"{Path}/{id}")).ProblemAsync(404, "not-found");
            await (await host.Client(other).DeleteAsync($"{Path}/{id}")).ProblemAsync(404, "not-found");
        }

        Assert.Equal(204, (int)(await host.Client(clerk).DeleteAsync($"{Path}/{id}")).StatusCode);
        await (await host.Client(clerk).GetAsync($"{Path}/{id}")).ProblemAsync(404, "not-found");
        Assert.Empty(UploadFiles(host));
    }

    [Fact]
    public async Task P1_UploadOfAPdf_LeavesNothingOfItInTheClear()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (byte[]? pdf, Refusal? refusal) = SyntheticPrescription.Make();
        Assert.True(pdf is not null, refusal?.ToString());
        using HttpResponseMessage answer = await PostAsync(host.Client(host.Clerk()), pdf, "application/pdf");
        JsonNode made = await answer.JsonAsync(201);
        Assert.Equal(2, (int)made["pages"]!);
        foreach (string file in host.Files())
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(pdf.AsSpan(0, 8)));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(pdf.AsSpan(pdf.Length / 2, 64)));
            Assert.Equal(-1, bytes.AsSpan().IndexOf("II\x2a\0"u8));
        }

        Assert.NotEmpty(UploadFiles(host));
    }

    [Theory]
    [InlineData("GIF89a\0\0\0", 415, "unsupported-type")]
    [InlineData("MZ\0\0", 415, "unsupported-type")]
    [InlineData("", 422, "document-refused")]
    [InlineData("II\u002a\0\u0008\0\0\0\0\0", 422, "document-refused")]
    [InlineData("%PDF-1.7\nnot a PDF at all", 422, "document-refused")]
    public async Task Upload_ThatIsNoDocument_IsRefusedAndNothingStays(string text, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonNode problem = await (await PostAsync(host.Client(host.Clerk()), Encoding.Latin1.GetBytes(text)))
            .ProblemAsync(status, code);
        Assert.NotEmpty((string)problem["detail"]!);
        Assert.Empty(UploadFiles(host));
    }

    [Fact]
    public async Task Upload_OfTooManyPages_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (EncodedPage Page, Protocol.T30.PageQuality Quality) page =
            PageTiff.Parse(Arrivals.TiffOf(Arrivals.Page(1)));
        byte[] file = PageTiff.Write([.. Enumerable.Repeat(page, 351)]);
        JsonNode problem = await (await PostAsync(host.Client(host.Clerk()), file))
            .ProblemAsync(422, "document-refused");
        Assert.Contains("350 pages", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Empty(UploadFiles(host));
    }

    /// <summary>By its own word too large: refused before a byte of it was sent.</summary>
    [Fact]
    public async Task Upload_AnnouncedTooLarge_IsRefusedBeforeItsBody()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host.Address.Host, host.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST {Path} HTTP/1.1\r\nHost: {host.Address.Authority}\r\nAuthorization: {host.Clerk().Header}\r\n"
            + "Content-Type: application/pdf\r\nContent-Length: 50000001\r\nExpect: 100-continue\r\n\r\n"));
        byte[] buffer = new byte[4096];
        int read = await socket.ReceiveAsync(buffer);
        string answer = Encoding.ASCII.GetString(buffer, 0, read);
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
    }

    /// <summary>Two requests at once on one connection: what is refused by its first bytes spoils nothing for the
    /// next.</summary>
    [Fact]
    public async Task Upload_RefusedByItsFirstBytes_LeavesTheConnectionToTheNext()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host.Address.Host, host.Address.Port);
        string head = $"Host: {host.Address.Authority}\r\nAuthorization: {host.Clerk().Header}\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST {Path} HTTP/1.1\r\n{head}Content-Length: 2000\r\n\r\n{new string('\0', 2000)}"
            + $"GET {Path}/{Guid.NewGuid()} HTTP/1.1\r\n{head}Connection: close\r\n\r\n"));
        using NetworkStream stream = new(socket);
        using StreamReader reader = new(stream, Encoding.ASCII);
        string answers = await reader.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 415", answers, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 404", answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_LargerThanAllowedWithoutALength_IsRefusedOnItsWay()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Post, Path) { Content = new StreamContent(new Endless()) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;
        try
        {
            using HttpResponseMessage answer = await host.Client(host.Clerk()).SendAsync(request);
            await answer.ProblemAsync(413, "too-large");
        }
        catch (HttpRequestException)
        {
            // The server hung up on a body that had no end, before its answer was read.
        }

        Assert.Empty(UploadFiles(host));
    }

    [Fact]
    public async Task Upload_ADayLater_IsOverAndSwept()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
        await using ApiHost host = await ApiHost.StartAsync(time);
        TestSignIn clerk = host.Clerk();
        JsonNode made = await (await PostAsync(host.Client(clerk), Arrivals.TiffOf(Arrivals.Page(1)))).JsonAsync(201);
        time.Advance(UploadVault.KeptFor - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await host.Installation.Uploads.SweepAsync(host.Tenant, default));
        await host.Client(clerk).JsonAsync($"{Path}/{made["id"]}");
        time.Advance(TimeSpan.FromSeconds(1));
        await (await host.Client(clerk).GetAsync($"{Path}/{made["id"]}")).ProblemAsync(404, "not-found");
        Assert.Equal(2, await host.Installation.Uploads.SweepAsync(host.Tenant, default));
        Assert.Empty(UploadFiles(host));
    }

    private static string[] UploadFiles(ApiHost host) => Directory.GetFiles(
        System.IO.Path.Combine(host.Folder, "data", "blobs"), "*.upload-*", SearchOption.AllDirectories);

    private static Task<HttpResponseMessage> PostAsync(
        HttpClient client, byte[] file, string type = "application/octet-stream")
    {
        ByteArrayContent content = new(file);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return client.PostAsync(Path, content);
    }

    /// <summary>Text without end.</summary>
    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'x');
            return count;
        }

        public override void Flush()
        {
            // Nothing is held.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
