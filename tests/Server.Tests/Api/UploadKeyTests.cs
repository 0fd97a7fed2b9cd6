// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Hermetic.Server.Tests.Receiving;

namespace Hermetic.Server.Tests.Api;

/// <summary>Uploads that are sent again.</summary>
public sealed class UploadKeyTests
{
    private const string Path = "/api/v1/uploads";

    [Fact]
    public async Task Upload_SentAgainWithItsKey_IsTheSame()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk());
        using HttpResponseMessage first = await PostAsync(client, "key-1", 1);
        int files = Files(host);
        using HttpResponseMessage second = await PostAsync(client, "key-1", 1);
        Assert.Equal((await first.JsonAsync(201)).ToJsonString(), (await second.JsonAsync(201)).ToJsonString());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal("true", Assert.Single(second.Headers.GetValues("Idempotency-Replayed")));
        Assert.Equal(files, Files(host));
    }

    [Fact]
    public async Task Upload_OfAnotherFileWithTheKey_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk());
        JsonNode made = await (await PostAsync(client, "key-1", 1)).JsonAsync(201);
        await (await PostAsync(client, "key-1", 2)).ProblemAsync(422, "idempotency-key-reused");
        // Somebody else's key of the same name is another one.
        JsonNode other = await (await PostAsync(host.Client(host.Clerk()), "key-1", 2)).JsonAsync(201);
        Assert.NotEqual((Guid)made["id"]!, (Guid)other["id"]!);
        await client.DeleteAsync($"{Path}/{made["id"]}");
        await (await PostAsync(client, "key-1", 2)).JsonAsync(201);
        await (await PostAsync(client, "no key", 2)).ProblemAsync(400, "invalid-request");
    }

    [Fact]
    public async Task Uploads_ManyAtOnceWithOneKey_AreOne()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        TestSignIn clerk = host.Clerk();
        HttpResponseMessage[] answers = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => PostAsync(host.Client(clerk), "key-1", 1)));
        HashSet<Guid> ids = [];
        foreach (HttpResponseMessage answer in answers)
        {
            if ((int)answer.StatusCode == 201)
            {
                ids.Add((Guid)(await answer.JsonAsync(201))["id"]!);
            }
            else
            {
                await answer.ProblemAsync(409, "idempotency-key-in-use");
                Assert.NotNull(answer.Headers.RetryAfter);
            }
        }

        JsonNode again = await (await PostAsync(host.Client(clerk), "key-1", 1)).JsonAsync(201);
        Assert.Equal([(Guid)again["id"]!], ids);
        Assert.Equal(2, Files(host));
    }

    [Fact]
    public async Task Upload_ThatWasRefused_MayBePutRightUnderItsKey()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk());
        await (await PostAsync(client, "key-1", "%PDF-1.7\nnot a PDF at all"u8.ToArray()))
            .ProblemAsync(422, "document-refused");
        await (await PostAsync(client, "key-1", 1)).JsonAsync(201);
    }

    private static int Files(ApiHost host) => host.Files()
        .Count(file => System.IO.Path.GetFileName(file).Contains("upload", StringComparison.Ordinal));

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string key, int page) =>
        PostAsync(client, key, Arrivals.TiffOf(Arrivals.Page(page)));

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string key, byte[] file)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Path) { Content = new ByteArrayContent(file) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await client.SendAsync(request);
    }
}
