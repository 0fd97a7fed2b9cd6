// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>A running `hermetic serve` whose SIP lies on an address of the machine's network, over UDP, TCP and TLS, so
/// that who calls from there is no neighbour; and whose HTTP lies on loopback, with TLS.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestCertificates _certificates = new();

    private Served()
    {
    }

    public HermeticProgram Program { get; private set; } = null!;

    /// <summary>The machine's address.</summary>
    public IPAddress Own { get; } = OwnAddress();

    public int Http { get; private set; }

    public int Udp { get; private set; }

    public int Tcp { get; private set; }

    public int Tls { get; private set; }

    [SupportedOSPlatform("linux")]
    public static async Task<Served> StartAsync()
    {
        Served served = new();
        string pem = served._folder.Write("sip.pem", Encoding.ASCII.GetBytes(
            $"{served._certificates.Leaf.ExportCertificatePem()}\n"
            + $"{served._certificates.Leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n"));
        File.SetUnixFileMode(pem, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string config = served._folder.Write("hermetic.json", Encoding.UTF8.GetBytes($$"""
            {
              "data": "{{served._folder["data"]}}",
              "keys": { "file": "{{served._folder["root.key"]}}" },
              "ledger": { "origin": "test.example/ledger" },
              "http": { "listen": [ "127.0.0.1:0" ] },
              "sip": {
                "listen": [ "udp:{{served.Own}}:0", "tcp:{{served.Own}}:0", "tls:{{served.Own}}:0" ],
                "certificateFile": "{{pem}}"
              },
              "tenants": [ { "name": "North Clinic", "numbers": [ "100", "5551234" ] } ]
            }
            """));
        served.Program = HermeticProgram.Start(served._folder.Path, "serve", "--config", config);
        await served.Program.Process.WaitForOutputAsync(
            "ready", HermeticProgram.Patience, TestContext.Current.CancellationToken);
        served.Udp = served.PortOf("(UDP)");
        served.Tcp = served.PortOf("(TCP)");
        served.Tls = served.PortOf("(TLS)");
        served.Http = served.PortOf("/ledger/checkpoint");
        return served;
    }

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        _certificates.Dispose();
        _folder.Dispose();
    }

    private int PortOf(string words) => int.Parse(Program.Process.Output
        .First(line => line.Contains(words, StringComparison.Ordinal)).Replace(words, "", StringComparison.Ordinal)
        .Split(':')[^1], CultureInfo.InvariantCulture);

    private static IPAddress OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(address => address.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork
            && !IPAddress.IsLoopback(address))
        ?? throw new PeerException("this machine has no IPv4 address but loopback, from which everybody may call: no "
            + "stranger can be played on it");
}
