// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography.X509Certificates;
using Hermetic.Server.Configuration;
using Hermetic.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermetic.Server.Tests.Access;

/// <summary>A server whose certificate a test looks at and does not judge.</summary>
internal sealed class HermeticServerUnderTest : IAsyncDisposable
{
    private readonly HermeticServer _server;
    private readonly HttpClient _http;
    private X509Certificate2? _shown;

    private HermeticServerUnderTest(HermeticServer server)
    {
        _server = server;
        SocketsHttpHandler handler = new();
#pragma warning disable CA5359 // The test compares the certificate itself.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            _shown = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
            return true;
        };
#pragma warning restore CA5359
        _http = new HttpClient(handler);
    }

    public string Address => _server.HttpAddresses[0];

    public static async Task<HermeticServerUnderTest> StartAsync(ServerSettings settings) => new(
        await HermeticServer.StartAsync(
            settings, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken));

    /// <summary>The answer, and the certificate that was shown; null without TLS.</summary>
    public async Task<(HttpResponseMessage Answer, X509Certificate2? Shown)> GetAsync(string path) => (
        await _http.GetAsync(new Uri(new Uri(Address), path), TestContext.Current.CancellationToken), _shown);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _shown?.Dispose();
        await _server.DisposeAsync();
    }
}
