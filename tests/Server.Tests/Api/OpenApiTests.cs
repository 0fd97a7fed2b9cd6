// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Tests.Api;

/// <summary>The description of the API, and the page that shows it.</summary>
public partial class OpenApiTests
{
    private const string Rewrite = "REWRITE_DOCS";

    /// <summary>What programs were told once is changed on purpose only. To change it, run this test with
    /// REWRITE_DOCS=1 and commit docs/openapi.json.</summary>
    [Fact]
    public async Task OpenApi_IsTheOneThatWasCommitted()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonNode document = await host.Client(null).JsonAsync("/openapi/v1.json");
        Assert.StartsWith("3.1.", (string)document["openapi"]!, StringComparison.Ordinal);
        Same("docs/openapi.json", document.ToJsonString(new JsonSerializerOptions
        {
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }) + "\n");
    }

    [Fact]
    public async Task OpenApi_EachOperation_SaysWhoMayAndHowItFails()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonNode document = await host.Client(null).JsonAsync("/openapi/v1.json");
        HashSet<string> ids = [];
        HashSet<string> open = [];
        Assert.All(document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()), operation =>
        {
            JsonNode one = operation.Value!;
            Assert.True(ids.Add((string)one["operationId"]!));
            Assert.NotEmpty((string)one["summary"]!);
            Assert.NotEmpty(one["tags"]!.AsArray());
            if (one["security"]?.AsArray() is not { Count: > 0 } ways)
            {
                open.Add((string)one["operationId"]!);
            }
            else
            {
                string scope = (string)ways[^1]!["session"]![0]!;
                bool isForPrograms = Scopes.OfPrograms.Contains(scope);
                Assert.Equal(isForPrograms ? 2 : 1, ways.Count);
                Assert.Equal(isForPrograms ? scope : null, (string?)ways[0]!["clientCredentials"]?[0]);
            }

            Assert.NotNull(one["responses"]!["default"]!["content"]!["application/problem+json"]);
        });
        Assert.Equal(
            [
                "beginEnrolment", "beginPasskeySignIn", "beginSignOn", "beginSignOnEnrolment", "completeEnrolment",
                "endSignOn", "signIn", "signInWithPasskey",
            ],
            open.Order(StringComparer.Ordinal));
        Assert.Equal(ProblemCode.All.Select(problem => problem.Code),
            document["components"]!["schemas"]!["Problem"]!["properties"]!["code"]!["enum"]!.AsArray()
                .Select(code => (string)code!));
    }

    /// <summary>People's endpoints too: all that is under /api is in it.</summary>
    [Fact]
    public async Task OpenApi_HoldsEveryEndpointOfTheApi()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonNode document = await host.Client(null).JsonAsync("/openapi/v1.json");
        Assert.Equal(
            from endpoint in host.Web.Endpoints
            let path = Constraint().Replace("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), "}")
            where path.StartsWith("/api/", StringComparison.Ordinal)
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
            let line = $"{method} {path}"
            orderby line
            select line,
            from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            let line = $"{operation.Key.ToUpperInvariant()} {path.Key}"
            orderby line
            select line);
    }

    [Fact]
    public void Problems_AreListedWithWhatToDo()
    {
        Assert.All(ProblemCode.All, problem => Assert.NotEmpty(problem.Remedy));
        Assert.Equal(ProblemCode.All.Count, ProblemCode.All.Select(problem => problem.Code).Distinct().Count());
        Same("docs/problems.md", "# Problems\n\nEvery error of the API is `application/problem+json` (RFC 9457). Its "
            + "member `code` never changes its meaning;\nthe words beside it may. A test writes this list out of "
            + "`src/Server/Http/ProblemCode.cs`.\n\n| Status | `code` | What it is | What to do |\n"
            + "| --- | --- | --- | --- |\n" + string.Concat(ProblemCode.All.Select(problem =>
                $"| {problem.Status} | `{problem.Code}` | {problem.Title} | {problem.Remedy} |\n")));
    }

    /// <summary>The page and all that it loads come from this server, and its policy forbids the rest.</summary>
    [Fact]
    public async Task Reference_LoadsNothingFromElsewhere()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(null);
        using HttpResponseMessage page = await client.GetAsync("/scalar");
        string html = await page.Content.ReadAsStringAsync();
        Assert.Equal(200, (int)page.StatusCode);
        string policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
        Assert.Empty(Foreign().Matches(html).Select(match => match.Value));
        string[] scripts = [.. Scripts().Matches(html).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(scripts);
        Uri at = page.RequestMessage!.RequestUri!;
        foreach (string script in scripts)
        {
            using HttpResponseMessage loaded = await client.GetAsync(new Uri(at, script));
            Assert.Equal(200, (int)loaded.StatusCode);
        }
    }

    /// <summary>Everything under /api asks for a scope, but the ways to sign in that are named here.</summary>
    [Fact]
    public async Task P4_OpenEndpoints_AreTheKnownOnes()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Assert.Equal(
            [
                "POST api/v1/enrolment/begin", "POST api/v1/enrolment/complete", "POST api/v1/enrolment/sign-on",
                "POST api/v1/session", "POST api/v1/session/passkey", "POST api/v1/session/passkey/options",
                "POST api/v1/session/sign-on", "GET api/v1/session/sign-on/callback",
            ],
            from endpoint in host.Web.Endpoints
            let path = endpoint.RoutePattern.RawText!.TrimStart('/')
            where path.StartsWith("api/", StringComparison.Ordinal)
                && endpoint.Metadata.GetMetadata<AccessRule>()?.Scope is null
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
            orderby path
            select $"{method} {path}");
    }

    private static void Same(string path, string text)
    {
        string file = Path.Combine(Root(), path);
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
        {
            File.WriteAllText(file, text);
        }

        Assert.True(File.ReadAllText(file) == text,
            $"{path} is not what the program says: look at the difference, then run this test with {Rewrite}=1");
    }

    internal static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hermetic.slnx")))
        {
            folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))!;
        }

        return folder;
    }

    [GeneratedRegex(@"(:[a-z]+)+\}")]
    private static partial Regex Constraint();

    // An address with a host in anything that makes a browser fetch.
    [GeneratedRegex("""(?:src|href|url)\s*[=(:]\s*["']?(?:https?:)?//[^"'\s>]+""")]
    private static partial Regex Foreign();

    [GeneratedRegex("""<script[^>]+src="([^"]+)""")]
    private static partial Regex Scripts();
}
