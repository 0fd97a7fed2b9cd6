// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Notes;

// A proof in a file of its own, NAME.tlog-proof (C2SP tlog-proof §Format):
//
//     c2sp.org/tlog-proof@v1
//     extra base64              may be missing; nobody signed it
//     index DECIMAL             of the entry, from 0
//     base64(hash)              the inclusion proof, from the leaf's sibling upwards; may be none
//     (empty line)
//     the signed checkpoint, as it was served

/// <summary>Shows, without the log, that an entry is in it.</summary>
public sealed record TlogProof(long Index, IReadOnlyList<TreeHash> Hashes, SignedNote Note, byte[]? Extra = null)
{
    private const string Header = "c2sp.org/tlog-proof@v1";

    /// <summary>Our limit on the extra data, which we carry for others and never need ourselves.</summary>
    public const int ExtraBytesMax = 64 * 1024;

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        StringBuilder text = new();
        text.Append(Header).Append('\n');
        if (Extra is not null)
        {
            text.Append("extra ").Append(Convert.ToBase64String(Extra)).Append('\n');
        }
        text.Append(CultureInfo.InvariantCulture, $"index {Index}\n");
        foreach (TreeHash hash in Hashes)
        {
            text.Append(hash).Append('\n');
        }
        return [.. NoteText.Encode(text.Append('\n').ToString()), .. Note.ToBytes()];
    }

    /// <summary>Reads a proof; false with a reason if it is none. Parsed is not trusted: see
    /// <see cref="Shows"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out TlogProof? proof, out string reason)
    {
        proof = null;
        int empty = bytes.IndexOf("\n\n"u8);
        string? head = empty is < 0 or > (2 * ExtraBytesMax) ? null : NoteText.Decode(bytes[..empty]);
        if (head is null)
        {
            reason = "no head of a proof, or not in UTF-8";
            return false;
        }
        Queue<string> lines = new(head.Split('\n'));
        byte[]? extra = null;
        if (lines.Dequeue() != Header)
        {
            reason = $"the first line is not {Header}";
            return false;
        }
        if (lines.TryPeek(out string? line) && line.StartsWith("extra ", StringComparison.Ordinal)
            && (!Base64Text.TryDecode(lines.Dequeue()[6..], out extra) || extra.Length > ExtraBytesMax))
        {
            reason = "the extra data is no base64, or too long";
            return false;
        }
        if (!lines.TryDequeue(out line) || !line.StartsWith("index ", StringComparison.Ordinal)
            || !NoteText.TryParseSize(line[6..], out long index))
        {
            reason = "no index";
            return false;
        }
        if (!ProofLines.TryParse(lines, out List<TreeHash> hashes, out reason)
            || !SignedNote.TryParse(bytes[(empty + 2)..], out SignedNote? note, out reason))
        {
            return false;
        }
        proof = new TlogProof(index, hashes, note!, extra);
        return true;
    }

    /// <summary>Is this entry in the tree that the log, and at least <paramref name="quorum"/> of the witnesses, put
    /// their names to?</summary>
    public bool Shows(ReadOnlySpan<byte> entry, VerifierKey log, IReadOnlyCollection<VerifierKey> witnesses, int quorum,
        out string reason)
    {
        if (!Checkpoint.TryOpen(Note.ToBytes(), log, out SignedCheckpoint? opened, out reason))
        {
            return false;
        }
        int seen = witnesses.Count(witness => Note.IsSignedBy(witness, out _));
        if (seen < quorum)
        {
            reason = $"{seen} of the witnesses signed, {quorum} are asked for";
            return false;
        }
        Checkpoint checkpoint = opened!.Checkpoint;
        bool included = ProofCheck.Inclusion(
            TreeHash.OfLeaf(entry), Index, checkpoint.Size, Hashes, checkpoint.Root);
        reason = included ? "" : "the entry is not at this index of this tree";
        return included;
    }
}
