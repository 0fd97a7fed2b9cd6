// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Witness;

// The body of POST …/add-checkpoint (C2SP tlog-witness §add-checkpoint):
//
//     old SIZE                  of the tree that the witness cosigned last, as the sender knows it
//     base64(hash)              the consistency proof, at most 63 lines
//     (empty line)
//     the signed checkpoint

/// <summary>Asks a witness to cosign a checkpoint.</summary>
public sealed record AddCheckpoint(long OldSize, IReadOnlyList<TreeHash> Proof, byte[] Note)
{
    /// <summary>Our limit: 63 lines of proof and the largest note.</summary>
    public const int RequestBytesMax = SignedNote.NoteBytesMax + 4096;

    /// <summary>The body.</summary>
    public byte[] ToBytes()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"old {OldSize}\n");
        foreach (TreeHash hash in Proof)
        {
            text.Append(hash).Append('\n');
        }
        return [.. NoteText.Encode(text.Append('\n').ToString()), .. Note];
    }

    /// <summary>Reads a body; false with a reason if it is none. The note in it is not looked at yet.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, out AddCheckpoint? request, out string reason)
    {
        request = null;
        int empty = body.IndexOf("\n\n"u8);
        string? head = body.Length > RequestBytesMax || empty < 0 ? null : NoteText.Decode(body[..empty]);
        if (head is null)
        {
            reason = "too long, not UTF-8, or without an empty line";
            return false;
        }
        string[] lines = head.Split('\n');
        if (!lines[0].StartsWith("old ", StringComparison.Ordinal)
            || !NoteText.TryParseSize(lines[0][4..], out long oldSize))
        {
            reason = "the first line is not `old` and a size";
            return false;
        }
        if (!ProofLines.TryParse(lines[1..], out List<TreeHash> proof, out reason))
        {
            return false;
        }
        request = new AddCheckpoint(oldSize, proof, body[(empty + 2)..].ToArray());
        return true;
    }
}
