// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Durable;
using Hermetic.Ledger.Notes;

namespace Hermetic.Ledger.Log;

/// <summary>The signing key of a log or a witness is missing, or is not that key. Nothing was signed and nothing was
/// created; the message says what to do.</summary>
public sealed class SigningKeyException(string path, string reason) : IOException(
    $"the signing key '{path}' {reason}. Put it back from its backup; without it this ledger can't go on, and a new "
    + "key would start another one. Do not delete the ledger");

/// <summary>A signing key in a file of its own. Made only by <see cref="Create"/>, never on the way: a key that went
/// missing must stop what it signs for.</summary>
public static class SignerFile
{
    /// <summary>Makes a new key in a file that does not exist yet; durable when this returns.</summary>
    /// <param name="files">Where it lies.</param>
    /// <param name="path">The file.</param>
    /// <param name="name">The key's name; a log's is its origin.</param>
    /// <param name="type">What it signs.</param>
    /// <param name="random">That many random bytes.</param>
    /// <exception cref="DurableException"><see cref="DurableFault.Exists"/>: there is one.</exception>
    public static NoteSigner Create(
        IDurableFiles files, string path, string name, NoteKeyType type, Func<int, byte[]> random)
    {
        if (files.Exists(path))
        {
            throw new DurableException(DurableFault.Exists, "create the signing key", path);
        }
        byte[] seed = random(NoteSigner.SeedBytes);
        byte[] text = SignerText.Write(name, type, seed);
        try
        {
            files.Replace(path, text);
            return new NoteSigner(name, type, seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>Reads the key.</summary>
    /// <exception cref="SigningKeyException">It is not there, or is not a key of that type.</exception>
    public static NoteSigner Load(IDurableFiles files, string path, NoteKeyType type)
    {
        byte[] text = files.ReadAll(path, SignerText.TextBytesMax)
            ?? throw new SigningKeyException(path, "is missing");
        try
        {
            NoteSigner signer = SignerText.TryRead(text, out NoteSigner? read, out string reason)
                ? read! : throw new SigningKeyException(path, $"can't be read: {reason}");
            if (signer.VerifierKey.Type != type)
            {
                signer.Dispose();
                throw new SigningKeyException(path, $"is for {signer.VerifierKey.Type} and not for {type}");
            }
            return signer;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }
}
