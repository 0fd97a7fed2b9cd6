// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hermetic.TestKit.Access;
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>A running `hermetic serve` whose operator has enrolled. Its SIP lies on an address of the machine's
/// network, over UDP, TCP and TLS, so that who calls from there is no neighbour (loopback is let in); its HTTP on
/// loopback, with the certificate that it makes itself.</summary>
[SupportedOSPlatform("linux")]
public sealed class Served : IAsyncLifetime
{
    public const string Practice = "North Clinic";
    public const string Number = "5551234";

    private readonly TestFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private HermeticProgram _program = null!;

    /// <summary>The machine's address.</summary>
    public IPAddress Own { get; } = OwnAddress();

    public int Http { get; private set; }

    public int Udp { get; private set; }

    public int Tcp { get; private set; }

    public int Tls { get; private set; }

    public async ValueTask InitializeAsync()
    {
        string config = Configure();
        _program = HermeticProgram.Start(_folder.Path, "serve", "--config", config);
        await _program.Process.WaitForOutputAsync(
            "ready", HermeticProgram.Patience, TestContext.Current.CancellationToken);
        Udp = PortOf("(UDP)");
        Tcp = PortOf("(TCP)");
        Tls = PortOf("(TLS)");
        Http = PortOf("/ledger/checkpoint");
        using HttpClient http = Stranger();
        string code = _program.Process.Output.First(line => line.Contains("/enrol#", StringComparison.Ordinal));
        await OperatorEnrolment.EnrolAsync(
            http, code.Split('#')[1], TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>Somebody who speaks HTTP and does not care with whom.</summary>
    public HttpClient Stranger()
    {
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
#pragma warning disable CA5359 // A stranger does not care whom he talks to.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        return new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{Http}") };
    }

    /// <summary>What the kernel says that the program listens on: `tcp ADDRESS:PORT`.</summary>
    public IEnumerable<string> Listening()
    {
        string process = Directory.GetDirectories("/proc").First(IsProgram);
        HashSet<string> sockets = [.. Directory.GetFiles(Path.Combine(process, "fd"))
            .Select(file => new FileInfo(file).LinkTarget ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target["socket:[".Length..^1])];
        foreach (string table in (string[])["tcp", "tcp6", "udp", "udp6"])
        {
            foreach (string line in File.ReadLines(Path.Combine(process, "net", table)).Skip(1))
            {
                // proc(5): local address 1, state 3, inode 9. 0A is a TCP socket that listens; UDP has no such state.
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (sockets.Contains(fields[9]) && (table[0] == 'u' || fields[3] == "0A"))
                {
                    yield return $"{table} {EndPointOf(fields[1])}";
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }

        _certificates.Dispose();
        _folder.Dispose();
    }

    private string Configure()
    {
        _folder.WriteSecret("sip.pem", $"{_certificates.Leaf.ExportCertificatePem()}\n"
            + $"{_certificates.Leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n");
        return _folder.Write("hermetic.json", Encoding.UTF8.GetBytes($$"""
            {
              "data": "{{_folder["data"]}}",
              "keys": { "file": "{{_folder["root.key"]}}" },
              "ledger": { "origin": "test.example/ledger" },
              "http": { "listen": [ "127.0.0.1:0" ] },
              "sip": {
                "listen": [ "udp:{{Own}}:0", "tcp:{{Own}}:0", "tls:{{Own}}:0" ],
                "certificateFile": "{{_folder["sip.pem"]}}"
              },
              "tenants": [ { "name": "{{Practice}}", "numbers": [ "100", "{{Number}}" ] } ]
            }
            """));
    }

    private bool IsProgram(string process)
    {
        try
        {
            string[] words = File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0');
            return words[0] == HermeticProgram.Dotnet && words.Contains(_folder["hermetic.json"]);
        }
        catch (IOException)
        {
            // No process, or one that has ended.
            return false;
        }
    }

    // Words of 32 bits in the machine's order, each; the port is a number.
    private static IPEndPoint EndPointOf(string field)
    {
        string[] parts = field.Split(':');
        byte[] octets = [.. Convert.FromHexString(parts[0]).Chunk(4).SelectMany(word => word.Reverse())];
        return new IPEndPoint(
            new IPAddress(octets), int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    private int PortOf(string words) => int.Parse(_program.Process.Output
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
