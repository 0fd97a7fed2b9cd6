// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hermetic.TestKit.Peers.Kamailio;

/// <summary>How a <see cref="KamailioPeer"/> is set up.</summary>
public sealed record KamailioSettings
{
    /// <summary>Path of the configuration, with @NAME@ where this fills in.</summary>
    public required string Template { get; init; }

    /// <summary>Its certificate, its key and what it trusts.</summary>
    public required TestCertificates Certificates { get; init; }

    /// <summary>The realm and domain.</summary>
    public string Domain { get; init; } = "clinic.example";

    /// <summary>The password of all its users.</summary>
    public required string Password { get; init; }

    /// <summary>MD5 or SHA-256.</summary>
    public string Algorithm { get; init; } = "MD5";

    /// <summary>Where the number 5559999 leads without registration.</summary>
    public int OtherPort { get; init; } = 9;

    /// <summary>The rtpengine that media goes through; null for media from end to end.</summary>
    public IPEndPoint? RtpEngine { get; init; }

    /// <summary>Flags for rtpengine, as its module takes them.</summary>
    public string RtpEngineFlags { get; init; } = "";
}

/// <summary>kamailio as registrar and proxy on loopback, over UDP, TCP and TLS.</summary>
public sealed class KamailioPeer : IAsyncDisposable
{
    private readonly LoopbackPorts _ports;
    private readonly string _folder;
    private readonly PeerProcess _process;

    private KamailioPeer(KamailioSettings settings)
    {
        _ports = LoopbackPorts.Reserve(6);
        _folder = Directory.CreateTempSubdirectory("hermetic-kamailio-").FullName;
        string configuration = Path.Combine(_folder, "kamailio.cfg");
        File.WriteAllText(configuration, Fill(File.ReadAllText(settings.Template), settings));
        WriteTls(settings.Certificates);
        _process = PeerProcess.Start("kamailio", Arguments(configuration, settings), _folder);
    }

    public int UdpPort => _ports[0];

    public int TcpPort => _ports[2];

    public int TlsPort => _ports[4];

    /// <summary>Its log so far. Lines of the configuration's own begin with "peer: ".</summary>
    public IEnumerable<string> Log => _process.Output;

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<KamailioPeer> StartAsync(KamailioSettings settings, TimeSpan timeout,
        CancellationToken cancellation)
    {
        KamailioPeer peer = new(settings);
        try
        {
            await peer.WaitForListenersAsync(timeout, cancellation);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a log line with <paramref name="text"/> in it.</summary>
    public Task WaitForLogAsync(string text, TimeSpan timeout, CancellationToken cancellation) =>
        _process.WaitForOutputAsync(text, timeout, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _ports.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private IEnumerable<string> Arguments(string configuration, KamailioSettings settings) =>
    [
        "-f", configuration, "-DD", "-E", "-Y", _folder, "-w", _folder, "-m", "32", "-M", "4",
        .. settings.RtpEngine is null ? Array.Empty<string>() : ["-A", "WITH_RTPENGINE"],
    ];

    private string Fill(string template, KamailioSettings settings)
    {
        (string Name, string Value)[] values =
        [
            ("UDP", Text(UdpPort)),
            ("TCP", Text(TcpPort)),
            ("TLS", Text(TlsPort)),
            ("FOLDER", _folder),
            ("DOMAIN", settings.Domain),
            ("PASSWORD", settings.Password),
            ("ALGORITHM", settings.Algorithm),
            ("OTHER", Text(settings.OtherPort)),
            ("NG", Text(settings.RtpEngine?.Port ?? 0)),
            ("FLAGS", settings.RtpEngineFlags),
        ];
        return values.Aggregate(template, (text, value) =>
            text.Replace($"@{value.Name}@", value.Value, StringComparison.Ordinal));
    }

    // Both ways it asks for a certificate that leads to the test's root: as a server for ours, as a client too.
    private void WriteTls(TestCertificates certificates)
    {
        (string certificate, string key, string root) = certificates.WritePem(_folder);
        string common = $"""
            method = TLSv1.2+
            certificate = {certificate}
            private_key = {key}
            ca_list = {root}
            verify_certificate = yes
            """;
        File.WriteAllText(Path.Combine(_folder, "tls.cfg"),
            $"[server:default]\n{common}\nrequire_certificate = yes\n\n[client:default]\n{common}\n");
    }

    private async Task WaitForListenersAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        while (!await ListensAsync(TlsPort))
        {
            if (_process.HasExited || limit.IsCancellationRequested)
            {
                throw new PeerException(_process.Describe("does not listen"));
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
