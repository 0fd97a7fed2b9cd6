// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hermetic.Cli.Remote;

/// <summary>Which certificates a server may show. There is no way to trust any (P4): a self-made one is given as a
/// file.</summary>
internal static class ServerTrust
{
    // Our limit on the way to a server; a local network or a far one takes well under a second.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    public static SocketsHttpHandler Handler(string? caCert)
    {
        SocketsHttpHandler handler = new()
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
            // So that a server refuses a document before it is sent (RFC 9110 §10.1.1); ours answers at once.
            Expect100ContinueTimeout = ConnectTimeout,
        };
        if (caCert is not null)
        {
            X509Certificate2Collection roots = Read(caCert);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
                Trusts(roots, shown as X509Certificate2, errors);
        }

        return handler;
    }

    // Its name still has to be the one that was called.
    private static bool Trusts(X509Certificate2Collection roots, X509Certificate2? shown, SslPolicyErrors errors)
    {
        if (shown is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        // A private authority seldom has a revocation list; whoever has the file has chosen to trust it.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(shown);
    }

    private static X509Certificate2Collection Read(string path)
    {
        X509Certificate2Collection roots = [];
        try
        {
            roots.ImportFromPemFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException
            or CryptographicException)
        {
            roots.Clear();
        }

        return roots.Count > 0 ? roots
            : throw new RemoteException(ExitCode.Usage, "the file of --cacert holds no certificate as PEM.");
    }
}
