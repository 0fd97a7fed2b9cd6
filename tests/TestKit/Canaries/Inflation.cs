// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;

namespace Hermetic.TestKit.Canaries;

/// <summary>Finds packed streams in octets by their first two or three, and unpacks them.</summary>
internal static class Inflation
{
    /// <summary>Our limit: a mark further inside is not looked for.</summary>
    private const int PlainBytesMax = 4 << 20;

    private const int WindowBitsMax = 7;
    private const int Deflate = 8;

    public static IEnumerable<(string Kind, byte[] Plain)> FromAnywhere(byte[] octets)
    {
        for (int at = 0; at < octets.Length - 2; at++)
        {
            if (IsZlib(octets[at], octets[at + 1])
                && Inflated(new ZLibStream(From(octets, at), CompressionMode.Decompress)) is { } zlib)
            {
                yield return ("zlib", zlib);
            }

            if (IsGzip(octets.AsSpan(at))
                && Inflated(new GZipStream(From(octets, at), CompressionMode.Decompress)) is { } gzip)
            {
                yield return ("gzip", gzip);
            }
        }
    }

    // RFC 1950 §2.2: method 8, a window of at most 32 KiB, and both octets together a multiple of 31.
    private static bool IsZlib(byte method, byte flags) =>
        (method & 0x0F) == Deflate && method >> 4 <= WindowBitsMax && ((method << 8) | flags) % 31 == 0;

    // RFC 1952 §2.3.1.
    private static bool IsGzip(ReadOnlySpan<byte> octets) => octets is [0x1F, 0x8B, Deflate, ..];

    private static MemoryStream From(byte[] octets, int at) => new(octets, at, octets.Length - at);

    private static byte[]? Inflated(Stream packed)
    {
        using MemoryStream plain = new();
        byte[] buffer = new byte[4096];
        try
        {
            using (packed)
            {
                for (int read; plain.Length < PlainBytesMax && (read = packed.Read(buffer)) > 0;)
                {
                    plain.Write(buffer, 0, read);
                }
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            // What came before the fault counts all the same.
        }

        return plain.Length > 0 ? plain.ToArray() : null;
    }
}
