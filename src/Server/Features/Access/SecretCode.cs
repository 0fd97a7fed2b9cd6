// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Hermetic.Server.Features.Access;

/// <summary>Secrets that we make: 256 random bits as text. Only their hash is kept, and because nobody can guess one,
/// one round of SHA-256 is enough for it.</summary>
internal static class SecretCode
{
    private const int Bytes = 32;

    // Our limit: what is longer is no code of ours.
    private const int CharsMax = 64;

    public static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>What is kept of a code, and looked up for one that somebody shows.</summary>
    public static byte[] Hash(string code) => SHA256.HashData(
        System.Text.Encoding.UTF8.GetBytes(code.Length <= CharsMax ? code : ""));
}
