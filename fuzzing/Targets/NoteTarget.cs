// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Witness;

namespace Hermetic.Fuzzing.Targets;

/// <summary>The texts of the ledger that come from strangers: the first byte says whether the rest is a signed note
/// with a checkpoint, a proof, a witness request, a key or a path. What is read has one form only, and nothing that was
/// changed is taken for signed.</summary>
internal sealed class NoteTarget : IFuzzTarget
{
    private static readonly byte[] Seed = new byte[NoteSigner.SeedBytes];
    private static readonly NoteSigner Log = new("log.example", NoteKeyType.Ed25519, Seed);
    private static readonly NoteSigner Witness = new("witness.example", NoteKeyType.Cosignature, Seed);

    public string Name => "note";

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        ReadOnlySpan<byte> rest = input[1..];
        switch (input[0] % 5)
        {
            case 0:
                Note(rest);
                break;
            case 1:
                Proof(rest);
                break;
            case 2:
                Request(rest);
                break;
            case 3:
                Keys(rest);
                break;
            default:
                Path(rest);
                break;
        }
    }

    private static void Note(ReadOnlySpan<byte> bytes)
    {
        bool good = SignedNote.TryParse(bytes, out SignedNote? note, out string reason);
        Oracle.Holds(good == (reason.Length == 0) && good == (note is not null), "a refusal has a reason");
        if (!good)
        {
            return;
        }

        Oracle.Holds(note!.ToBytes().AsSpan().SequenceEqual(bytes), "a note has one form");
        bool isCheckpoint = Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint, out _);
        Oracle.Holds(!isCheckpoint || checkpoint!.Text == note.Text, "a checkpoint has one form");
        if (Checkpoint.TryOpen(bytes, Log.VerifierKey, out SignedCheckpoint? opened, out _))
        {
            Oracle.Holds(opened!.Note.Signatures.Any(line =>
                line.Bytes.AsSpan().SequenceEqual(Log.Sign(note.Text).Bytes)), "what opens was signed");
            SignedCheckpoint with = opened.WithCosignatures(bytes, [Witness.VerifierKey]);
            Oracle.Holds(with.Note.IsSignedBy(Log.VerifierKey, out _), "no answer of a witness spoils a checkpoint");
        }
    }

    private static void Proof(ReadOnlySpan<byte> bytes)
    {
        bool good = TlogProof.TryParse(bytes, out TlogProof? proof, out string reason);
        Oracle.Holds(good == (reason.Length == 0) && good == (proof is not null), "a refusal has a reason");
        if (good)
        {
            Oracle.Holds(proof!.ToBytes().AsSpan().SequenceEqual(bytes), "a proof has one form");
            _ = proof.Shows(proof.Extra, Log.VerifierKey, [Witness.VerifierKey], 1, out _);
        }
    }

    private static void Request(ReadOnlySpan<byte> bytes)
    {
        bool good = AddCheckpoint.TryParse(bytes, out AddCheckpoint? request, out string reason);
        Oracle.Holds(good == (reason.Length == 0) && good == (request is not null), "a refusal has a reason");
        if (good)
        {
            Oracle.Holds(request!.ToBytes().AsSpan().SequenceEqual(bytes), "a request has one form");
            WitnessAnswer? refusal = WitnessRule.Refuse(
                request, Log.VerifierKey, WitnessedTree.None, out SignedCheckpoint? checkpoint);
            Oracle.Holds(refusal is not null || checkpoint is not null, "what is not refused is a checkpoint");
        }
    }

    private static void Keys(ReadOnlySpan<byte> bytes)
    {
        string text = System.Text.Encoding.Latin1.GetString(bytes);
        bool good = VerifierKey.TryParse(text, out VerifierKey? key, out string reason);
        Oracle.Holds(good == (reason.Length == 0) && good == (key is not null), "a refusal has a reason");
        Oracle.Holds(!good || key!.ToString() == text, "a key has one form");
        good = SignerText.TryRead(bytes, out NoteSigner? signer, out reason);
        Oracle.Holds(good == (signer is not null) && (good || reason.Length > 0), "a refusal has a reason");
        signer?.Dispose();
    }

    private static void Path(ReadOnlySpan<byte> bytes)
    {
        string text = System.Text.Encoding.Latin1.GetString(bytes);
        bool good = TileId.TryParse(text, out TileId tile);
        Oracle.Holds(!good || (tile.Path == text && tile.Width is > 0 and <= TileId.FullWidth && tile.Index >= 0),
            "a path has one form");
    }
}
