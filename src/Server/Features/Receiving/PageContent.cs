// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using Hermetic.Documents;
using Hermetic.Protocol.T30;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Receiving;

/// <summary>The keyed tag by which the same page from the same sender is known again without being kept in the
/// clear.</summary>
/// <remarks>
/// Under the tag lie tenant (16), line (16), the tag of the sender's number (32), the page's number, its width, its
/// rows and its resolution across and down (4 each, big-endian), and its pels. So equal pages have equal tags only at
/// the same place of faxes from one sender to one line: nobody who has the database alone learns from tags that two
/// clinics use one form. The pels are taken as the T.6 that our encoder makes of them, which is one to one with them
/// (T.6 leaves an encoder no choice of code words) and a twentieth as long.
/// </remarks>
internal sealed class PageContent(EqualityTagKey key, NumberRoute route, byte[] remoteTag)
{
    private const string Purpose = "page.content";
    private const int HeadLength = 16 + 16 + EqualityTagKey.TagLength + (5 * 4);

    /// <summary>The tag of a page.</summary>
    public byte[] Tag(int number, EncodedPage page)
    {
        byte[] value = new byte[HeadLength + page.T6.Length];
        Span<byte> rest = value;
        route.Tenant.TryWriteBytes(rest, bigEndian: true, out _);
        route.Line.TryWriteBytes(rest[16..], bigEndian: true, out _);
        remoteTag.CopyTo(rest[32..]);
        rest = rest[(32 + EqualityTagKey.TagLength)..];
        foreach (int count in (ReadOnlySpan<int>)
            [
                number, page.Format.WidthPels, page.Rows, (int)Math.Round(page.Format.HorizontalDpi),
                (int)Math.Round(page.Format.VerticalDpi),
            ])
        {
            BinaryPrimitives.WriteInt32BigEndian(rest, count);
            rest = rest[4..];
        }

        page.T6.Span.CopyTo(rest);
        byte[] tag = key.Tag(Purpose, value);
        CryptographicOperations.ZeroMemory(value);
        return tag;
    }

    /// <summary>The tag that the page would have had if the call had been cut behind its first
    /// <paramref name="rows"/> rows; null if it has not so many.</summary>
    public byte[]? TagOfTop(int number, EncodedPage page, int rows)
    {
        if (rows > page.Rows)
        {
            return null;
        }

        EncodedPageBuilder top = new(page.Format);
        byte[] row = new byte[page.Format.RowBytes];
        using IRowSource source = page.OpenRows();
        for (int i = 0; i < rows && source.TryReadRow(row); i++)
        {
            top.WriteRow(row);
        }

        CryptographicOperations.ZeroMemory(row);
        return Tag(number, top.Finish());
    }
}
