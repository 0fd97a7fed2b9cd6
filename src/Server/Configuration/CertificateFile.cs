// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hermetic.Server.Configuration;

/// <summary>The PEM file that TLS shows itself with, for HTTP and for SIP: certificate and private key in one, which
/// only our account can read.</summary>
internal static class CertificateFile
{
    /// <summary>NIST SP 800-57 Part 1 §5.6.1.1: below it RSA has less than 112 bits of security.</summary>
    private const int RsaBitsMin = 2048;

    /// <summary>Complains of all that is wrong with it.</summary>
    public static void Check(SettingSection section, string name, string path)
    {
        // The private key is in it. It has the size of a document and not of a password, so only the mode is asked.
        if (!OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & SecretFile.Others) != 0)
        {
            section.Complain(name, "names a file that others can read or write, and the private key is in it: chmod "
                + "600 it");
        }

        try
        {
            using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(path);
            using RSA? rsa = certificate.GetRSAPublicKey();
            if (rsa is { KeySize: < RsaBitsMin })
            {
                section.Complain(name, $"has an RSA key of less than {RsaBitsMin} bits: make a new one");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException
            or CryptographicException or ArgumentException)
        {
            section.Complain(name, "names no PEM file with a certificate and its private key");
        }
    }
}
