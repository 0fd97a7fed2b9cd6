// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Hermetic.Cli.Demo.House;

/// <summary>Where a demo's server lives: data, root key beside it, certificate, configuration. The account's alone, as
/// every installation's.</summary>
internal sealed class DemoFolder
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Our choice: longer than any demo.</summary>
    private static readonly TimeSpan CertificateLifetime = TimeSpan.FromDays(30);

    // Loopback, whichever port is free.
    private static readonly string[] Anywhere = ["127.0.0.1:0"];

    private DemoFolder(string path) => Path = path;

    public string Path { get; }

    public string Data => In("data");

    public string Ledger => System.IO.Path.Combine(Data, "ledger");

    public string Configuration => In("hermetic.json");

    /// <summary>The certificate alone, for whoever has to trust it.</summary>
    public string Certificate => In("web.crt");

    /// <summary>The SHA-256 of the certificate, in hexadecimal.</summary>
    public string Pin { get; private set; } = "";

    /// <summary>Makes one.</summary>
    /// <param name="path">A folder that is empty or not there; null for a new temporary one.</param>
    /// <returns>Null if something lies in it.</returns>
    public static DemoFolder? Make(string? path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Hermetic runs on Linux");
        }

        if (path is null)
        {
            return new(Directory.CreateTempSubdirectory("hermetic-demo-").FullName);
        }

        string full = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
        {
            return null;
        }

        Directory.CreateDirectory(full, OwnFile | UnixFileMode.UserExecute);
        return new(full);
    }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes certificate and configuration of a server whose calls go to a telephone company.</summary>
    public void Write(IPEndPoint carrier, TimeProvider time)
    {
        MakeCertificate(time);
        File.WriteAllText(Configuration, JsonSerializer.Serialize(new
        {
            data = Data,
            keys = new { source = "file", file = In("root.key") },
            ledger = new { origin = "demo.hermetic.example/ledger" },
            http = new { listen = Anywhere, certificateFile = In("web.pem") },
            sip = new { listen = Anywhere },
            trunks = new[]
            {
                new { name = "carrier", host = $"{carrier.Address}", port = carrier.Port, firstOffer = "t38" },
            },
            tenants = DemoPractice.All.Select(practice => new
            {
                name = practice.Name,
                numbers = practice.Lines.Select(line => line.Number),
            }),
        }));
    }

    private void MakeCertificate(TimeProvider time)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Hermetic demo", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = time.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now + CertificateLifetime);
        Pin = made.GetCertHashString(HashAlgorithmName.SHA256);
        File.WriteAllText(Certificate, made.ExportCertificatePem());
        WriteSecret(In("web.pem"), $"{made.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    // Readable by this account alone from its first byte on.
    private static void WriteSecret(string path, string text)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Hermetic runs on Linux");
        }

        using FileStream file = new(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnFile,
        });
        file.Write(Encoding.ASCII.GetBytes(text));
    }
}
