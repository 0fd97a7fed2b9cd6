// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>A tenant, as it is stored. Ids of every record are made by the caller, best in the order of time (UUIDv7,
/// RFC 9562 §5.7), and carry no meaning.</summary>
/// <param name="TenantId">Its id.</param>
/// <param name="State">Whether it takes faxes.</param>
/// <param name="CreatedAt">When it was made; kept to the millisecond, as every time here.</param>
/// <param name="KeyEpoch">The epoch whose key seals its name.</param>
/// <param name="SealedName">Its name, sealed.</param>
public sealed record TenantRecord(
    Guid TenantId, ServiceState State, DateTimeOffset CreatedAt, uint KeyEpoch, byte[] SealedName);

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
public sealed record LineRecord(
    Guid TenantId, Guid LineId, ServiceState State, DateTimeOffset CreatedAt, int RetentionClass, uint KeyEpoch,
    byte[] NumberTag, byte[] SealedNumber, byte[]? SealedName);

/// <summary>Where a dialled number leads, and whether both ends of that way take faxes.</summary>
public sealed record LineRoute(
    Guid TenantId, Guid LineId, int RetentionClass, ServiceState TenantState, ServiceState LineState)
{
    /// <summary>True if a call to it may be answered.</summary>
    public bool IsOpen => TenantState == ServiceState.Active && LineState == ServiceState.Active;
}
