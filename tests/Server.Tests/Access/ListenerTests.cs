// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hermetic.Server.Configuration;
using Hermetic.TestKit.Peers;

namespace Hermetic.Server.Tests.Access;

/// <summary>P4: how HTTP is served. Each insecure way of it is refused, and all reasons are told at once.</summary>
public sealed class ListenerTests : IDisposable
{
    private const string InTheClear = "\"http\": { \"listen\": [ \"127.0.0.1:0\" ], \"clearText\": true }";

    private readonly TestFolder _folder = new();
    private readonly TestCertificates _certificates = new();

    private string Pem => Path.Combine(_folder.Path, "server.pem");

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("\"listen\": [ \"0.0.0.0:443\" ]", "http.listen")]
    [InlineData("\"listen\": [ \"[::]:443\" ]", "http.listen")]
    [InlineData("\"listen\": [ \"127.0.0.1:80\", \"192.0.2.1:443\" ]", "http.listen")]
    [InlineData("\"listen\": [ \"0.0.0.0:80\" ], \"clearText\": true", "http.clearText,http.listen")]
    [InlineData("\"clearText\": true, \"certificateFile\": \"/nowhere.pem\"",
        "http.certificateFile,http.certificateFile")]
    [InlineData("\"certificateFile\": \"/nowhere.pem\"", "http.certificateFile")]
    public void P4_InsecureSetting_IsRefusedWithAllReasons(string http, string complaints) =>
        Assert.Equal(complaints.Split(','), ComplaintsOf(http));

    [Fact]
    public void P4_KeyThatOthersCanRead_IsRefused()
    {
        WritePem(_certificates.Leaf.ExportCertificatePem(), _certificates.Leaf.GetECDsaPrivateKey()!
            .ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Equal(["http.certificateFile"], ComplaintsOf($"\"certificateFile\": \"{Pem}\""));
    }

    [Fact]
    public void P4_ShortRsaKey_IsRefused()
    {
#pragma warning disable CA5385 // A key that is too short is what this test is about.
        using RSA key = RSA.Create(1024);
#pragma warning restore CA5385
        CertificateRequest request = new("CN=short", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        WritePem(made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(),
            UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Equal(["http.certificateFile"], ComplaintsOf($"\"certificateFile\": \"{Pem}\""));
    }

    [Fact]
    public async Task P4_WithoutAWord_LoopbackIsServedWithTls()
    {
        Rewrite("\"listen\": [ \"127.0.0.1:0\" ]");
        await using HermeticServerUnderTest server = await HermeticServerUnderTest.StartAsync(_folder.Settings);

        (HttpResponseMessage answer, X509Certificate2? shown) = await server.GetAsync("/health/live");

        using (answer)
        {
            Assert.StartsWith("https://", server.Address, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("127.0.0.1", shown!.Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .Single().EnumerateIPAddresses().Select(address => address.ToString()));
            Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        }
    }

    [Fact]
    public async Task P4_GivenCertificate_IsShownAndHeldToFromThenOn()
    {
        WritePem(_certificates.Leaf.ExportCertificatePem(), _certificates.Leaf.GetECDsaPrivateKey()!
            .ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Rewrite($"\"listen\": [ \"127.0.0.1:0\" ], \"certificateFile\": \"{Pem}\"");
        await using HermeticServerUnderTest server = await HermeticServerUnderTest.StartAsync(_folder.Settings);

        (HttpResponseMessage answer, X509Certificate2? shown) = await server.GetAsync("/health/live");

        using (answer)
        {
            Assert.Equal(_certificates.Leaf.Thumbprint, shown!.Thumbprint);
            Assert.True(answer.Headers.Contains("Strict-Transport-Security"));
        }
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/nothing/here")]
    [InlineData("/api/v1/session")]
    [InlineData("/ledger/checkpoint")]
    public async Task P4_EveryAnswer_TellsBrowsersToLoadNothing(string path)
    {
        await using HermeticServerUnderTest server = await HermeticServerUnderTest.StartAsync(_folder.Settings);

        (HttpResponseMessage answer, _) = await server.GetAsync(path);

        using (answer)
        {
            Assert.StartsWith("default-src 'none'",
                Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    private IEnumerable<string> ComplaintsOf(string http)
    {
        Rewrite(http);
        return Assert.Throws<SettingsException>(() => _folder.Settings).Problems.Select(problem => problem.Path);
    }

    private void Rewrite(string http) => File.WriteAllText(_folder.SettingsFile, File.ReadAllText(_folder.SettingsFile)
        .Replace(InTheClear, $"\"http\": {{ {http} }}", StringComparison.Ordinal));

    private void WritePem(string certificate, string key, UnixFileMode mode)
    {
        File.WriteAllText(Pem, $"{certificate}\n{key}\n");
        File.SetUnixFileMode(Pem, mode);
    }
}
