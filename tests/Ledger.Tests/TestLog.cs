// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Notes;

namespace Hermetic.Ledger.Tests;

/// <summary>Keys and checkpoints of logs and witnesses that exist only in these tests.</summary>
internal static class TestLog
{
    public const string Origin = "log.example/ledger";

    public static NoteSigner Signer(string name = Origin, byte seed = 7) =>
        new(name, NoteKeyType.Ed25519, [.. Enumerable.Repeat(seed, 32)]);

    public static NoteSigner WitnessSigner(string name = "witness.example/w1", byte seed = 8) =>
        new(name, NoteKeyType.Cosignature, [.. Enumerable.Repeat(seed, 32)]);

    public static byte[] Note(NoteSigner signer, NaiveTree tree, int size)
    {
        Checkpoint checkpoint = new(signer.VerifierKey.Name, size, tree.Root(size));
        return new SignedNote(checkpoint.Text, [signer.Sign(checkpoint.Text)]).ToBytes();
    }
}
