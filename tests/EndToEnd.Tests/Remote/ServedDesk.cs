// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Hermetic.EndToEnd.Tests.Programs;

namespace Hermetic.EndToEnd.Tests.Remote;

/// <summary>`hermetic serve` with TLS by a certificate of the test's own, a trunk to some peer, and people and programs
/// who speak to it with `hermetic`'s own commands, each from a folder of their own.</summary>
internal sealed class ServedDesk : IAsyncDisposable
{
    public const string Number = "5551234";
    public const string Practice = "North Clinic";

    private const string Password = "a sentence nobody else types";

    private readonly HermeticProgram _serve;
    private readonly HttpClient _http;

    private ServedDesk(TestFolder folder, HermeticProgram serve, Uri address)
    {
        (Folder, _serve, Address) = (folder, serve, address);
        string own = X509Certificate2.CreateFromPem(File.ReadAllText(Certificate)).Thumbprint;
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == own,
            },
        })
        {
            BaseAddress = address,
        };
    }

    public TestFolder Folder { get; }

    public Uri Address { get; }

    public string Certificate => Folder["web.crt"];

    public int SipPort { get; private init; }

    /// <summary>Serves, with a trunk to a port of this machine.</summary>
    public static async Task<ServedDesk> StartAsync(int trunkPort)
    {
        TestFolder folder = new();
        MakeCertificate(folder);
        string config = folder.Write("hermetic.json", Encoding.UTF8.GetBytes($$"""
            {
              "data": "{{folder["data"]}}",
              "keys": { "file": "{{folder["root.key"]}}" },
              "ledger": { "origin": "test.example/ledger" },
              "http": { "listen": [ "127.0.0.1:0" ], "certificateFile": "{{folder["web.pem"]}}" },
              "sip": { "listen": [ "127.0.0.1:0" ] },
              "trunks": [ { "name": "peer", "host": "127.0.0.1", "port": {{trunkPort}} } ],
              "tenants": [ { "name": "{{Practice}}", "numbers": [ "{{Number}}" ] } ]
            }
            """));
        HermeticProgram serve = HermeticProgram.Start(folder.Path, "serve", "--config", config);
        int sip = await ServedInstallation.PortAsync(serve, isEnrolled: false);
        string line = serve.Process.Output.First(one => one.StartsWith("ledger on ", StringComparison.Ordinal));
        return new ServedDesk(folder, serve, new Uri(new Uri(line["ledger on ".Length..]), "/")) { SipPort = sip };
    }

    /// <summary>The one-time code that `serve` printed for the operator.</summary>
    public string OperatorCode => _serve.Process.Output
        .First(line => line.Contains("/enrol#", StringComparison.Ordinal)).Split('#')[1];

    /// <summary>Enrols over HTTP with a one-time code, then signs in by `hermetic sign-in` in a folder of that
    /// name.</summary>
    public async Task EnrolAndSignInAsync(string who, string code)
    {
        using HttpResponseMessage begun = await _http.PostAsJsonAsync(
            "api/v1/enrolment/begin", new { code }, TestContext.Current.CancellationToken);
        JsonElement offer = await begun.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        byte[] secret = FromBase32(offer.GetProperty("secret").GetString()!);
        // A code of the step before is still taken, and that of the next one for the sign-in: each counts once.
        long step = DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30;
        using HttpResponseMessage ended = await _http.PostAsJsonAsync(
            "api/v1/enrolment/complete", new { code, password = Password, authenticatorCode = CodeOf(secret, step) },
            TestContext.Current.CancellationToken);
        ended.EnsureSuccessStatusCode();
        string name = offer.GetProperty("name").GetString()!;
        Folder.WriteSecret($"{who}.typed", $"{name}\n{Password}\n{CodeOf(secret, step + 1)}\n");
        (int exit, string said) = await RunTypedAsync(who, Folder[$"{who}.typed"], "sign-in", "--server",
            $"{Address}", "--cacert", Certificate);
        Assert.True(exit == 0, said);
    }

    /// <summary>From the operator's enrolment to a program of the practice; its credentials file.</summary>
    public async Task<string> MakeProgramFromTheStartAsync(params string[] scopes)
    {
        await EnrolAndSignInAsync("operator", OperatorCode);
        JsonElement invited = Assert.Single(
            await JsonAsync("operator", "account", "invite", "admin", "--tenant", Practice));
        await EnrolAndSignInAsync("admin", invited.GetProperty("enrolmentCode").GetString()!);
        return await MakeProgramAsync("admin", scopes);
    }

    /// <summary>Makes a program over HTTP, with a session of an administrator; its credentials file.</summary>
    private async Task<string> MakeProgramAsync(string who, params string[] scopes)
    {
        JsonElement made = await AskAsync(
            who, HttpMethod.Post, "programs", new { name = "EHR", scopes, inboxes = new[] { "all" } });
        WriteCredentials("ehr.json", made.GetProperty("target").GetString()!, made.GetProperty("secret").GetString()!);
        return Folder["ehr.json"];
    }

    /// <summary>Asks over HTTP what no command asks, with the session of somebody who signed in by one.</summary>
    public async Task<JsonElement> AskAsync(string who, HttpMethod method, string path, object body)
    {
        JsonElement session = JsonDocument.Parse(
            await File.ReadAllBytesAsync(Path.Combine(Folder[who], "hermetic", "session.json"))).RootElement;
        using HttpRequestMessage request = new(method, $"api/v1/{path}") { Content = JsonContent.Create(body) };
        request.Headers.Add("Cookie", $"__Host-hermetic={session.GetProperty("session").GetString()}");
        request.Headers.Add("If-Match", "*");
        using HttpResponseMessage answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }

    public void WriteCredentials(string name, string id, string secret) =>
        Folder.WriteSecret(name, $$"""{ "clientId": "{{id}}", "clientSecret": "{{secret}}" }""");

    /// <summary>Runs a command as somebody, to this server: its exit code and what it said.</summary>
    public Task<(int Exit, string Said)> RunAsync(string who, params string[] arguments) => RunTypedAsync(
        who, "/dev/null", [.. arguments, "--server", $"{Address}", "--cacert", Certificate]);

    /// <summary>Runs a command as somebody that must succeed, with `--json`: its lines.</summary>
    public async Task<JsonElement[]> JsonAsync(string who, params string[] arguments)
    {
        (int exit, string said) = await RunAsync(who, [.. arguments, "--json"]);
        Assert.True(exit == 0, $"{string.Join(' ', arguments)}: {exit}\n{said}");
        return Lines(said);
    }

    public static JsonElement[] Lines(string said) =>
    [
        .. said.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement),
    ];

    /// <summary>Runs a command as somebody who types what is in a file.</summary>
    public async Task<(int Exit, string Said)> RunTypedAsync(string who, string typed, params string[] arguments)
    {
        await using HermeticProgram program = HermeticProgram.StartUnder(
            ["/usr/bin/env", $"XDG_CONFIG_HOME={Folder[who]}", "/bin/bash", "-c", "exec \"$@\" < \"$0\"", typed],
            Folder.Path, arguments);
        int exit = await program.EndAsync();
        return (exit, string.Join('\n', program.Process.Output));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _serve.DisposeAsync();
        Folder.Dispose();
    }

    private static void MakeCertificate(TestFolder folder)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=fax.test", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7));
        folder.WriteSecret("web.pem", $"{made.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        folder.Write("web.crt", Encoding.ASCII.GetBytes(made.ExportCertificatePem()));
    }

    // RFC 6238, as an authenticator app does it.
    private static string CodeOf(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // RFC 6238's own hash.
        byte[] hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        int number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xF)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] FromBase32(string text)
    {
        List<byte> bytes = [];
        (int bits, int held) = (0, 0);
        foreach (char one in text)
        {
            held = ((held << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(one, StringComparison.Ordinal)) & 0xFFFF;
            bits += 5;
            if (bits >= 8)
            {
                bytes.Add((byte)(held >> (bits -= 8)));
            }
        }

        return [.. bytes];
    }
}
