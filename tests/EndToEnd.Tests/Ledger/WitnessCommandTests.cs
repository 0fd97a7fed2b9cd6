// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hermetic.Cli;
using Hermetic.Cli.Witness;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Witness;
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Ledger;

/// <summary>A ledger and `hermetic witness` over real sockets.</summary>
public sealed class WitnessCommandTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly LedgerFolder _ledger = new();
    private readonly LoopbackPorts _ports = LoopbackPorts.Reserve(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task P6_Witness_CosignsWhatGrowsAndNeverAForkAlsoAfterItsRestart(bool tls)
    {
        WitnessOptions options = tls ? Options() with { Certificate = Certificate() } : Options();
        VerifierKey key;
        await using (Running witness = await StartAsync(options))
        {
            key = witness.Key;
            await _ledger.AppendAsync(0, 10);
            Assert.Equal(WitnessOutcome.Cosigned, await AskAsync(key, tls));
            Assert.True(_ledger.Log.Latest.Note.IsSignedBy(key, out string reason), reason);
        }
        await using (Running witness = await StartAsync(options))
        {
            Assert.Equal(key.ToString(), witness.Key.ToString());
            Checkpoint head = _ledger.Log.Latest.Checkpoint;
            Checkpoint forked = head with { Root = Hermetic.Ledger.Tree.TreeHash.OfLeaf("another"u8) };
            byte[] note = new SignedNote(forked.Text, [_ledger.Signer.Sign(forked.Text)]).ToBytes();
            (HttpStatusCode status, string type, string body) = await PostAsync(
                tls, new AddCheckpoint(head.Size, [], note).ToBytes());
            Assert.Equal((HttpStatusCode.Conflict, "text/x.tlog.size", "10\n"), (status, type, body));
            (status, _, _) = await PostAsync(tls, "nonsense"u8.ToArray());
            Assert.Equal(HttpStatusCode.BadRequest, status);
        }
    }

    [Fact]
    public async Task Hostile_OtherPathsMethodsAndEndlessBodies_AreRefused()
    {
        await using Running witness = await StartAsync(Options());
        using HttpClient http = new();
        Uri root = new($"http://127.0.0.1:{_ports.First}");
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(root, "/"))).StatusCode);
        using HttpResponseMessage got = await http.GetAsync(new Uri(root, "/add-checkpoint"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, got.StatusCode);
        using ByteArrayContent large = new(new byte[AddCheckpoint.RequestBytesMax + 1]);
        using HttpResponseMessage answer = await http.PostAsync(new Uri(root, "/add-checkpoint"), large);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task P4_ClearTextOutsideLoopback_IsRefused()
    {
        StringWriter error = new();
        WitnessOptions options = Options() with { Listen = new IPEndPoint(IPAddress.Any, _ports.First) };
        Assert.Equal((int)ExitCode.Usage, await new WitnessCommand(
            options, TimeProvider.System, new StringWriter(), error).RunAsync(default));
        Assert.Contains("no clear-text listener outside loopback", error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(options.State));
    }

    [Fact]
    public async Task P3_KeyGoneFromAStateThatIsThere_IsRefusedWithWhatToDo()
    {
        await (await StartAsync(Options())).DisposeAsync();
        string key = Path.Combine(Options().State, "witness.key");
        Directory.CreateDirectory(Path.Combine(Options().State, "history"));
        File.Delete(key);
        StringWriter error = new();
        Assert.Equal((int)ExitCode.Machine, await new WitnessCommand(
            Options(), TimeProvider.System, new StringWriter(), error).RunAsync(default));
        Assert.Contains("'witness.key' is missing", error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(key));
    }

    [Fact]
    public async Task KeyThatOthersMayRead_IsRefused()
    {
        await (await StartAsync(Options())).DisposeAsync();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(Options().State, "witness.key"),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }
        StringWriter error = new();
        Assert.Equal((int)ExitCode.Machine, await new WitnessCommand(
            Options(), TimeProvider.System, new StringWriter(), error).RunAsync(default));
        Assert.Contains("chmod 600", error.ToString(), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _ports.Dispose();
    }

    private WitnessOptions Options() => new()
    {
        Listen = new IPEndPoint(IPAddress.Loopback, _ports.First),
        State = _ledger.In("witness"),
        Logs = [_ledger.Signer.VerifierKey],
        Name = "witness.example/w1",
    };

    private string Certificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        string pem = $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
        return _ledger.Save("tls.pem", Encoding.ASCII.GetBytes(pem));
    }

    private static SocketsHttpHandler Handler() => new()
    {
        SslOptions = new()
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=localhost",
        },
    };

    private string Prefix(bool tls) => $"{(tls ? "https" : "http")}://127.0.0.1:{_ports.First}";

    private async Task<WitnessOutcome> AskAsync(VerifierKey key, bool tls)
    {
        using HttpMessageInvoker http = new(Handler());
        WitnessClient client = new(_ledger.Log, new WitnessEndpoint(new Uri(Prefix(tls)), key), http,
            TimeProvider.System, new WitnessSettings { AnswerTimeout = Patience });
        return await client.AskAsync(_ledger.Log.Latest, default);
    }

    private async Task<(HttpStatusCode, string, string)> PostAsync(bool tls, byte[] body)
    {
        using HttpClient http = new(Handler());
        using ByteArrayContent content = new(body);
        using HttpResponseMessage answer = await http.PostAsync(new Uri(Prefix(tls) + "/add-checkpoint"), content);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.ToString() ?? "",
            await answer.Content.ReadAsStringAsync());
    }

    private static async Task<Running> StartAsync(WitnessOptions options)
    {
        Running running = new(options);
        await running.StartedAsync();
        return running;
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Lines _error = new();
        private readonly StringWriter _output = new();
        private readonly Task<int> _run;

        public Running(WitnessOptions options) => _run = Task.Run(() => new WitnessCommand(
            options, TimeProvider.System, TextWriter.Synchronized(_output), _error).RunAsync(_stop.Token));

        public VerifierKey Key =>
            VerifierKey.TryParse(_output.ToString().Trim(), out VerifierKey? key, out string reason) ? key!
                : throw new InvalidOperationException(reason);

        public async Task StartedAsync()
        {
            await Task.WhenAny(_error.Listening, _run).WaitAsync(Patience);
            Assert.True(_error.Listening.IsCompleted, string.Join('\n', _error.All));
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            Assert.Equal((int)ExitCode.Success, await _run.WaitAsync(Patience));
            _stop.Dispose();
        }
    }

    private sealed class Lines : StringWriter
    {
        private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> All { get; } = new();

        public Task Listening => _listening.Task;

        public override void WriteLine(string? value)
        {
            All.Enqueue(value ?? "");
            if (value?.Contains("listening on", StringComparison.Ordinal) == true)
            {
                _listening.TrySetResult();
            }
        }
    }
}
