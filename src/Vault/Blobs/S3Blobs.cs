// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Hermetic.Vault.Blobs;

/// <summary>Blobs in a bucket. Each is one PUT with a SHA-256 that the server compares, under the condition that the
/// name is free; durable when the server says so.</summary>
/// <remarks>Servers that do not know conditional writes ignore the condition, so a name is also looked up before.
/// Between the two another process could still write the same name there; names hold ids that are made once.</remarks>
public sealed class S3Blobs : IBlobStore
{
    private readonly AmazonS3Client _client;
    private readonly S3Settings _settings;

    private S3Blobs(AmazonS3Client client, S3Settings settings) => (_client, _settings) = (client, settings);

    /// <summary>Connects, and looks whether the bucket is there and may be read.</summary>
    /// <exception cref="BlobException">It is not.</exception>
    public static async Task<S3Blobs> OpenAsync(S3Settings settings, CancellationToken cancellation)
    {
        settings.Check();
        AmazonS3Config config = new()
        {
            Timeout = settings.RequestTimeout,
            MaxErrorRetry = settings.RetriesMax,
            // Our own SHA-256 goes with each PUT; the SDK's trailing checksums are not understood everywhere.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.ForcePathStyle = true;
            config.AuthenticationRegion = settings.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(settings.Region);
        }
        S3Blobs blobs = new(settings.AccessKeyId is null
            ? new AmazonS3Client(config)
            : new AmazonS3Client(
                new BasicAWSCredentials(settings.AccessKeyId, settings.SecretAccessKey), config), settings);
        try
        {
            await blobs.Guarded($"open {settings}", () => blobs._client.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = settings.Bucket, MaxKeys = 1 }, cancellation));
            return blobs;
        }
        catch
        {
            blobs.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task PutAsync(BlobName name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes.Length);
        if (await LengthAsync(name, cancellation) is not null)
        {
            throw new BlobException(BlobFault.Exists, $"write {name}");
        }
        using MemoryStream body = new(bytes.ToArray(), writable: false);
        await Guarded($"write {name}", () => _client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = _settings.Bucket,
            Key = KeyOf(name),
            InputStream = body,
            UseChunkEncoding = false,
            ChecksumSHA256 = Convert.ToBase64String(SHA256.HashData(bytes.Span)),
            IfNoneMatch = "*",
            ContentType = "application/octet-stream",
        }, cancellation));
    }

    /// <inheritdoc/>
    public async Task<long?> LengthAsync(BlobName name, CancellationToken cancellation)
    {
        GetObjectMetadataResponse? head = await OrNull($"look up {name}",
            () => _client.GetObjectMetadataAsync(_settings.Bucket, KeyOf(name), cancellation));
        return head?.ContentLength;
    }

    /// <inheritdoc/>
    public async Task<byte[]?> GetAsync(BlobName name, CancellationToken cancellation) =>
        await OrNull($"read {name}", async () =>
        {
            using GetObjectResponse response =
                await _client.GetObjectAsync(_settings.Bucket, KeyOf(name), cancellation);
            if (response.ContentLength > FileBlobs.WholeBytesMax)
            {
                throw new BlobException(BlobFault.Failed, $"read {name} (over {FileBlobs.WholeBytesMax} bytes)");
            }
            byte[] bytes = new byte[response.ContentLength];
            await response.ResponseStream.ReadExactlyAsync(bytes, cancellation);
            return bytes;
        });

    /// <inheritdoc/>
    public async Task<int?> ReadAsync(
        BlobName name, long offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            (int Count, bool)? read = await OrNull<(int, bool)?>($"read {name}", async () =>
            {
                using GetObjectResponse response = await _client.GetObjectAsync(new GetObjectRequest
                {
                    BucketName = _settings.Bucket,
                    Key = KeyOf(name),
                    ByteRange = new ByteRange(offset, offset + Math.Max(1, buffer.Length) - 1),
                }, cancellation);
                return (await response.ResponseStream.ReadAtLeastAsync(
                    buffer, buffer.Length, throwOnEndOfStream: false, cancellation), true);
            });
            return read?.Count;
        }
        catch (BlobException e) when (
            e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.RequestedRangeNotSatisfiable })
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobEntry> ListAsync(
        Guid tenant, Guid? fax, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string prefix = fax is { } one ? $"{new BlobName(tenant, one, "x").Folder}/{one}." : $"{tenant}/";
        ListObjectsV2Request request = new()
        {
            BucketName = _settings.Bucket,
            Prefix = _settings.Prefix + prefix,
            MaxKeys = _settings.ListedAtOnce,
        };
        ListObjectsV2Response page;
        do
        {
            page = await Guarded($"list {prefix}", () => _client.ListObjectsV2Async(request, cancellation));
            foreach (S3Object found in page.S3Objects ?? [])
            {
                if (BlobName.TryParse(found.Key[_settings.Prefix.Length..], out BlobName? name))
                {
                    yield return new BlobEntry(name.Value, found.Size ?? 0);
                }
            }
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(BlobName name, CancellationToken cancellation)
    {
        bool there = await LengthAsync(name, cancellation) is not null;
        if (there)
        {
            await Guarded($"delete {name}",
                () => _client.DeleteObjectAsync(_settings.Bucket, KeyOf(name), cancellation));
        }
        return there;
    }

    /// <summary>Nothing: a PUT is whole or not there.</summary>
    public Task<int> SweepAsync(CancellationToken cancellation) => Task.FromResult(0);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private string KeyOf(BlobName name) => _settings.Prefix + name;

    private async Task<T?> OrNull<T>(string about, Func<Task<T>> action)
    {
        try
        {
            return await Guarded(about, action);
        }
        catch (BlobException e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound }
            && e.Fault != BlobFault.BucketMissing)
        {
            return default;
        }
    }

    private async Task<T> Guarded<T>(string about, Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (AmazonS3Exception e)
        {
            throw new BlobException(Fault(e), $"{about} ({_settings}: {e.ErrorCode})", e);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException
            or TimeoutException or (IOException and not BlobException))
        {
            throw new BlobException(BlobFault.Unavailable, $"{about} ({_settings})", e);
        }
    }

    private static BlobFault Fault(AmazonS3Exception e) => (e.ErrorCode, e.StatusCode) switch
    {
        ("NoSuchBucket", _) => BlobFault.BucketMissing,
        ("BadDigest" or "InvalidDigest" or "XAmzContentSHA256Mismatch" or "XAmzContentChecksumMismatch", _) =>
            BlobFault.Corrupted,
        ("QuotaExceeded" or "XMinioStorageFull", _) or (_, HttpStatusCode.InsufficientStorage) => BlobFault.NoSpace,
        (_, HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict) => BlobFault.Exists,
        (_, HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized) => BlobFault.Denied,
        (_, HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
            or HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests) =>
            BlobFault.Unavailable,
        _ => BlobFault.Failed,
    };
}
