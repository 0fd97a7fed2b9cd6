// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Konscious.Security.Cryptography;

namespace Hermetic.Server.Features.Access;

/// <summary>Argon2id (RFC 9106) of a password, written as `argon2id$MEMORY$PASSES$LANES$SALT$HASH`, so that older
/// hashes can be checked after the parameters have grown. The text is sealed before it is stored.</summary>
/// <remarks>19 MiB, 2 passes, 1 lane: the least that OWASP's Password Storage Cheat Sheet takes, because a desk with
/// two cores has to check many at once; a thief of the database has the sealing key to break first.</remarks>
internal sealed class PasswordHash : IDisposable
{
    /// <summary>NIST SP 800-63B §3.1.1.2 asks for 15 characters where the password is alone, 8 beside another factor;
    /// our choice lies between.</summary>
    public const int CharsMin = 12;

    /// <summary>Our limit: a sentence fits.</summary>
    public const int CharsMax = 256;

    private const int MemoryKiB = 19 * 1024;
    private const int Passes = 2;
    private const int Lanes = 1;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    // Bounds the memory of a crowd at the door: who waits here waits alike, known or not.
    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount));

    // A hash of nobody's, so that an unknown name takes the time of a known one.
    private readonly Lazy<Task<string>> _nobody;

    public PasswordHash() => _nobody = new(() => HashAsync(SecretCode.Make(), CancellationToken.None));

    public async Task<string> HashAsync(string password, CancellationToken cancellation)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        byte[] hash = await DeriveAsync(password, salt, MemoryKiB, Passes, Lanes, cancellation).ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"argon2id${MemoryKiB}${Passes}${Lanes}$")
            + $"{Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}";
    }

    /// <summary>Whether the password is the one; with null for the hash never, and not sooner.</summary>
    public async Task<bool> VerifyAsync(string password, string? hash, CancellationToken cancellation)
    {
        string[] parts = (hash ?? await _nobody.Value.ConfigureAwait(false)).Split('$');
        byte[] derived = await DeriveAsync(
            password.Length <= CharsMax ? password : "", Convert.FromBase64String(parts[4]),
            Number(parts[1]), Number(parts[2]), Number(parts[3]), cancellation).ConfigureAwait(false);
        return CryptographicOperations.FixedTimeEquals(derived, Convert.FromBase64String(parts[5])) & hash is not null;
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private async Task<byte[]> DeriveAsync(
        string password, byte[] salt, int memory, int passes, int lanes, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // The same characters typed on another keyboard are the same password (NIST SP 800-63B §3.1.1.2: NFKC).
            using Argon2id argon = new(Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormKC)))
            {
                Salt = salt,
                MemorySize = memory,
                Iterations = passes,
                DegreeOfParallelism = lanes,
            };
            return await argon.GetBytesAsync(HashBytes).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }
}
