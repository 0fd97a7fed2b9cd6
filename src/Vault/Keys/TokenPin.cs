// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Keys;

/// <summary>Reads the PIN of a token from where an operator puts it; never from the configuration itself.</summary>
public static class TokenPin
{
    /// <summary>The first line of a file that only its owner may read.</summary>
    /// <exception cref="VaultKeyException">The file is not there, or open to others.</exception>
    public static SecretBytes FromFile(string path, string dataFolder)
    {
        string real = KeyFileRules.Check(path, dataFolder);
        if (!File.Exists(real))
        {
            throw new VaultKeyException(KeyFault.PinMissing, $"the file {real}");
        }
        byte[] bytes = File.ReadAllBytes(real);
        int end = bytes.AsSpan().IndexOfAny((byte)'\r', (byte)'\n');
        SecretBytes pin = new(bytes.AsSpan(0, end < 0 ? bytes.Length : end));
        CryptographicOperations.ZeroMemory(bytes);
        return pin;
    }

    /// <summary>A variable of the environment.</summary>
    /// <exception cref="VaultKeyException">It is not set.</exception>
    public static SecretBytes FromEnvironment(string name)
    {
        string? text = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrEmpty(text)
            ? throw new VaultKeyException(KeyFault.PinMissing, $"the environment variable {name}")
            : new SecretBytes(Encoding.UTF8.GetBytes(text));
    }
}
