// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace Hermetic.Ledger.Notes;

// A private key as text, as Go's note package writes it, so that other tools of transparency logs read it:
//
//     PRIVATE+KEY+NAME+hex(key ID, 4 bytes)+base64(type byte ‖ seed, 32 bytes)

/// <summary>Private keys of logs and witnesses as text, for a file or for whoever keeps keys.</summary>
public static class SignerText
{
    /// <summary>Our limit: a key's name is a short URL.</summary>
    public const int TextBytesMax = 1024;

    private const string Prefix = "PRIVATE+KEY+";
    private const int BlobBytes = 1 + NoteSigner.SeedBytes;

    /// <summary>The text, with a newline. The caller zeroes it when done.</summary>
    public static byte[] Write(string name, NoteKeyType type, ReadOnlySpan<byte> seed)
    {
        using NoteSigner signer = new(name, type, seed);
        Span<byte> blob = stackalloc byte[BlobBytes];
        blob[0] = (byte)type;
        seed.CopyTo(blob[1..]);
        Span<byte> coded = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(BlobBytes)];
        Base64.EncodeToUtf8(blob, coded, out _, out int count);
        string head = string.Create(
            CultureInfo.InvariantCulture, $"{Prefix}{name}+{signer.VerifierKey.KeyId:x8}+");
        byte[] text = [.. NoteText.Encode(head), .. coded[..count], (byte)'\n'];
        CryptographicOperations.ZeroMemory(blob);
        CryptographicOperations.ZeroMemory(coded);
        return text;
    }

    /// <summary>Reads a key; false with a reason, which holds nothing of the key, if it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out NoteSigner? signer, out string reason)
    {
        signer = null;
        reason = $"it is not of the form {Prefix}NAME+ID+KEY";
        text = text.TrimEnd("\r\n"u8);
        // Base64 has a plus of its own, so the key is found from its end: its length is fixed.
        int coded = Base64.GetMaxEncodedToUtf8Length(BlobBytes);
        if (text.Length > TextBytesMax || text.Length < coded + Prefix.Length + 2
            || text[^(coded + 1)] != (byte)'+')
        {
            return false;
        }
        string? head = NoteText.Decode(text[..^(coded + 1)]);
        Span<byte> blob = stackalloc byte[BlobBytes];
        bool decoded = Base64.DecodeFromUtf8(text[^coded..], blob, out _, out int count)
            == System.Buffers.OperationStatus.Done && count == BlobBytes;
        try
        {
            return decoded && head is not null && head.StartsWith(Prefix, StringComparison.Ordinal)
                && TryMake(head[Prefix.Length..], blob, out signer, ref reason);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(blob);
        }
    }

    private static bool TryMake(string nameAndId, ReadOnlySpan<byte> blob, out NoteSigner? signer, ref string reason)
    {
        signer = null;
        string[] parts = nameAndId.Split('+');
        NoteKeyType type = (NoteKeyType)blob[0];
        if (parts.Length != 2 || !NoteText.IsKeyName(parts[0]))
        {
            return false;
        }
        if (type is not (NoteKeyType.Ed25519 or NoteKeyType.Cosignature))
        {
            reason = $"keys of type {blob[0]} are not ones that we sign with";
            return false;
        }
        signer = new NoteSigner(parts[0], type, blob[1..]);
        if (parts[1] != signer.VerifierKey.KeyId.ToString("x8", CultureInfo.InvariantCulture))
        {
            reason = "the key ID is not that of this name and key: it was cut or changed";
            signer.Dispose();
            signer = null;
        }
        return signer is not null;
    }
}
