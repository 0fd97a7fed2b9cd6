// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Tiff;

namespace Hermetic.Documents.Rendering;

/// <summary>What a file is, told by its content alone.</summary>
internal enum InputKind
{
    Unknown,
    Pdf,
    Tiff,
    Image,
    Text,
}

/// <summary>Reading a file from disk within the limit, and telling its kind.</summary>
internal static class InputFile
{
    // ISO 32000-1 Annex H, note 13: readers look for the header within the first 1,024 octets.
    private const int PdfHeaderWithin = 1024;

    public static async Task<(byte[]? Content, Refusal? Refusal)> ReadAsync(string path, long bytesMax,
        CancellationToken cancellation)
    {
        try
        {
            await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > bytesMax)
            {
                return (null, TooLarge(file.Length, bytesMax));
            }

            byte[] content = new byte[file.Length];
            await file.ReadExactlyAsync(content, cancellation);
            return (content, null);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, new(RefusalCode.Unreadable, "there is no such file"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return (null, new(RefusalCode.Unreadable, "the file can't be read: look at its permissions, and whether it "
                + "is a file at all"));
        }
    }

    public static Refusal TooLarge(long bytes, long bytesMax) => new(RefusalCode.OverLimit,
        $"the file has {bytes / 1e6:F0} MB, at most {bytesMax / 1e6:F0} MB");

    public static InputKind KindOf(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> head = content[..Math.Min(content.Length, PdfHeaderWithin)];
        return TiffReader.IsTiff(content) ? InputKind.Tiff
            : content.StartsWith(Png) || content.StartsWith(Jpeg) ? InputKind.Image
            : head.IndexOf("%PDF-"u8) >= 0 ? InputKind.Pdf
            : content.Contains((byte)0) ? InputKind.Unknown
            : InputKind.Text;
    }

    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];
}
