// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Hermetic.Server.Tests.Api;

/// <summary>A client that knows nothing but the OpenAPI document: operations by their ids, parameters by the place that
/// the document gives them, and whether an answer is one that the document has.</summary>
internal sealed class DocumentClient(HttpClient http, JsonNode document)
{
    /// <summary>Ids of the operations that were called.</summary>
    public HashSet<string> Called { get; } = [];

    /// <summary>Ids of the operations of a part of the document.</summary>
    public IEnumerable<string> OperationsOf(string tag) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Value!["tags"]!.AsArray().Any(one => (string?)one == tag)
        select (string)operation.Value!["operationId"]!;

    /// <summary>Calls an operation; the answer's body as JSON, or as bytes in base64 where it is a file.</summary>
    public async Task<JsonNode?> CallAsync(
        string operationId, Dictionary<string, string>? values = null, HttpContent? body = null)
    {
        (string path, string method, JsonNode operation) = Find(operationId);
        Dictionary<string, string> rest = new(values ?? []);
        List<string> query = [];
        List<(string Name, string Value)> headers = [];
        foreach (JsonNode? parameter in operation["parameters"]?.AsArray() ?? [])
        {
            string name = (string)parameter!["name"]!;
            string where = (string)parameter["in"]!;
            bool isGiven = rest.Remove(name, out string? value);
            Assert.True(isGiven || (bool?)parameter["required"] != true, $"{operationId} needs {name}");
            if (isGiven && where == "path")
            {
                path = path.Replace($"{{{name}}}", Uri.EscapeDataString(value!), StringComparison.Ordinal);
            }
            else if (isGiven && where == "query")
            {
                query.Add($"{name}={Uri.EscapeDataString(value!)}");
            }
            else if (isGiven && where == "header")
            {
                headers.Add((name, value!));
            }
        }

        Assert.Empty(rest);
        using HttpRequestMessage request = new(
            new HttpMethod(method.ToUpperInvariant()), path + (query.Count == 0 ? "" : "?" + string.Join('&', query)));
        request.Content = body;
        headers.ForEach(header => request.Headers.TryAddWithoutValidation(header.Name, header.Value));
        Called.Add(operationId);
        using HttpResponseMessage answer = await http.SendAsync(request);
        return await CheckAsync(operationId, operation, answer);
    }

    private static async Task<JsonNode?> CheckAsync(string id, JsonNode operation, HttpResponseMessage answer)
    {
        string status = ((int)answer.StatusCode).ToString();
        JsonNode? said = operation["responses"]![status];
        Assert.True(said is not null, $"{id} answered {status}: {await answer.Content.ReadAsStringAsync()}");
        string? type = answer.Content.Headers.ContentType?.MediaType;
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync();
        if (said["content"] is null)
        {
            Assert.Empty(bytes);
            return null;
        }

        Assert.Contains(said["content"]!.AsObject(), content => content.Key.Split(';')[0] == type);
        return type == "application/json" ? JsonNode.Parse(bytes) : JsonValue.Create(Convert.ToBase64String(bytes));
    }

    private (string Path, string Method, JsonNode Operation) Find(string operationId) =>
        Assert.Single(
            from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            where (string?)operation.Value!["operationId"] == operationId
            select (path.Key, operation.Key, operation.Value!));
}
