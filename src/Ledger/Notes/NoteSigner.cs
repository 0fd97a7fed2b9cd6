// SPDX-License-Identifier: Apache-2.0
using NSec.Cryptography;

namespace Hermetic.Ledger.Notes;

/// <summary>A private key of a log, or of a witness. The seed comes from whoever keeps keys; this keeps it in memory
/// that libsodium locks, and erases it when disposed.</summary>
public sealed class NoteSigner : IDisposable
{
    /// <summary>Bytes of an Ed25519 private key (RFC 8032 calls it the seed).</summary>
    public const int SeedBytes = 32;

    private readonly Key _key;

    /// <param name="name">The key's name; a log's is its origin.</param>
    /// <param name="type">What it signs.</param>
    /// <param name="seed">32 random bytes.</param>
    public NoteSigner(string name, NoteKeyType type, ReadOnlySpan<byte> seed)
    {
        _key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        byte[] publicKey = _key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        VerifierKey = VerifierKey.TryCreate(name, type, publicKey, out VerifierKey? key, out string reason)
            ? key!
            : throw new ArgumentException(reason, nameof(name));
    }

    /// <summary>The public half.</summary>
    public VerifierKey VerifierKey { get; }

    /// <summary>Signs a note's text, which ends in a newline.</summary>
    public NoteSignature Sign(string text)
    {
        Demand(NoteKeyType.Ed25519);
        return Line(SignatureAlgorithm.Ed25519.Sign(_key, NoteText.Encode(text)));
    }

    /// <summary>Cosigns a checkpoint's text at a time.</summary>
    public NoteSignature Cosign(string text, DateTimeOffset now)
    {
        Demand(NoteKeyType.Cosignature);
        long seconds = now.ToUnixTimeSeconds();
        byte[] signature = SignatureAlgorithm.Ed25519.Sign(_key, Cosignature.Message(text, seconds));
        return Line(Cosignature.Join(seconds, signature));
    }

    public void Dispose() => _key.Dispose();

    private NoteSignature Line(byte[] bytes) => new(VerifierKey.Name, VerifierKey.KeyId, bytes);

    private void Demand(NoteKeyType type)
    {
        if (VerifierKey.Type != type)
        {
            throw new InvalidOperationException($"the key {VerifierKey.Name} is for {VerifierKey.Type}");
        }
    }
}
