// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Hermetic.Cli.Demo.House;

/// <summary>Somebody who works with the demo's server over its API, as any program of a person would: enrols by a
/// one-time code, signs in with password and authenticator, keeps a session. TLS is always checked, against the one
/// certificate that the demo made.</summary>
internal sealed class DemoPerson : IDisposable
{
    private const int PasswordBytes = 18; // our choice: 144 bits, that nobody types

    private readonly HttpClient _http;
    private string? _session;

    private DemoPerson(string name, Uri server, string pin)
    {
        Name = name;
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            UseProxy = false,
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    shown?.GetCertHashString(HashAlgorithmName.SHA256) == pin,
            },
        })
        {
            BaseAddress = new Uri(server, "/api/v1/"),
        };
    }

    public string Name { get; }

    public string Account { get; private set; } = "";

    public string Role { get; private set; } = "";

    /// <summary>Enrols with a one-time code and signs in. The password is random and held by nobody else.</summary>
    public static async Task<DemoPerson> EnrolAsync(
        string code, DemoAddress at, TimeProvider time, CancellationToken cancellation)
    {
        using DemoPerson stranger = new("", at.Server, at.Pin);
        JsonElement offer = await stranger.PostAsync("enrolment/begin", new { code }, cancellation);
        Authenticator authenticator = new(offer.GetProperty("secret").GetString()!, time);
        string password = Convert.ToBase64String(RandomNumberGenerator.GetBytes(PasswordBytes));
        await stranger.PostAsync("enrolment/complete",
            new { code, password, authenticatorCode = authenticator.Next() }, cancellation);
        DemoPerson person = new(offer.GetProperty("name").GetString()!, at.Server, at.Pin);
        await person.SignInAsync(password, authenticator.Next(), cancellation);
        return person;
    }

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await AskAsync(HttpMethod.Get, path, null, cancellation);
        return await ReadAsync(answer, cancellation);
    }

    /// <summary>What is asked for, whatever it is: status and bytes.</summary>
    public async Task<(HttpStatusCode Status, byte[] Body)> FetchAsync(string path, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await AskAsync(HttpMethod.Get, path, null, cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancellation));
    }

    public async Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellation)
    {
        using JsonContent content = JsonContent.Create(body);
        using HttpResponseMessage answer = await AskAsync(HttpMethod.Post, path, content, cancellation);
        return await ReadAsync(answer, cancellation);
    }

    public async Task PatchAsync(string path, object body, CancellationToken cancellation)
    {
        using JsonContent content = JsonContent.Create(body);
        using HttpResponseMessage answer = await AskAsync(HttpMethod.Patch, path, content, cancellation);
        await ReadAsync(answer, cancellation);
    }

    /// <summary>Uploads a PDF: its id.</summary>
    public async Task<string> UploadAsync(byte[] pdf, CancellationToken cancellation)
    {
        using ByteArrayContent content = new(pdf);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        using HttpResponseMessage answer = await AskAsync(HttpMethod.Post, "uploads", content, cancellation);
        return (await ReadAsync(answer, cancellation)).GetProperty("id").GetString()!;
    }

    public void Dispose() => _http.Dispose();

    private async Task SignInAsync(string password, string code, CancellationToken cancellation)
    {
        using JsonContent content = JsonContent.Create(new { name = Name, password, code });
        using HttpResponseMessage answer = await AskAsync(HttpMethod.Post, "session", content, cancellation);
        await ReadAsync(answer, cancellation);
        _session = answer.Headers.GetValues("Set-Cookie").First().Split(';')[0];
        JsonElement session = await GetAsync("session", cancellation);
        (Account, Role) = (session.GetProperty("account").GetString()!, session.GetProperty("role").GetString()!);
    }

    private async Task<HttpResponseMessage> AskAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(method, path) { Content = content };
        if (_session is not null)
        {
            request.Headers.Add("Cookie", _session);
        }

        return await _http.SendAsync(request, cancellation);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new DemoException($"{answer.RequestMessage?.Method} {Shape(answer)} was answered with "
                + $"{(int)answer.StatusCode} {CodeOf(body)}");
        }

        return body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body);
    }

    private static string Shape(HttpResponseMessage answer) =>
        answer.RequestMessage?.RequestUri?.AbsolutePath ?? "a request";

    /// <summary>The stable code of a problem (RFC 9457); empty if it is none.</summary>
    public static string CodeOf(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(body) is { ValueKind: JsonValueKind.Object } problem
                && problem.TryGetProperty("code", out JsonElement code) ? code.GetString() ?? "" : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}

/// <summary>Where the demo's server is, and the certificate that it shows.</summary>
internal sealed record DemoAddress(Uri Server, string Pin)
{
    /// <summary>The same by its name, for browsers: passkeys take no IP address for a site (W3C Web Authentication
    /// Level 3 §5.1.2, an effective domain).</summary>
    public Uri Portal => new UriBuilder(Server) { Host = "localhost" }.Uri;
}

/// <summary>Something of the demo is not as it says. The message is for people and holds no PHI.</summary>
internal sealed class DemoException(string message) : Exception(message);
