// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Hermetic.Ledger.Notes;

namespace Hermetic.Server.Features.Receipts;

// A receipt is a signed note (C2SP signed-note), with this text:
//
//     hermetic.receipt/v1
//     {…}                            the content: JSON in one form, on one line
//     {…}                            the body of the ledger's entry that tells of it, as the leaf commits to it
//     base64(salt, 32 bytes)         of that commitment
//     c2sp.org/tlog-proof@v1         a whole tlog-proof, with the leaf as its extra data: head, empty line, checkpoint
//     …                              with its signatures
//
// and one signature, by the key ORIGIN/receipts, where ORIGIN is the ledger's.

/// <summary>The parts of a receipt's file, cut at their places and not yet believed.</summary>
/// <param name="Header">The first line.</param>
/// <param name="Content">The second.</param>
/// <param name="Entry">The third.</param>
/// <param name="Salt">The fourth.</param>
/// <param name="Proof">All up to the last empty line.</param>
public sealed record ReceiptFile(ReadOnlyMemory<byte> Header, ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> Entry,
    ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Proof)
{
    /// <summary>How the file begins.</summary>
    public const string Magic = "hermetic.receipt/v1";

    /// <summary>What the name of a key that signs receipts ends with; before it stands the ledger's origin.</summary>
    public const string KeySuffix = "/receipts";

    /// <summary>How the ledger's entry names a receipt: by the hash of its content, which a nonce in it keeps from
    /// being guessed.</summary>
    public static string NameOf(ReadOnlySpan<byte> content) =>
        $"receipt sha256 {Convert.ToBase64String(SHA256.HashData(content))}";

    /// <summary>Puts a file together and signs it.</summary>
    /// <param name="content">As <see cref="ReceiptJson"/> writes it.</param>
    /// <param name="entry">The body of the ledger's entry.</param>
    /// <param name="salt">Of the leaf's commitment to it.</param>
    /// <param name="proof">That the leaf is in the ledger; carries it.</param>
    /// <param name="signer">The key of receipts.</param>
    public static byte[] Write(
        ReadOnlySpan<byte> content, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> salt, TlogProof proof,
        NoteSigner signer)
    {
        string text = $"{Magic}\n{Encoding.ASCII.GetString(content)}\n{Encoding.ASCII.GetString(entry)}\n"
            + $"{Convert.ToBase64String(salt)}\n{Encoding.UTF8.GetString(proof.ToBytes())}";
        return new SignedNote(text, [signer.Sign(text)]).ToBytes();
    }

    /// <summary>Cuts a file; null if it has not so many lines.</summary>
    public static ReceiptFile? Cut(ReadOnlyMemory<byte> bytes)
    {
        Span<int> starts = stackalloc int[5];
        int end = bytes.Span.LastIndexOf("\n\n"u8);
        for (int part = 1; part < starts.Length; part++)
        {
            int newline = bytes.Span[starts[part - 1]..].IndexOf((byte)'\n');
            starts[part] = starts[part - 1] + newline + 1;
            if (newline < 0 || starts[part] > end)
            {
                return null;
            }
        }

        return new(bytes[..(starts[1] - 1)], bytes[starts[1]..(starts[2] - 1)], bytes[starts[2]..(starts[3] - 1)],
            bytes[starts[3]..(starts[4] - 1)], bytes[starts[4]..(end + 1)]);
    }
}
