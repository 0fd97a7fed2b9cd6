// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Sealing;
using Hermetic.Vault.Tests.Sealing;

namespace Hermetic.Vault.Tests.Blobs;

/// <summary>What every blob store keeps to; run on files and on S3.</summary>
public abstract class BlobStoreTests
{
    private static readonly Guid Tenant = Guid.NewGuid();

    [Theory]
    [InlineData(1)]
    [InlineData(40_000)]
    [InlineData(3_000_000)]
    public async Task Blob_Put_ComesBackWholeAndInParts(int size)
    {
        using IBlobStore blobs = await OpenAsync();
        BlobName name = New();
        byte[] bytes = SealedWorld.Bytes(size);
        await blobs.PutAsync(name, bytes, default);
        Assert.Equal(size, await blobs.LengthAsync(name, default));
        Assert.Equal(bytes, await blobs.GetAsync(name, default));
        byte[] part = new byte[100];
        foreach (int offset in (int[])[0, size / 2, Math.Max(0, size - 50), size, size + 10])
        {
            int expected = Math.Clamp(size - offset, 0, part.Length);
            Assert.Equal(expected, await blobs.ReadAsync(name, offset, part, default));
            Assert.Equal(bytes.AsSpan(Math.Min(offset, size), expected), part.AsSpan(0, expected));
        }
    }

    [Fact]
    public async Task Blob_OfNoBytes_IsRefused()
    {
        using IBlobStore blobs = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => blobs.PutAsync(New(), default, default));
    }

    [Fact]
    public async Task Blob_OfATakenName_IsRefusedAndTheOldOneStays()
    {
        using IBlobStore blobs = await OpenAsync();
        BlobName name = New();
        await blobs.PutAsync(name, "old"u8.ToArray(), default);
        BlobException refusal = await Assert.ThrowsAsync<BlobException>(
            () => blobs.PutAsync(name, "new"u8.ToArray(), default));
        Assert.Equal(BlobFault.Exists, refusal.Fault);
        Assert.Equal("old"u8.ToArray(), await blobs.GetAsync(name, default));
    }

    [Fact]
    public async Task Blob_NotThere_IsNull()
    {
        using IBlobStore blobs = await OpenAsync();
        BlobName name = New();
        Assert.Null(await blobs.LengthAsync(name, default));
        Assert.Null(await blobs.GetAsync(name, default));
        Assert.Null(await blobs.ReadAsync(name, 0, new byte[1], default));
        Assert.False(await blobs.DeleteAsync(name, default));
        Assert.Empty(await ListAsync(blobs, Guid.NewGuid(), null));
        Assert.Empty(await ListAsync(blobs, name.Tenant, name.Fax));
    }

    [Fact]
    public async Task Blob_Deleted_IsGoneAndItsNameIsFree()
    {
        using IBlobStore blobs = await OpenAsync();
        BlobName name = New();
        await blobs.PutAsync(name, "old"u8.ToArray(), default);
        Assert.True(await blobs.DeleteAsync(name, default));
        Assert.Null(await blobs.GetAsync(name, default));
        await blobs.PutAsync(name, "new"u8.ToArray(), default);
        Assert.Equal("new"u8.ToArray(), await blobs.GetAsync(name, default));
    }

    [Fact]
    public async Task Blobs_AreListedByTenantAndByFax()
    {
        using IBlobStore blobs = await OpenAsync();
        Guid tenant = Guid.NewGuid(), first = Guid.NewGuid(), second = Guid.NewGuid();
        BlobName[] names =
            [new(tenant, first, "page-0001"), new(tenant, first, "page-0002"), new(tenant, second, "page-0001")];
        for (int i = 0; i < names.Length; i++)
        {
            await blobs.PutAsync(names[i], new byte[i + 1], default);
        }
        await blobs.PutAsync(New(), new byte[9], default);
        Assert.Equal([(names[0], 1L), (names[1], 2L), (names[2], 3L)],
            Sorted(await ListAsync(blobs, tenant, null), names));
        Assert.Equal([(names[0], 1L), (names[1], 2L)], Sorted(await ListAsync(blobs, tenant, first), names));
    }

    [Fact]
    public async Task SealedBlob_ReadAtAnyPlace_ComesBack()
    {
        using IBlobStore blobs = await OpenAsync();
        using SealedWorld world = new();
        BlobName name = New();
        byte[] plain = SealedWorld.Bytes(300_000);
        await blobs.PutAsync(name, world.Seal(plain), default);
        using SealedReader? reader =
            await SealedReader.OpenAsync(blobs, name, world.Binding, _ => world.Key, default);
        Assert.Equal(plain.Length, reader!.Length);
        foreach ((int offset, int count) in ((int, int)[])
            [(0, 10), (65_530, 12), (131_072, 65_536), (100_000, 200_000), (299_999, 5), (300_000, 5)])
        {
            byte[] buffer = new byte[count];
            int read = await reader.ReadAsync(offset, buffer, default);
            Assert.Equal(Math.Min(count, plain.Length - offset), read);
            Assert.Equal(plain.AsSpan(offset, read), buffer.AsSpan(0, read));
        }
        Assert.Null(await SealedReader.OpenAsync(blobs, New(), world.Binding, _ => world.Key, default));
    }

    [Fact]
    public async Task SealedBlob_CutOrSwapped_IsRefusedOnOpening()
    {
        using IBlobStore blobs = await OpenAsync();
        using SealedWorld world = new();
        byte[] bytes = world.Seal(SealedWorld.Bytes(200_000));
        BlobName cut = New(), swapped = New();
        await blobs.PutAsync(cut, bytes.AsMemory(0, SealedHeader.Length + (2 * 65552)), default);
        await blobs.PutAsync(swapped, bytes, default);
        Assert.Equal(SealedFault.Truncated, (await Assert.ThrowsAsync<SealedObjectException>(
            () => SealedReader.OpenAsync(blobs, cut, world.Binding, _ => world.Key, default))).Fault);
        Assert.Equal(SealedFault.WrongBinding, (await Assert.ThrowsAsync<SealedObjectException>(
            () => SealedReader.OpenAsync(
                blobs, swapped, world.Binding with { Page = 9 }, _ => world.Key, default))).Fault);
    }

    protected abstract Task<IBlobStore> OpenAsync();

    private static BlobName New() => new(Tenant, Guid.NewGuid(), "page-0001");

    private static async Task<List<BlobEntry>> ListAsync(IBlobStore blobs, Guid tenant, Guid? fax)
    {
        List<BlobEntry> entries = [];
        await foreach (BlobEntry entry in blobs.ListAsync(tenant, fax, default))
        {
            entries.Add(entry);
        }
        return entries;
    }

    private static IEnumerable<(BlobName, long)> Sorted(List<BlobEntry> entries, BlobName[] names) => entries
        .OrderBy(entry => Array.IndexOf(names, entry.Name)).Select(entry => (entry.Name, entry.Length));
}

public sealed class FileBlobTests : BlobStoreTests, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hermetic-blobs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override Task<IBlobStore> OpenAsync() =>
        Task.FromResult<IBlobStore>(new FileBlobs(new DiskFiles(_folder)));
}

[Collection("s3")]
public sealed class S3BlobTests(S3Server server) : BlobStoreTests
{
    [Fact]
    public async Task Bucket_Missing_SaysSo() =>
        Assert.Equal(BlobFault.BucketMissing, await FaultAsync(server.Settings with { Bucket = "no-such-bucket" }));

    // The peer looks the key's id up, but does not compute signatures of version 4.
    [Fact]
    public async Task Credentials_OfNobody_AreDenied() =>
        Assert.Equal(BlobFault.Denied, await FaultAsync(server.Settings with { AccessKeyId = "nobody" }));

    [Fact]
    public async Task Server_NotThere_IsUnavailable() => Assert.Equal(BlobFault.Unavailable, await FaultAsync(
        server.Settings with { Endpoint = new Uri("http://127.0.0.1:1"), RetriesMax = 0 }));

    [Fact]
    public async Task Endpoint_InClearOutsideThisMachine_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => S3Blobs.OpenAsync(
            server.Settings with { Endpoint = new Uri("http://s3.example.org") }, default));

    [Fact]
    public void Settings_Printed_ShowNoSecret() => Assert.DoesNotContain(
        "hidden", (server.Settings with { SecretAccessKey = "hidden" }).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task Listing_OfManyPages_IsComplete()
    {
        using S3Blobs blobs = await S3Blobs.OpenAsync(server.Settings with { ListedAtOnce = 3 }, default);
        Guid tenant = Guid.NewGuid(), fax = Guid.NewGuid();
        for (int i = 0; i < 10; i++)
        {
            await blobs.PutAsync(new BlobName(tenant, fax, $"page-{i:0000}"), new byte[1], default);
        }
        HashSet<string> parts = [];
        await foreach (BlobEntry entry in blobs.ListAsync(tenant, null, default))
        {
            parts.Add(entry.Name.Part);
        }
        Assert.Equal(10, parts.Count);
    }

    protected override async Task<IBlobStore> OpenAsync() =>
        await S3Blobs.OpenAsync(server.Settings with { Prefix = "faxes/" }, default);

    private static async Task<BlobFault> FaultAsync(S3Settings settings) => (await Assert.ThrowsAsync<BlobException>(
        () => S3Blobs.OpenAsync(settings, default))).Fault;
}
