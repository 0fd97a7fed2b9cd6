// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;

namespace Hermetic.Ledger.Notes;

// The bytes of a cosignature/v1 (C2SP tlog-cosignature §Format), after the key ID:
//
//      0        8                                    72
//      ├────────┼─────────────────────────────────────┤
//      │ time   │ Ed25519 signature                   │     time: seconds since 1970, big-endian, at most 2^63 - 1
//
// over:   "cosignature/v1\n"  "time " decimal "\n"  the checkpoint's text with its last newline

/// <summary>Statements of a witness: "at that time this was the largest tree that I had seen of that log, and it is
/// consistent with all that I saw before".</summary>
public static class Cosignature
{
    private const int TimeBytes = 8;
    private const int Bytes = TimeBytes + 64;

    /// <summary>When the witness said so, in seconds since 1970; null if the line is no cosignature. Trust it only of a
    /// line that was verified.</summary>
    public static long? Time(NoteSignature line)
    {
        ulong seconds = line.Bytes.Length == Bytes ? BinaryPrimitives.ReadUInt64BigEndian(line.Bytes) : ulong.MaxValue;
        return seconds <= long.MaxValue ? (long)seconds : null;
    }

    /// <summary>Does the line fit the text and this key?</summary>
    public static bool Fits(VerifierKey key, string text, NoteSignature line) =>
        key.Type == NoteKeyType.Cosignature && line.Name == key.Name && line.KeyId == key.KeyId
        && Time(line) is { } seconds && key.Verify(Message(text, seconds), line.Bytes.AsSpan(TimeBytes));

    internal static byte[] Message(string text, long seconds) => NoteText.Encode(
        string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{text}"));

    internal static byte[] Join(long seconds, ReadOnlySpan<byte> signature)
    {
        byte[] bytes = new byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, seconds);
        signature.CopyTo(bytes.AsSpan(TimeBytes));
        return bytes;
    }
}
