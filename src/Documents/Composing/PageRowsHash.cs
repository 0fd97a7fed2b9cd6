// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Composing;

// What is hashed, by SHA-256:
//
//     width in pels (4, big-endian) ‖ row ‖ row ‖ …      rows packed, the leftmost pel in the most significant bit, 1
//                                                        is black; their number follows from the length

/// <summary>The hash of a page's pels, however they were coded on the way.</summary>
public sealed class PageRowsHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public PageRowsHash(PageFormat format)
    {
        Span<byte> width = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(width, format.WidthPels);
        _hash.AppendData(width);
    }

    /// <summary>Rows so far.</summary>
    public int Rows { get; private set; }

    /// <summary>The hash of a page that is there.</summary>
    public static byte[] Of(EncodedPage page)
    {
        using PageRowsHash hash = new(page.Format);
        using IRowSource rows = page.OpenRows();
        byte[] row = new byte[page.Format.RowBytes];
        while (rows.TryReadRow(row))
        {
            hash.Add(row);
        }

        return hash.Finish();
    }

    /// <summary>Adds the next row.</summary>
    public void Add(ReadOnlySpan<byte> row)
    {
        _hash.AppendData(row);
        Rows++;
    }

    /// <summary>The hash, 32 bytes.</summary>
    public byte[] Finish() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();
}
