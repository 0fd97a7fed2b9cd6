// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Model;

// As Rows.cs: what each column is stands in docs/formats/store.md.

/// <summary>A fax to many numbers: what its sendings have in common.</summary>
internal sealed class BroadcastRow
{
    public Guid TenantId { get; set; }

    public Guid BroadcastId { get; set; }

    public Guid? LineId { get; set; }

    public BroadcastState State { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public int Destinations { get; set; }

    /// <summary>From then on nothing is added to it.</summary>
    public DateTimeOffset? CancelAskedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>An entry of a tenant's address book. What is known of its number stands in the destination of the same
/// tag.</summary>
internal sealed class AddressRow
{
    public Guid TenantId { get; set; }

    public Guid AddressId { get; set; }

    /// <summary>Counts changes: who changes it says which version it has seen.</summary>
    public int Version { get; set; }

    public byte[] NumberTag { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    public uint KeyEpoch { get; set; }

    public byte[] SealedEntry { get; set; } = [];
}

/// <summary>That an entry is in a group, by the tag of the group's name.</summary>
internal sealed class AddressGroupRow
{
    public Guid TenantId { get; set; }

    public byte[] GroupTag { get; set; } = [];

    public Guid AddressId { get; set; }
}

/// <summary>A place of a tenant, from which some of its lines fax.</summary>
internal sealed class SiteRow
{
    public Guid TenantId { get; set; }

    public Guid SiteId { get; set; }

    /// <summary>Counts changes: who changes it says which version it has seen.</summary>
    public int Version { get; set; }

    /// <summary>Its name; null once it was removed, so that another may have it.</summary>
    public byte[]? NameTag { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    public uint KeyEpoch { get; set; }

    /// <summary>What it says; null once it was removed. The row stays, so that settings do not make it
    /// again.</summary>
    public byte[]? SealedEntry { get; set; }
}

/// <summary>An upload that waits to be sent; its bytes are blobs.</summary>
internal sealed class UploadRow
{
    public Guid TenantId { get; set; }

    public Guid UploadId { get; set; }

    public Guid AccountId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset OverAt { get; set; }

    /// <summary>Who uploaded it and the key that they gave; null if they gave none.</summary>
    public byte[]? KeyTag { get; set; }

    /// <summary>What was uploaded; null until it is whole.</summary>
    public byte[]? ContentTag { get; set; }

    /// <summary>While it is not whole: when another may begin anew with its key.</summary>
    public DateTimeOffset DueAt { get; set; }
}
