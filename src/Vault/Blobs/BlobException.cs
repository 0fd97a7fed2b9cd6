// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Vault.Blobs;

/// <summary>Why a blob store failed, as far as a caller acts on it.</summary>
public enum BlobFault
{
    /// <summary>The name is taken; a blob is never overwritten.</summary>
    Exists,

    /// <summary>No room is left, or our quota is used up.</summary>
    NoSpace,

    /// <summary>We may not: permissions, credentials, or a clock that is wrong.</summary>
    Denied,

    /// <summary>The bucket is not there.</summary>
    BucketMissing,

    /// <summary>The store does not answer, or says that it can not now. Trying again may help.</summary>
    Unavailable,

    /// <summary>What arrived there is not what was sent. Nothing was kept.</summary>
    Corrupted,

    /// <summary>Anything else, a failing device among it.</summary>
    Failed,
}

/// <summary>A blob store failed. Of a write that failed nothing counts as kept.</summary>
public sealed class BlobException : IOException
{
    public BlobException(BlobFault fault, string about, Exception? inner = null)
        : base(Words(fault, about), inner) => Fault = fault;

    /// <summary>What a caller can act on.</summary>
    public BlobFault Fault { get; }

    private static string Words(BlobFault fault, string about) => fault switch
    {
        BlobFault.Exists => $"{about}: the name is taken, and a blob is never overwritten",
        BlobFault.NoSpace => $"{about}: no space is left. Make room",
        BlobFault.Denied => $"{about}: not permitted. Look at permissions, credentials and this machine's clock",
        BlobFault.BucketMissing => $"{about}: the bucket does not exist. Create it, or correct its name",
        BlobFault.Unavailable => $"{about}: the store does not answer. Look at it and at the way to it",
        BlobFault.Corrupted => $"{about}: what arrived is not what was sent; nothing was kept",
        _ => $"{about}: the store failed",
    };
}
