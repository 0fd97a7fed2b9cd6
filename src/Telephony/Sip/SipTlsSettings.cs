// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hermetic.Telephony.Sip;

/// <summary>Certificates of SIP over TLS. There is no setting that leaves a peer's certificate unchecked.</summary>
public sealed record SipTlsSettings
{
    /// <summary>Ours, with its private key: needed to listen on TLS; shown to servers that ask for one.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The roots that a peer's certificate must lead to; the system's if empty.</summary>
    public IReadOnlyList<X509Certificate2> TrustedRoots { get; init; } = [];

    /// <summary>True to ask those who connect to us for a certificate that leads to our roots.</summary>
    public bool RequireClientCertificate { get; init; }

    // RFC 8996 retires TLS 1.0 and 1.1.
    private const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    internal SslServerAuthenticationOptions ForServer() => new()
    {
        ServerCertificate = Certificate,
        EnabledSslProtocols = Versions,
        ClientCertificateRequired = RequireClientCertificate,
        CertificateChainPolicy = Policy(),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            errors == SslPolicyErrors.None || (!RequireClientCertificate && certificate is null),
    };

    /// <param name="host">The name that the certificate must bear (RFC 5922 §4): the domain or address we call.</param>
    internal SslClientAuthenticationOptions ForClient(string host) => new()
    {
        TargetHost = host,
        EnabledSslProtocols = Versions,
        ClientCertificates = Certificate is null ? null : [Certificate],
        CertificateChainPolicy = Policy(),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    private X509ChainPolicy? Policy()
    {
        if (TrustedRoots.Count == 0)
        {
            return null;
        }

        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        foreach (X509Certificate2 root in TrustedRoots)
        {
            policy.CustomTrustStore.Add(root);
        }

        return policy;
    }
}
