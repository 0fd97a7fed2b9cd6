// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Hermetic.Store;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Features.Reading;

/// <summary>Places in a tenant's list, as a program carries them: version 1 (1) | milliseconds since 1970 (8) | fax
/// (16) | tag (16), in base64url. The tag is the tenant's: a cursor that another made, or that was changed, is
/// none.</summary>
internal sealed class FaxCursors(KeyStore keys)
{
    private const string Purpose = "api.fax-cursor";
    private const byte Version = 1;
    private const int PlaceBytes = 1 + 8 + 16;
    private const int TagBytes = 16;

    /// <summary>The cursor behind a fax.</summary>
    public string Write(Guid tenant, FaxRecord last)
    {
        Span<byte> cursor = stackalloc byte[PlaceBytes + TagBytes];
        cursor[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(cursor[1..], last.BegunAt.ToUnixTimeMilliseconds());
        last.FaxId.TryWriteBytes(cursor[9..], bigEndian: true, out _);
        Tag(tenant, cursor[..PlaceBytes]).CopyTo(cursor[PlaceBytes..]);
        return Base64Url.EncodeToString(cursor);
    }

    /// <summary>Where it leads; null if it is none of this tenant's.</summary>
    public FaxCursor? Read(Guid tenant, string text)
    {
        Span<byte> cursor = stackalloc byte[PlaceBytes + TagBytes];
        if (text.Length != Base64Url.GetEncodedLength(cursor.Length)
            || !Base64Url.TryDecodeFromChars(text, cursor, out int written) || written != cursor.Length
            || cursor[0] != Version
            || !CryptographicOperations.FixedTimeEquals(Tag(tenant, cursor[..PlaceBytes]), cursor[PlaceBytes..]))
        {
            return null;
        }

        return new FaxCursor(
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(cursor[1..])),
            new Guid(cursor.Slice(9, 16), bigEndian: true));
    }

    private ReadOnlySpan<byte> Tag(Guid tenant, ReadOnlySpan<byte> place) =>
        keys.Tags(tenant).Tag(Purpose, place).AsSpan(0, TagBytes);
}
