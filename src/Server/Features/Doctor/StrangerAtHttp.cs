// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Hermetic.Server.Configuration;

namespace Hermetic.Server.Features.Doctor;

/// <summary>Asks one HTTP listener, without any credentials, for everything that its own OpenAPI document
/// names, and for what people use.</summary>
internal sealed class StrangerAtHttp(HttpSettings settings, IPEndPoint address, TimeProvider time, FindingList found)
{
    /// <summary>Our choice: time enough to renew a certificate.</summary>
    private static readonly TimeSpan ExpiryNotice = TimeSpan.FromDays(14);

    // What everybody may have: words without a fax, the ledger's sealed entries, the description of the API, and the
    // challenge by which a passkey signs in, which is made of chance alone (WebAuthn Level 3 §13.4.3).
    private static readonly string[] Open =
        ["/health/", "/ledger/", "/openapi/", "/scalar", "/api/v1/session/passkey/options"];

    // Also if the document should not name them, and the first that scanners try.
    private static readonly string[] Known =
        ["/api/v1/session", "/api/v1/accounts", "/api/v1/programs", "/api/v1/approvals", "/"];

    private static readonly HttpMethod[] Methods =
        [HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete];

    public async Task TryAsync(CancellationToken cancellation)
    {
        try
        {
            await LookAtTlsAsync(cancellation).ConfigureAwait(false);
            await AskAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException
            or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            found.Unknown($"{address} does not answer as HTTP should ({failure.GetType().Name})",
                "look at the server's log");
        }
    }

    private async Task LookAtTlsAsync(CancellationToken cancellation)
    {
        if (settings.ClearText)
        {
            if (IPAddress.IsLoopback(address.Address))
            {
                found.Holds($"{address} is in the clear, and reached from this machine alone");
            }
            else
            {
                found.Broken($"{address} serves in the clear beyond this machine", "stop the server");
            }

            return;
        }

        using TcpClient connection = new();
        await connection.ConnectAsync(OwnListener.Reachable(address), cancellation).ConfigureAwait(false);
        SslStream tls = new(connection.GetStream(), false, OwnListener.AnyCertificate);
        await using (tls.ConfigureAwait(false))
        {
            await tls.AuthenticateAsClientAsync("localhost").WaitAsync(OwnListener.AnswerTimeout, time, cancellation)
                .ConfigureAwait(false);
            using X509Certificate2 certificate = new(tls.RemoteCertificate!);
            Judge(certificate.NotAfter.ToUniversalTime() - time.GetUtcNow(), tls.SslProtocol.ToString());
        }
    }

    private void Judge(TimeSpan left, string protocol)
    {
        if (left < TimeSpan.Zero)
        {
            found.Broken($"the certificate of {address} has expired", "renew it and start the server again");
        }
        else if (left < ExpiryNotice)
        {
            found.Unknown($"the certificate of {address} expires in {left.Days} days", "renew it");
        }
        else
        {
            found.Holds($"{address} speaks {protocol}, and its certificate is good for {left.Days} days");
        }
    }

    private async Task AskAsync(CancellationToken cancellation)
    {
        using HttpClient client = OwnListener.NewClient(settings, address);
        IReadOnlyList<(HttpMethod Method, string Path)> questions =
            await QuestionsAsync(client, cancellation).ConfigureAwait(false);
        int refused = 0;
        foreach ((HttpMethod method, string path) in questions)
        {
            using HttpRequestMessage request = new(method, path);
            using HttpResponseMessage answer = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            int status = (int)answer.StatusCode;
            refused += status is >= 400 and < 500 ? 1 : 0;
            if (status < 400)
            {
                found.Broken($"{method} {path} at {address} answers a stranger with {status}",
                    "stop the server: this door is open");
            }
            else if (status >= 500)
            {
                found.Unknown($"{method} {path} at {address} answers a stranger with {status}",
                    "look at the server's log");
            }
        }

        if (refused == questions.Count)
        {
            found.Holds($"{questions.Count} questions of a stranger at {address} were all refused");
        }
    }

    private static async Task<IReadOnlyList<(HttpMethod Method, string Path)>> QuestionsAsync(
        HttpClient client, CancellationToken cancellation)
    {
        (HttpMethod Method, string Path)[] known =
            [.. from path in Known from method in Methods select (method, path)];
        using HttpResponseMessage answer = await client.GetAsync("openapi/v1.json", cancellation).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            return known;
        }

        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        using JsonDocument document = JsonDocument.Parse(body);
        return
        [
            .. known, .. from path in document.RootElement.GetProperty("paths").EnumerateObject()
               where !Open.Any(open => path.Name.StartsWith(open, StringComparison.Ordinal))
               from method in Methods
               where path.Value.TryGetProperty(method.Method.ToLowerInvariant(), out _)
               select (method, Fill(path.Name)),
        ];
    }

    // A stranger knows no id; any will do.
    private static string Fill(string path) => string.Join('/', path.Split('/')
        .Select(part => part.StartsWith('{') ? $"{Guid.Empty}" : part));
}
