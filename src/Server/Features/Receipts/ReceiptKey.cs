// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Notes;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Receipts;

/// <summary>The key that an installation signs receipts with. Not the ledger's own: that one signs checkpoints and
/// nothing else, so that no other text of it can be taken for one.</summary>
internal static class ReceiptKey
{
    private const string Seed = "receipt-seed";

    /// <summary>Opens it; makes it where there never was one.</summary>
    /// <param name="keys">Where its seed lies, wrapped by the root key.</param>
    /// <param name="origin">The ledger's.</param>
    public static NoteSigner Open(KeyStore keys, string origin)
    {
        using SecretBytes seed = keys.Secret(Seed) ?? keys.MakeSecret(Seed, NoteSigner.SeedBytes);
        return new(origin + ReceiptFile.KeySuffix, NoteKeyType.Ed25519, seed.Span);
    }
}
