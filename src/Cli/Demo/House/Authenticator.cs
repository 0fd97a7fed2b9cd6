// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Hermetic.Cli.Demo.House;

/// <summary>An authenticator app (RFC 6238: SHA-1, six digits, steps of 30 s) for the people whom the tour
/// plays.</summary>
internal sealed class Authenticator(string secret, TimeProvider time)
{
    private const int StepSeconds = 30; // RFC 6238 §4.1
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; // RFC 4648 §6

    private readonly byte[] _secret = FromBase32(secret);

    // Each code counts once, and one of the next step is taken already (RFC 6238 §5.2).
    private long _used;

    /// <summary>A code that was not given before.</summary>
    public string Next()
    {
        _used = Math.Max(time.GetUtcNow().ToUnixTimeSeconds() / StepSeconds, _used + 1);
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, _used);
#pragma warning disable CA5350 // RFC 6238's own hash, of a key.
        byte[] hash = HMACSHA1.HashData(_secret, counter);
#pragma warning restore CA5350
        int number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xF)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] FromBase32(string text)
    {
        List<byte> bytes = [];
        (int bits, int held) = (0, 0);
        foreach (char one in text)
        {
            held = ((held << 5) | Base32.IndexOf(one, StringComparison.Ordinal)) & 0xFFFF;
            bits += 5;
            if (bits >= 8)
            {
                bytes.Add((byte)(held >> (bits -= 8)));
            }
        }

        return [.. bytes];
    }
}
