// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Notes;

// A checkpoint is a note's text (C2SP tlog-checkpoint §Note text):
//
//     ORIGIN                  who the log is; not empty
//     SIZE                    leaves, decimal, no leading zeros
//     base64(ROOT)            of the tree of that size
//     …                       extension lines, not empty; we write none, and carry those of others

/// <summary>How large a log's tree is, and its root.</summary>
public sealed record Checkpoint(string Origin, long Size, TreeHash Root, IReadOnlyList<string> Extensions)
{
    public Checkpoint(string origin, long size, TreeHash root)
        : this(origin, size, root, [])
    {
    }

    /// <summary>The text to be signed, with its last newline.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{Origin}\n{Size}\n{Root}\n{string.Concat(Extensions.Select(line => line + "\n"))}");

    /// <summary>Reads a note's text; false with a reason if it is no checkpoint.</summary>
    public static bool TryParse(string text, out Checkpoint? checkpoint, out string reason)
    {
        checkpoint = null;
        reason = "";
        string[] lines = text.Split('\n');
        if (lines.Length < 4 || lines[^1].Length > 0 || lines[..^1].Any(line => line.Length == 0))
        {
            reason = "a checkpoint has three lines or more, none empty";
        }
        else if (!NoteText.TryParseSize(lines[1], out long size))
        {
            reason = "the second line is no tree size";
        }
        else if (!TreeHash.TryParse(lines[2], out TreeHash root))
        {
            reason = "the third line is no hash";
        }
        else if (size == 0 && root != TreeHash.Empty)
        {
            reason = "an empty tree with the root of another";
        }
        else
        {
            checkpoint = new Checkpoint(lines[0], size, root, lines[3..^1]);
        }
        return checkpoint is not null;
    }

    /// <summary>Reads a signed checkpoint and checks that <paramref name="key"/> signed it, for its own
    /// origin.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> bytes, VerifierKey key, out SignedCheckpoint? opened, out string reason)
    {
        opened = null;
        if (!SignedNote.TryParse(bytes, out SignedNote? note, out reason)
            || !TryParse(note!.Text, out Checkpoint? checkpoint, out reason)
            || !note.IsSignedBy(key, out reason))
        {
            return false;
        }
        if (key.Type == NoteKeyType.Ed25519 && checkpoint!.Origin != key.Name)
        {
            reason = "signed by the key of another origin";
            return false;
        }
        opened = new SignedCheckpoint(checkpoint!, note);
        return true;
    }
}

/// <summary>A checkpoint whose signature was checked, and the note that it came in.</summary>
public sealed record SignedCheckpoint(Checkpoint Checkpoint, SignedNote Note)
{
    /// <summary>The same with the cosignatures that a witness answered, as far as they are of witnesses that we know
    /// and fit this checkpoint; all else in the answer is left out (C2SP tlog-witness §add-checkpoint).</summary>
    public SignedCheckpoint WithCosignatures(ReadOnlySpan<byte> answer, IReadOnlyCollection<VerifierKey> witnesses)
    {
        byte[] joined = [.. NoteText.Encode(Note.Text + "\n"), .. answer];
        if (!SignedNote.TryParse(joined, out SignedNote? answered, out _))
        {
            return this;
        }
        NoteSignature[] fitting = [.. answered!.Signatures
            .Where(line => witnesses.Any(witness => Cosignature.Fits(witness, Note.Text, line)))
            .DistinctBy(line => (line.Name, line.KeyId))];
        if (fitting.Length == 0)
        {
            return this;
        }
        // The newest of each witness takes the place of an older one.
        NoteSignature[] kept = [.. fitting.Concat(Note.Signatures).DistinctBy(line => (line.Name, line.KeyId))];
        NoteSignature[] logFirst = [.. kept.OrderBy(line => Note.Signatures[0] != line)];
        return this with { Note = Note with { Signatures = logFirst } };
    }

    /// <summary>Signs a checkpoint.</summary>
    internal static SignedCheckpoint Sign(Checkpoint checkpoint, NoteSigner signer) =>
        new(checkpoint, new SignedNote(checkpoint.Text, [signer.Sign(checkpoint.Text)]));
}
