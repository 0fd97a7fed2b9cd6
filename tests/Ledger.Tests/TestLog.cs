// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.TestKit.Durable;

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

    /// <summary>A log written in three integrations, so that partial tiles of the past lie beside those of
    /// today.</summary>
    public static SimulatedFiles Write(NoteSigner signer, int size, Func<int, byte[]> entry)
    {
        SimulatedFiles files = new();
        LogCore.Create(files, signer);
        using LogCore core = LogCore.Open(files, signer, new LedgerSettings(), count => new byte[count]);
        int[] stops = [size / 2, Math.Max(size - 24, size / 2), size];
        int done = 0;
        foreach (int stop in stops)
        {
            while (done < stop)
            {
                int count = Math.Min(stop - done, 10_000);
                core.Commit([.. Enumerable.Range(done, count).Select(i => new ReadOnlyMemory<byte>(entry(i)))]);
                done += count;
            }
            core.Integrate();
        }
        return files;
    }
}
