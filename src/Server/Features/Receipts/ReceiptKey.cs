// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Notes;
using Hermetic.Server.Hosting;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Receipts;

/// <summary>The key that an installation signs receipts with. Not the ledger's own: that one signs checkpoints and
/// nothing else, so that no other text of it can be taken for one.</summary>
internal static class ReceiptKey
{
    private const string Seed = "receipt-seed";
    private const string Begun = "receipt-begun";

    /// <summary>Opens it; makes it where there never was one. The seed first, then the mark that there is one: a crash
    /// between is carried on, and one that went missing later is never made anew, because nobody could tell what the
    /// other had signed.</summary>
    /// <param name="keys">Where its seed lies, wrapped by the root key.</param>
    /// <param name="origin">The ledger's.</param>
    /// <exception cref="InstallationException">It is gone.</exception>
    public static NoteSigner Open(KeyStore keys, string origin)
    {
        using SecretBytes? mark = keys.Secret(Begun);
        SecretBytes? known = keys.Secret(Seed);
        if (known is null && mark is not null)
        {
            throw new InstallationException(
                "the key that receipts are signed with is missing from the data folder "
                + "(keys/desk/secret-receipt-seed.wrapped), and this installation has one. Put the folder keys back "
                + "from its newest backup: no other key may sign in its place. No new one was made");
        }

        using SecretBytes seed = known ?? keys.MakeSecret(Seed, NoteSigner.SeedBytes);
        if (mark is null)
        {
            keys.MakeSecret(Begun, 1).Dispose();
        }

        return new(origin + ReceiptFile.KeySuffix, NoteKeyType.Ed25519, seed.Span);
    }
}
