// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hermetic.Cli.Remote;

/// <summary>Speaks to a server's API as a program, by its credentials, or as a person, by the session of `hermetic
/// sign-in`. Whatever goes wrong is a <see cref="RemoteException"/> in words.</summary>
internal sealed class RemoteClient : IDisposable
{
    public const string Prefix = "api/v1";

    private const string SessionCookie = "__Host-hermetic";

    // Our limit: well above what the API takes for anything; uploads have none, a line may be slow.
    private static readonly TimeSpan RequestMax = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http;
    private readonly string? _credentials;
    private readonly string? _session;
    private AuthenticationHeaderValue? _token;

    private RemoteClient(Uri server, string? credentials, string? session, HttpMessageHandler handler)
    {
        (Server, _credentials, _session) = (server, credentials, session);
        _http = new HttpClient(handler) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
    }

    public Uri Server { get; }

    /// <summary>A client of whoever the options say.</summary>
    /// <exception cref="RemoteException">Something is missing.</exception>
    public static RemoteClient Open(RemoteOptions options)
    {
        RemoteOptions whole = ClientFolder.Complete(options);
        Uri server = AddressOf(whole.Server);
        string? session = options.Credentials is null ? ClientFolder.SessionAt(server) : null;
        return session is null && whole.Credentials is null
            ? throw new RemoteException(ExitCode.Usage, "nobody is signed in at this server: a person by `hermetic "
                + "sign-in`, a program by --credentials FILE.")
            : new RemoteClient(server, whole.Credentials, session, ServerTrust.Handler(whole.CaCert));
    }

    /// <summary>A client of nobody, to sign in with.</summary>
    /// <exception cref="RemoteException">Something is missing.</exception>
    public static RemoteClient OpenForNobody(RemoteOptions options)
    {
        RemoteOptions whole = ClientFolder.Complete(options);
        return new RemoteClient(AddressOf(whole.Server), null, null, ServerTrust.Handler(whole.CaCert));
    }

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, path, null, cancellation);

    /// <summary>Sends a request; its answer, undefined if that is empty.</summary>
    public async Task<JsonElement> SendAsync(
        HttpMethod method, string path, JsonObject? body, CancellationToken cancellation, string? key = null,
        string? match = null)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(RequestMax);
        return await CarryOutAsync(
            () => Request(method, path, body is null ? null : JsonContent.Create(body), key, match), limit.Token,
            cancellation);
    }

    /// <summary>Sends a document; what the server made of it.</summary>
    public Task<JsonElement> UploadAsync(string file, Action<long, long> told, CancellationToken cancellation) =>
        CarryOutAsync(
            () =>
            {
                HttpRequestMessage request = Request(
                    HttpMethod.Post, "uploads", new FileUpload(file, told), null);
                request.Headers.ExpectContinue = true;
                return request;
            },
            cancellation, cancellation);

    /// <summary>Signs a person in: the session's secret.</summary>
    public async Task<string> SignInAsync(string name, string password, string code, CancellationToken cancellation)
    {
        using HttpRequestMessage request = Request(HttpMethod.Post, "session",
            JsonContent.Create(new JsonObject { ["name"] = name, ["password"] = password, ["code"] = code }), null);
        using HttpResponseMessage answer = await AskAsync(request, cancellation, cancellation);
        await RemoteProblem.ThrowIfAsync(answer, cancellation);
        string start = SessionCookie + "=";
        return answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies)
            && cookies.FirstOrDefault(one => one.StartsWith(start, StringComparison.Ordinal)) is { } cookie
                ? cookie[start.Length..].Split(';')[0]
                : throw new RemoteException(ExitCode.Machine, "the server began no session: is it a Hermetic server?");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static Uri AddressOf(string? text) =>
        text is null
            ? throw new RemoteException(ExitCode.Usage, "which server? Give --server, or `server` in "
                + "~/.config/hermetic/client.json.")
            : Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? server)
                && (server.Scheme == Uri.UriSchemeHttps || (server.Scheme == Uri.UriSchemeHttp && server.IsLoopback))
                ? server
                : throw new RemoteException(ExitCode.Usage,
                    "--server takes https://HOST[:PORT] (http:// on this machine only).");

    private static HttpRequestMessage Request(
        HttpMethod method, string path, HttpContent? content, string? key, string? match = null)
    {
        HttpRequestMessage request = new(method, new Uri($"{Prefix}/{path}", UriKind.Relative)) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (match is not null)
        {
            request.Headers.Add("If-Match", match);
        }

        return request;
    }

    // A token lasts some minutes: a new one is asked for once, and then the answer stands.
    private async Task<JsonElement> CarryOutAsync(
        Func<HttpRequestMessage> make, CancellationToken limit, CancellationToken cancellation)
    {
        for (bool isAgain = false; ; isAgain = true)
        {
            using HttpRequestMessage request = make();
            await SignAsync(request, isAgain, limit, cancellation);
            using HttpResponseMessage answer = await AskAsync(request, limit, cancellation);
            if (answer.StatusCode == HttpStatusCode.Unauthorized && _session is null && !isAgain)
            {
                continue;
            }

            try
            {
                await RemoteProblem.ThrowIfAsync(answer, limit);
            }
            catch (RemoteException refused) when (_session is not null && OfSession(refused.Problem) is { } words)
            {
                throw new RemoteException(refused.Code, words);
            }

            return answer.StatusCode == HttpStatusCode.NoContent ? default
                : await RemoteProblem.JsonAsync(answer, limit);
        }
    }

    // What the server says to any client, as somebody at a terminal does it.
    private static string? OfSession(string problem) => problem switch
    {
        "not-signed-in" => "the session at this server has ended: `hermetic sign-in` begins another.",
        "confirm-first" => "this needs a sign-in of the last five minutes: `hermetic sign-in`, then the same again.",
        _ => null,
    };

    private async Task SignAsync(
        HttpRequestMessage request, bool anew, CancellationToken limit, CancellationToken cancellation)
    {
        if (_session is not null)
        {
            request.Headers.Add("Cookie", $"{SessionCookie}={_session}");
            return;
        }

        request.Headers.Authorization = _token = anew || _token is null
            ? await TokenAsync(limit, cancellation) : _token;
    }

    private async Task<AuthenticationHeaderValue> TokenAsync(CancellationToken limit, CancellationToken cancellation)
    {
        (string id, string secret) = ClientFolder.ReadCredentials(_credentials!);
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri("connect/token", UriKind.Relative))
        {
            // RFC 6749 §4.4.2.
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = id,
                ["client_secret"] = secret,
            }),
        };
        using HttpResponseMessage answer = await AskAsync(request, limit, cancellation);
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest)
        {
            throw new RemoteException(ExitCode.Refused, "the server does not know this program, or its secret is not "
                + "right. Put the id and the secret that it was given into the file of --credentials; a lost secret "
                + "needs a new program.");
        }

        await RemoteProblem.ThrowIfAsync(answer, limit);
        JsonElement token = await RemoteProblem.JsonAsync(answer, limit);
        return new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());
    }

    private async Task<HttpResponseMessage> AskAsync(
        HttpRequestMessage request, CancellationToken limit, CancellationToken cancellation)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RemoteException(ExitCode.Unreachable,
                $"the server at {Server.Authority} gives no answer. Try again; if it stays so, look at the server.");
        }
        catch (HttpRequestException failure) when (failure.InnerException is AuthenticationException)
        {
            throw new RemoteException(ExitCode.Unreachable, $"the certificate of {Server.Authority} is not one that "
                + "this machine trusts, or is for another name. Nothing was sent. If the server made its certificate "
                + "itself, give that with --cacert FILE.");
        }
        catch (HttpRequestException)
        {
            throw new RemoteException(ExitCode.Unreachable, $"nobody answers at {Server.Authority}. Look at --server, "
                + "and whether the server runs.");
        }
    }
}
