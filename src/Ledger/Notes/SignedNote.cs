// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Hermetic.Ledger.Notes;

// A signed note (C2SP signed-note §Format), UTF-8, no control characters but the newline:
//
//     text, one or more lines, some of which may be empty                    ─┐ "the text": signed with its last
//     …                                                                      ─┘ newline, without the empty line
//     (empty line: the last one in the note)
//     — NAME base64(key ID, 4 bytes big-endian ‖ signature)                  one or more

/// <summary>One signature line, of whatever type.</summary>
/// <param name="Name">The key's name.</param>
/// <param name="KeyId">The key's identifier.</param>
/// <param name="Bytes">What follows the identifier: for Ed25519 64 bytes, for a cosignature 8 of time and 64.</param>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Bytes)
{
    /// <summary>Our limit: the longest signature known (ML-DSA-44, of a witness) is 2,428 bytes, "nearly 5kB" as
    /// signed-note says of others.</summary>
    internal const int BytesMax = 8192;

    /// <summary>The line, with its newline.</summary>
    public string ToLine()
    {
        byte[] blob = new byte[4 + Bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(blob, KeyId);
        Bytes.CopyTo(blob, 4);
        return $"— {Name} {Convert.ToBase64String(blob)}\n";
    }

    /// <summary>Reads a line without its newline; null if it is none.</summary>
    internal static NoteSignature? Parse(string line)
    {
        if (!line.StartsWith("— ", StringComparison.Ordinal))
        {
            return null;
        }
        string[] parts = line[2..].Split(' ');
        bool fits = parts.Length == 2 && NoteText.IsKeyName(parts[0]) && parts[1].Length < BytesMax;
        return fits && Base64Text.TryDecode(parts[1], out byte[] blob) && blob.Length > 4
            ? new NoteSignature(parts[0], BinaryPrimitives.ReadUInt32BigEndian(blob), blob[4..])
            : null;
    }
}

/// <summary>A text and who signed it. Parsed is not trusted: see <see cref="IsSignedBy"/>.</summary>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    /// <summary>Our limit: notes of ours are under 1 KiB; this leaves room for 64 large signatures.</summary>
    public const int NoteBytesMax = 512 * 1024;

    /// <summary>Our limit; signed-note asks for at least 16.</summary>
    public const int SignaturesMax = 64;

    /// <summary>Reads a note; false with a reason if it is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out SignedNote? note, out string reason)
    {
        note = null;
        reason = "";
        string? text = bytes.Length > NoteBytesMax ? null : NoteText.Decode(bytes);
        if (text is null)
        {
            reason = "too long, not UTF-8, or with control characters";
            return false;
        }
        int empty = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (empty < 0 || !text.EndsWith('\n'))
        {
            reason = "no empty line before the signatures, or no newline at the end";
            return false;
        }
        string[] lines = text[(empty + 2)..].Split('\n')[..^1];
        if (lines.Length is 0 or > SignaturesMax)
        {
            reason = $"a note has 1 to {SignaturesMax} signatures";
            return false;
        }
        NoteSignature?[] signatures = [.. lines.Select(NoteSignature.Parse)];
        int bad = Array.IndexOf(signatures, null);
        if (bad >= 0)
        {
            reason = $"signature line {bad + 1} is none";
            return false;
        }
        note = new SignedNote(text[..(empty + 1)], signatures!);
        return true;
    }

    /// <summary>Is the text signed by this key? A line of this key that does not verify spoils the note, whatever
    /// other lines there are; lines of other keys say nothing.</summary>
    public bool IsSignedBy(VerifierKey key, out string reason)
    {
        NoteSignature[] ours = [.. Signatures.Where(line => line.Name == key.Name && line.KeyId == key.KeyId)];
        reason = ours.Length == 0 ? $"no signature by {key.Name}"
            : ours.All(line => Fits(key, line)) ? "" : $"the signature by {key.Name} does not fit the text";
        return reason.Length == 0;
    }

    /// <summary>The note in bytes, as it is served.</summary>
    public byte[] ToBytes() => NoteText.Encode($"{Text}\n{string.Concat(Signatures.Select(line => line.ToLine()))}");

    private bool Fits(VerifierKey key, NoteSignature line) => key.Type == NoteKeyType.Cosignature
        ? Cosignature.Fits(key, Text, line)
        : key.Verify(NoteText.Encode(Text), line.Bytes);
}
