// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Vault.Blobs;

/// <summary>Which bucket, and how to get there.</summary>
public sealed record S3Settings
{
    /// <summary>The bucket. It must exist; we create none.</summary>
    public required string Bucket { get; init; }

    /// <summary>The region, as in "us-east-1".</summary>
    public required string Region { get; init; }

    /// <summary>The server, if it is not Amazon's. Clear text only on loopback.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Put before each key, as in "hermetic/". Empty, or ends with '/'.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The access key's id; without it the SDK looks where it always does (environment, profile,
    /// instance).</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>The access key's secret.</summary>
    public string? SecretAccessKey { get; init; }

    /// <summary>Our default: how long one request may take. A page is 40 KiB, the largest document 256 MiB.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Our default: how often a request that failed in transit is sent again.</summary>
    public int RetriesMax { get; init; } = 3;

    /// <summary>Names asked for at once in a list; 1,000 is the most that S3 gives.</summary>
    internal int ListedAtOnce { get; init; } = 1000;

    /// <summary>The record prints no secret.</summary>
    public override string ToString() => $"bucket {Bucket} at {Endpoint?.ToString() ?? Region}";

    internal void Check()
    {
        if (Prefix.Length > 0 && !Prefix.EndsWith('/'))
        {
            throw new ArgumentException("the prefix of a bucket's keys ends with '/'");
        }
        if (Endpoint is { Scheme: not "https", IsLoopback: false })
        {
            throw new ArgumentException("an S3 endpoint outside this machine must be https");
        }
        if (AccessKeyId is null != SecretAccessKey is null)
        {
            throw new ArgumentException("an access key has an id and a secret: give both, or none");
        }
    }
}
