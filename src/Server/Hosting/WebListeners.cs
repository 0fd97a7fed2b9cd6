// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hermetic.Server.Configuration;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hermetic.Server.Hosting;

/// <summary>Where HTTP is taken: with TLS, but for loopback that the operator wants in the clear; and how much one
/// connection may ask of us before anybody knows who it is.</summary>
internal static class WebListeners
{
    /// <summary>Our limit for a request's body; an endpoint that takes more says so itself.</summary>
    private const int RequestBytesMax = 64 * 1024;

    /// <summary>Our limit: a token, a cookie and what browsers add fit.</summary>
    private const int HeaderBytesMax = 16 * 1024;

    /// <summary>Our limit: nobody has to hold a connection open without having said what for.</summary>
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Our limit: many more than people at a desk, far fewer than what a crowd could exhaust.</summary>
    private const int ConnectionsMax = 2000;

    /// <summary>Our choice: it is made anew at each start, and may be running for long.</summary>
    private static readonly TimeSpan SelfMadeLifetime = TimeSpan.FromDays(397);

    public static void Listen(this IWebHostBuilder web, HttpSettings settings, TimeProvider time)
    {
        X509Certificate2? certificate = settings.ClearText ? null
            : settings.CertificateFile.Length > 0 ? FromFile(settings.CertificateFile)
            : MakeForLoopback(time);
        web.UseKestrelCore();
        web.UseKestrelHttpsConfiguration();
        web.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBytesMax;
            kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            foreach (IPEndPoint address in settings.Listen)
            {
                kestrel.Listen(address, listener =>
                {
                    if (certificate is not null)
                    {
                        listener.UseHttps(certificate);
                    }
                    else
                    {
                        listener.Protocols = HttpProtocols.Http1;
                    }
                });
            }
        });
    }

    // Over PKCS#12, because the key of a PEM certificate can't be used by TLS on every platform as it is.
    private static X509Certificate2 FromFile(string path)
    {
        using X509Certificate2 read = X509Certificate2.CreateFromPemFile(path);
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Certificate2 MakeForLoopback(TimeProvider time)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        DateTimeOffset now = time.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now + SelfMadeLifetime);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
