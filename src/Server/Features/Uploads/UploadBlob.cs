// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Uploads;

/// <summary>How what was uploaded is named: by the upload's id, which is in the order of time (RFC 9562 §5.7) and so
/// tells when it is over. Nothing of it stands in the store.</summary>
internal static class UploadBlob
{
    private const string Prefix = "upload";

    /// <summary>As it was sent.</summary>
    public static BlobName Source(Guid tenant, Guid upload) => new(tenant, upload, $"{Prefix}-source");

    /// <summary>What is known of it; written last, so that an upload that has it is whole.</summary>
    public static BlobName Manifest(Guid tenant, Guid upload) => new(tenant, upload, $"{Prefix}-manifest");

    /// <summary>A page, from 1.</summary>
    public static BlobName Page(Guid tenant, Guid upload, int number) => new(
        tenant, upload, string.Create(CultureInfo.InvariantCulture, $"{Prefix}-page-{number:D4}"));

    /// <summary>True for a blob of an upload.</summary>
    public static bool Is(BlobName name) => name.Part.StartsWith(Prefix + "-", StringComparison.Ordinal);

    public static ObjectBinding SourceBinding(Guid tenant, Guid upload) => new(tenant, upload, 0, ObjectKind.Document);

    public static ObjectBinding ManifestBinding(Guid tenant, Guid upload) =>
        new(tenant, upload, uint.MaxValue, ObjectKind.Document);

    public static ObjectBinding PageBinding(Guid tenant, Guid upload, int number) =>
        new(tenant, upload, (uint)number, ObjectKind.Page);

    /// <summary>When it came, by its id.</summary>
    public static DateTimeOffset BegunAt(Guid upload)
    {
        Span<byte> bytes = stackalloc byte[16];
        upload.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16));
    }
}
