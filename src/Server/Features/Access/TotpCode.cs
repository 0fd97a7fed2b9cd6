// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hermetic.Server.Features.Access;

/// <summary>One-time codes by time (RFC 6238 over RFC 4226): SHA-1 and six digits, because that is what authenticator
/// apps take; HMAC does not rest on what SHA-1 lost.</summary>
internal static class TotpCode
{
    public const int Digits = 6;

    /// <summary>RFC 4226 §4 R6: a secret of 160 bits.</summary>
    public const int SecretBytes = 20;

    /// <summary>RFC 6238 §5.2: a step of 30 s.</summary>
    public const int StepSeconds = 30;

    /// <summary>RFC 6238 §5.2: one step for the way and for clocks that differ, to either side.</summary>
    private const int Tolerance = 1;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The step that a code is of, if it is right and newer than the last one used; else null. A code counts
    /// once (RFC 6238 §5.2).</summary>
    public static long? StepOf(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long usedStep)
    {
        long current = now.ToUnixTimeSeconds() / StepSeconds;
        long? found = null;
        byte[] shown = Encoding.UTF8.GetBytes(code);
        for (long step = current - Tolerance; step <= current + Tolerance; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(shown, Encoding.UTF8.GetBytes(Of(secret, step)))
                && step > usedStep)
            {
                found ??= step;
            }
        }

        return found;
    }

    /// <summary>The code of a step.</summary>
    public static string Of(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6238's own hash: see the summary.
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        // RFC 4226 §5.3: dynamic truncation.
        int offset = hash[^1] & 0xF;
        int number = BinaryPrimitives.ReadInt32BigEndian(hash[offset..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>A secret as people type it into an app: base 32 (RFC 4648 §6) without padding.</summary>
    public static string Base32(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        int bits = 0, held = 0;
        foreach (byte one in bytes)
        {
            held = (held << 8) | one;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text.Append(Alphabet[(held >> (bits - 5)) & 31]);
            }

            held &= (1 << bits) - 1;
        }

        return bits > 0 ? text.Append(Alphabet[(held << (5 - bits)) & 31]).ToString() : text.ToString();
    }
}
