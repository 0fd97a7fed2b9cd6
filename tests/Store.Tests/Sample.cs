// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Hermetic.Store.Tests;

/// <summary>Records of a made-up clinic. To the store sealed fields are opaque, so any bytes do.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An id by number, so that a failing test names the same ids each time.</summary>
    public static Guid Id(int number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        bytes[15] = 0x5A;
        return new Guid(bytes, true);
    }

    public static byte[] Tag(string of) => SHA256.HashData(Encoding.UTF8.GetBytes(of));

    public static byte[] Sealed(string what) => [0x01, .. Encoding.UTF8.GetBytes(what)];

    public static TenantRecord Tenant(int number = 1) => new(
        Id(number), ServiceState.Active, Noon, 0x31A0_0001, Sealed($"clinic {number}"));

    public static LineRecord Line(Guid tenantId, string number, int line = 10) => new(
        tenantId, Id(line), ServiceState.Active, Noon, 2, 0x31A0_0001, Tag($"{tenantId} {number}"), Sealed(number),
        Sealed("front desk"));

    public static NewFax Fax(Guid tenantId, int number, FaxDirection direction = FaxDirection.Inbound) => new()
    {
        TenantId = tenantId,
        FaxId = Id(number),
        Direction = direction,
        BegunAt = Noon.AddSeconds(number),
        IdempotencyTag = Tag($"call {number}"),
        KeyEpoch = 0x31A0_0001,
        RemoteTag = Tag("5551234"),
        SealedRemoteNumber = Sealed("5551234"),
        SealedStationId = Sealed("CLINIC NORTH"),
    };

    public static PageRecord Page(NewFax fax, int number) => new(
        fax.TenantId, fax.FaxId, number, PageState.Stored, Blob(fax, number), 40_000 + number, 2200, 1728, 204, 196,
        0, 0x31A0_0001, Tag($"object {fax.FaxId} {number}"), fax.BegunAt.AddSeconds(number));

    public static Guid Blob(NewFax fax, int number) =>
        new(Tag($"blob {fax.TenantId} {fax.FaxId} {number}").AsSpan(0, 16), true);

    public static FaxMove Move(NewFax fax, FaxState to, int? confirmed = null) =>
        new(fax.TenantId, fax.FaxId, to, fax.BegunAt.AddMinutes(1), null, confirmed);

    public static NewEvent Told(int kind = 1) => new(kind, Noon.AddMinutes(2), 0x31A0_0001, Sealed("told"));
}
