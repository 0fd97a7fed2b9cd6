// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Doctor;

/// <summary>Reads every file of a folder as a thief would, and looks for what must not be readable: the names and
/// numbers of the practices, which the configuration tells, and files that begin like a page or a document.</summary>
internal sealed class PlainTextScan
{
    /// <summary>Our limit: shorter names and numbers would be found by chance.</summary>
    private const int NeedleCharsMin = 6;

    private const int ChunkBytes = 1 << 20;

    // TIFF 6.0 §2, PDF (ISO 32000-1 §7.5.2), PNG (RFC 2083 §3.1), JPEG (T.81 §B.1.1.3): what a page would be.
    private static readonly (byte[] Magic, string Kind)[] Pages =
    [
        ("II*\0"u8.ToArray(), "a TIFF image"), ("MM\0*"u8.ToArray(), "a TIFF image"),
        ("%PDF-"u8.ToArray(), "a PDF document"), ([0x89, .. "PNG\r\n"u8], "a PNG image"),
        ([0xFF, 0xD8, 0xFF], "a JPEG image"),
    ];

    private readonly (byte[] Bytes, string What)[] _needles;
    private readonly int _overlap;

    public PlainTextScan(IEnumerable<(string Text, string What)> secrets)
    {
        _needles =
        [
            .. from secret in secrets
               where secret.Text.Length >= NeedleCharsMin
               from encoding in new Encoding[] { Encoding.UTF8, Encoding.Unicode }
               select (encoding.GetBytes(secret.Text), secret.What),
        ];
        _overlap = _needles.Select(needle => needle.Bytes.Length).DefaultIfEmpty(1).Max() - 1;
    }

    /// <summary>How many different things it looks for.</summary>
    public int Needles => _needles.Length;

    /// <summary>What is readable in the file; null if nothing is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isSealed">True if all of it has to be a sealed object.</param>
    public string? Look(string path, bool isSealed)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes + _overlap);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            int kept = 0;
            bool isFirst = true;
            while (file.ReadAtLeast(buffer.AsSpan(kept, ChunkBytes), ChunkBytes, false) is > 0 and var read)
            {
                ReadOnlySpan<byte> seen = buffer.AsSpan(0, kept + read);
                if (isFirst && LookAtBeginning(seen, isSealed) is { } kind)
                {
                    return kind;
                }

                foreach ((byte[] bytes, string what) in _needles)
                {
                    if (seen.IndexOf(bytes) >= 0)
                    {
                        return what;
                    }
                }

                kept = Math.Min(_overlap, seen.Length);
                seen[^kept..].CopyTo(buffer);
                isFirst = false;
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static string? LookAtBeginning(ReadOnlySpan<byte> bytes, bool isSealed)
    {
        foreach ((byte[] magic, string kind) in Pages)
        {
            if (bytes.StartsWith(magic))
            {
                return kind;
            }
        }

        return isSealed && !SealedHeader.TryRead(bytes[..Math.Min(bytes.Length, SealedHeader.Length)], out _, out _)
            ? "something that is no sealed object" : null;
    }
}
