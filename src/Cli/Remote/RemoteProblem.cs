// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;

namespace Hermetic.Cli.Remote;

/// <summary>What a server says went wrong (RFC 9457), in lines for people: what it is, what of it, what to
/// do.</summary>
internal static class RemoteProblem
{
    /// <summary>Throws if the answer is no success.</summary>
    /// <exception cref="RemoteException">It is a problem.</exception>
    public static async Task ThrowIfAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }

        int status = (int)answer.StatusCode;
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            throw new RemoteException(ExitCode.Machine, $"the server answers {status} and does not say why: is it a "
                + "Hermetic server of this version?");
        }

        JsonElement problem = await JsonAsync(answer, cancellation);
        string code = TextOf(problem, "code") ?? "";
        throw new RemoteException(RemoteExit.Of(status, code), Words(problem, code)) { Problem = code };
    }

    /// <summary>The answer's JSON.</summary>
    public static async Task<JsonElement> JsonAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            await using Stream body = await answer.Content.ReadAsStreamAsync(cancellation);
            using JsonDocument document = await JsonDocument.ParseAsync(body, cancellationToken: cancellation);
            return document.RootElement.Clone();
        }
        catch (Exception failure) when (failure is JsonException or IOException or HttpRequestException)
        {
            throw new RemoteException(ExitCode.Machine,
                "the server's answer broke off, or is no JSON. Try again; if it stays so, look at the server.");
        }
    }

    private static string Words(JsonElement problem, string code)
    {
        StringBuilder words = new($"{TextOf(problem, "title")} ({code}).");
        if (TextOf(problem, "detail") is { } detail)
        {
            words.Append($" {detail}");
        }

        if (problem.TryGetProperty("page", out JsonElement page) && page.ValueKind == JsonValueKind.Number)
        {
            words.Append($"\n  page {page.GetInt32()}");
        }

        if (problem.TryGetProperty("errors", out JsonElement errors) && errors.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty field in errors.EnumerateObject())
            {
                words.Append($"\n  {field.Name} {string.Join("; ", field.Value.EnumerateArray())}");
            }
        }

        return TextOf(problem, "remedy") is { Length: > 0 } remedy
            ? words.Append($"\n  What to do: {remedy}").ToString() : words.ToString();
    }

    private static string? TextOf(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
