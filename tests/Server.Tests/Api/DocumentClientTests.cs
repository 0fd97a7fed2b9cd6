// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hermetic.Store;

namespace Hermetic.Server.Tests.Api;

/// <summary>What a program does that was made from the OpenAPI document alone.</summary>
public class DocumentClientTests
{
    [Fact]
    public async Task Client_MadeFromTheDocument_DrivesTheApi()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord fax = await host.ReceiveAsync(pages: 2);
        HttpClient http = host.Client(host.Clerk());
        DocumentClient client = new(http, await http.JsonAsync("/openapi/v1.json"));
        Dictionary<string, string> id = new() { ["id"] = fax.FaxId.ToString() };

        JsonNode line = (await client.CallAsync("listLines"))!["lines"]![0]!;
        await client.CallAsync("getLine", new() { ["id"] = (string)line["id"]! });
        JsonNode list = (await client.CallAsync(
            "listFaxes", new() { ["limit"] = "1", ["state"] = "received", ["purpose"] = "payment" }))!;
        Assert.Equal(fax.FaxId, (Guid)list["faxes"]![0]!["id"]!);
        JsonNode detail = (await client.CallAsync("getFax", id))!;
        Assert.Equal(2, detail["pages"]!.AsArray().Count);
        foreach (string format in new[] { "tiff", "png", "pdf" })
        {
            Assert.NotEmpty((string)(await client.CallAsync(
                "getPage", new(id) { ["number"] = "2", ["format"] = format }))!);
        }

        Assert.NotEmpty((string)(await client.CallAsync("getThumbnail", new(id) { ["number"] = "1" }))!);
        byte[] pdf = Convert.FromBase64String((string)(await client.CallAsync("getDocument", id))!);

        JsonNode hook = (await client.CallAsync(
            "createWebhook", null, JsonContent.Create(new { url = "https://hooks.example.org/" })))!["webhook"]!;
        Dictionary<string, string> hookId = new() { ["id"] = (string)hook["id"]! };
        Assert.Single((await client.CallAsync("listWebhooks"))!["webhooks"]!.AsArray());
        await client.CallAsync("getWebhook", hookId);
        await client.CallAsync("changeWebhook", hookId, JsonContent.Create(new { state = "suspended" }));
        await client.CallAsync("rotateWebhookSecret", hookId);
        await client.CallAsync("listDeliveries", hookId);
        await client.CallAsync("deleteWebhook", hookId);

        ByteArrayContent file = new(pdf);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        JsonNode upload = (await client.CallAsync("createUpload", null, file))!;
        Assert.Equal(2, (int)upload["pages"]!);
        await client.CallAsync("getUpload", new() { ["id"] = (string)upload["id"]! });
        await client.CallAsync("deleteUpload", new() { ["id"] = (string)upload["id"]! });

        await host.EntriesAsync();
        JsonNode told = (await client.CallAsync("listDisclosures", id))!;
        Assert.Equal(7, told["disclosures"]!.AsArray().Count);
        await client.CallAsync("getProof", new() { ["index"] = told["disclosures"]![0]!["index"]!.ToString() });
        Assert.True((long)(await client.CallAsync("getCheckpoint"))!["size"]! >= 7);
    }
}
