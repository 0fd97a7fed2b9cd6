// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Keys;

/// <summary>Where the root keys are: a file, a token. Whatever it is, it lies outside the data folder, and it can
/// destroy a key for good. One source serves one data folder. All members are safe to call from several threads; each
/// failure is a <see cref="VaultKeyException"/>.</summary>
public interface IRootKeySource : IDisposable
{
    /// <summary>What and where it is, for messages. No secret.</summary>
    string Description { get; }

    /// <summary>The generations that it holds now, oldest first; none before the first run.</summary>
    IReadOnlyList<RootGeneration> List();

    /// <summary>Makes the next generation. It is durable when this returns.</summary>
    RootGeneration Create();

    /// <summary>Destroys a generation. It is gone for good when this returns; nothing happens if it is gone
    /// already.</summary>
    void Destroy(RootGeneration generation);

    /// <summary>Wraps a secret; <paramref name="about"/> is bound to it.</summary>
    byte[] Wrap(RootGeneration generation, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> about);

    /// <summary>Unwraps a secret, or null if what was wrapped or what it is about has been changed.</summary>
    SecretBytes? Unwrap(RootGeneration generation, ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> about);
}
