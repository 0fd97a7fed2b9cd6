// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>Points of P-256 as SEC 1 §2.3.3 writes them uncompressed: 4, X, Y.</summary>
internal static class P256
{
    public const int ScalarLength = 32;
    private const byte Uncompressed = 4;

    public static void WritePoint(ECPoint point, Span<byte> bytes)
    {
        bytes[0] = Uncompressed;
        point.X.CopyTo(bytes[1..]);
        point.Y.CopyTo(bytes[(1 + ScalarLength)..]);
    }

    /// <summary>A public key, or with <paramref name="scalar"/> a private one; null if the point is not on the curve.
    /// OpenSSL checks that it is, and P-256 has no other subgroup (RFC 9180 §7.1.4).</summary>
    public static ECDiffieHellman? TryImport(ReadOnlySpan<byte> point, ReadOnlySpan<byte> scalar = default)
    {
        if (point.Length != Hpke.PointLength || point[0] != Uncompressed)
        {
            return null;
        }
        byte[]? secret = scalar.IsEmpty ? null : scalar.ToArray();
        try
        {
            return ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint
                {
                    X = point[1..(1 + ScalarLength)].ToArray(),
                    Y = point[(1 + ScalarLength)..].ToArray(),
                },
                D = secret,
            });
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
