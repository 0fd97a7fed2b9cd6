// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>A tenant, as it is stored. Ids of every record are made by the caller, best in the order of time (UUIDv7,
/// RFC 9562 §5.7), and carry no meaning.</summary>
/// <param name="TenantId">Its id.</param>
/// <param name="State">Whether it takes faxes.</param>
/// <param name="CreatedAt">When it was made; kept to the millisecond, as every time here.</param>
/// <param name="KeyEpoch">The epoch whose key seals its name.</param>
/// <param name="SealedName">Its name, sealed.</param>
/// <param name="RetentionMonths">Whole months that its faxes are kept behind the month that they came in or were
/// sent; null until somebody says otherwise. A new tenant has none.</param>
/// <param name="RetentionVersion">Counts changes of that.</param>
/// <param name="RetentionSetBy">The account that asked for it; null if nobody ever did.</param>
public sealed record TenantRecord(
    Guid TenantId, ServiceState State, DateTimeOffset CreatedAt, uint KeyEpoch, byte[] SealedName,
    int? RetentionMonths = null, int RetentionVersion = 0, Guid? RetentionSetBy = null);

/// <summary>What rests on a key epoch of a tenant, and whether it may be erased now.</summary>
/// <param name="KeyEpoch">The epoch, encoded.</param>
/// <param name="Faxes">Faxes that are not erased.</param>
/// <param name="LastBegunAt">When the last of them began; null if there is none.</param>
/// <param name="IsHeld">One of them is still at work: it comes in, waits to be sent, or its receipt is not issued
/// yet.</param>
public sealed record EpochStanding(uint KeyEpoch, long Faxes, DateTimeOffset? LastBegunAt, bool IsHeld);

/// <summary>A fax that was erased just now, and the sealed objects that its pages had.</summary>
public sealed record ErasedFax(Guid FaxId, FaxDirection Direction, IReadOnlyList<Guid> Blobs);

/// <summary>A number on which a tenant takes faxes.</summary>
/// <param name="TenantId">Whose it is.</param>
/// <param name="LineId">Its id, unique in the tenant.</param>
/// <param name="State">Whether it takes faxes.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="RetentionClass">How long its faxes are kept, as a class of the tenant's rules.</param>
/// <param name="KeyEpoch">The epoch whose key seals the number and the name.</param>
/// <param name="NumberTag">32 bytes: the number under the tenant's tag key; one line a number and tenant.</param>
/// <param name="SealedNumber">The number, sealed.</param>
/// <param name="SealedName">What people call it, sealed; null if it has no name.</param>
/// <param name="SiteId">The site at which it stands; null for the tenant as a whole.</param>
public sealed record LineRecord(
    Guid TenantId, Guid LineId, ServiceState State, DateTimeOffset CreatedAt, int RetentionClass, uint KeyEpoch,
    byte[] NumberTag, byte[] SealedNumber, byte[]? SealedName, Guid? SiteId = null);

/// <summary>A place of a tenant, as it is stored.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="SiteId">Unique in the tenant; made by the caller.</param>
/// <param name="Version">Counts changes from 1.</param>
/// <param name="NameTag">32 bytes: its name under the tenant's tag key; one site a name and tenant.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ChangedAt">When it was changed last.</param>
/// <param name="KeyEpoch">The epoch whose key seals what it says.</param>
/// <param name="SealedEntry">Name, time zone, sender name, address and telephone.</param>
public sealed record SiteRecord(
    Guid TenantId, Guid SiteId, int Version, byte[] NameTag, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt,
    uint KeyEpoch, byte[] SealedEntry);

/// <summary>What came of a change of a site.</summary>
public enum SiteResult
{
    /// <summary>It was made.</summary>
    Changed = 1,

    /// <summary>Somebody else changed it since: look at it anew.</summary>
    Stale = 2,

    /// <summary>This tenant has no such site.</summary>
    Missing = 3,

    /// <summary>There would be too many.</summary>
    Full = 4,

    /// <summary>Another site of the tenant has the name.</summary>
    NameTaken = 5,

    /// <summary>Lines stand at it.</summary>
    HasLines = 6,
}

/// <summary>Where a dialled number leads, and whether both ends of that way take faxes.</summary>
public sealed record LineRoute(
    Guid TenantId, Guid LineId, int RetentionClass, ServiceState TenantState, ServiceState LineState)
{
    /// <summary>True if a call to it may be answered.</summary>
    public bool IsOpen => TenantState == ServiceState.Active && LineState == ServiceState.Active;
}
