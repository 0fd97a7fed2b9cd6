// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hermetic.TestKit.Peers;

/// <summary>A certificate authority of the moment and what it signs, for loopback only.</summary>
public sealed class TestCertificates : IDisposable
{
    public TestCertificates()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Hermetic test root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Root = request.CreateSelfSigned(NotBefore, NotAfter);
        Leaf = Issue("localhost", IPAddress.Loopback);
    }

    /// <summary>What a peer must trust.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>For localhost and 127.0.0.1, with its key.</summary>
    public X509Certificate2 Leaf { get; }

    private DateTimeOffset NotBefore { get; } = TimeProvider.System.GetUtcNow().AddDays(-1);

    // Read once: a certificate that ended a second after its issuer's would be refused.
    private DateTimeOffset NotAfter => NotBefore.AddDays(31);

    public X509Certificate2 Issue(string name, IPAddress address)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        using X509Certificate2 issued = request.Create(Root, NotBefore, NotAfter, serial);
        using X509Certificate2 keyed = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(keyed.Export(X509ContentType.Pfx), null);
    }

    /// <summary>Writes leaf, key and root as PEM for programs that are not ours.</summary>
    public (string Certificate, string Key, string Root) WritePem(string folder)
    {
        string certificate = Path.Combine(folder, "leaf.pem");
        string key = Path.Combine(folder, "leaf.key");
        string root = Path.Combine(folder, "root.pem");
        File.WriteAllText(certificate, Leaf.ExportCertificatePem());
        File.WriteAllText(key, Leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(root, Root.ExportCertificatePem());
        return (certificate, key, root);
    }

    public void Dispose()
    {
        Leaf.Dispose();
        Root.Dispose();
    }
}
