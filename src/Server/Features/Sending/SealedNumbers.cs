// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Sending;

/// <summary>Numbers, and what a cover page says, on their way into the store and, to be dialled and faxed, out of it
/// again. They go from here to the line, and into previews and receipts, which are journaled where they are shown. The
/// station id of a number that stands in the address book is shown there.</summary>
internal sealed class SealedNumbers(KeyStore keys, Sealer sealer, FaxStore store, TimeProvider time)
{
    /// <summary>Columns of a destination. Stored: never change.</summary>
    public const string NumberColumn = "destination.number";

    /// <summary>As above.</summary>
    public const string NameColumn = "destination.name";

    /// <summary>As above.</summary>
    public const string StationColumn = "destination.station-id";

    /// <summary>The retention class of what outlives the faxes: the address book, sites, and what practices, lines and
    /// webhooks are called. Stored: never renumber.</summary>
    public const ushort BookRetention = ushort.MaxValue - 1;

    /// <summary>The tag of a number, in its one spelling.</summary>
    public byte[] Tag(string number) => keys.Routing.Tag(InboundFax.RemoteNumberTag, number);

    /// <summary>The id of a number's row, made out of its tag: whoever writes the number down seals it to the same
    /// row.</summary>
    public static Guid IdOf(ReadOnlySpan<byte> tag) => new(tag[..16], bigEndian: true);

    /// <summary>A small value of a fax or call, sealed as the line would.</summary>
    public byte[]? Field(SealingKey key, Guid tenant, Guid record, uint place, string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        byte[] value = Encoding.UTF8.GetBytes(text);
        byte[] field = sealer.Seal(key, new ObjectBinding(tenant, record, place, ObjectKind.Field), value);
        CryptographicOperations.ZeroMemory(value);
        return field;
    }

    /// <summary>A destination as it is met for the first time, or named.</summary>
    public DestinationRecord Destination(Guid tenant, string number, string? name = null)
    {
        byte[] tag = Tag(number);
        Guid id = IdOf(tag);
        DateTimeOffset now = time.GetUtcNow();
        EpochKeys epoch = keys.Ensure(tenant, KeyEpoch.At(now, BookRetention));
        return new DestinationRecord(
            tenant, id, tag, now, epoch.Sealing.Epoch.Encoded,
            epoch.Fields.Seal(new FieldBinding(tenant, id, NumberColumn), number),
            name is null ? null : epoch.Fields.Seal(new FieldBinding(tenant, id, NameColumn), name));
    }

    /// <summary>The station id that a destination answered with, sealed; null if it gave none.</summary>
    public byte[]? StationOf(DestinationRecord? known, string? stationId)
    {
        if (known is null || string.IsNullOrEmpty(stationId))
        {
            return null;
        }

        EpochKeys epoch = keys.Ensure(known.TenantId, KeyEpoch.At(time.GetUtcNow(), BookRetention));
        return epoch.Fields.Seal(new FieldBinding(known.TenantId, known.DestinationId, StationColumn), stationId);
    }

    /// <summary>The station id that a destination is known to answer with; null if none is known.</summary>
    public string? OpenStation(DestinationRecord? known) => known?.SealedStationId is { } field
        ? keys.OpenField(field, new FieldBinding(known.TenantId, known.DestinationId, StationColumn)) : null;

    /// <summary>The number that a fax goes to.</summary>
    public string OpenRemote(FaxRecord fax)
    {
        byte[] value = keys.OpenObject(fax.SealedRemoteNumber,
            new ObjectBinding(fax.TenantId, fax.FaxId, InboundFax.RemoteNumberField, ObjectKind.Field));
        string number = Encoding.UTF8.GetString(value);
        CryptographicOperations.ZeroMemory(value);
        return number;
    }

    /// <summary>The number of a line; empty if there is none of this id.</summary>
    public async Task<string> OpenLineAsync(Guid tenant, Guid? id, CancellationToken cancellation)
    {
        LineRecord? line = (await store.Tenants.ListLinesAsync(tenant, cancellation).ConfigureAwait(false))
            .Find(one => one.LineId == id);
        return line is null ? ""
            : keys.OpenField(
                line.SealedNumber, new FieldBinding(line.TenantId, line.LineId, Provisioning.NumberColumn));
    }

    /// <summary>What a practice is called: every page that it sends says so.</summary>
    public async Task<string> OpenPracticeAsync(Guid tenant, CancellationToken cancellation) =>
        await store.Tenants.FindAsync(tenant, cancellation).ConfigureAwait(false) is { } record
            ? keys.OpenField(record.SealedName, new FieldBinding(tenant, tenant, Provisioning.NameColumn)) : "";

    /// <summary>Seals what a cover page says.</summary>
    public byte[] Cover(SealingKey key, Guid tenant, Guid fax, CoverText cover)
    {
        byte[] value = JsonSerializer.SerializeToUtf8Bytes(cover);
        byte[] field = sealer.Seal(key, new ObjectBinding(tenant, fax, Submission.CoverField, ObjectKind.Field), value);
        CryptographicOperations.ZeroMemory(value);
        return field;
    }

    /// <summary>What the cover page of a fax says; null if it has none.</summary>
    public CoverText? OpenCover(SendingRecord sending)
    {
        if (sending.SealedCover is not { } field)
        {
            return null;
        }

        byte[] value = keys.OpenObject(field,
            new ObjectBinding(sending.TenantId, sending.FaxId, Submission.CoverField, ObjectKind.Field));
        CoverText? cover = JsonSerializer.Deserialize<CoverText>(value);
        CryptographicOperations.ZeroMemory(value);
        return cover;
    }
}
