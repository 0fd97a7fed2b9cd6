// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Sites;

/// <summary>Sites on their way into the store and out of it: sealed as one to their practice, found by a keyed tag of
/// the name.</summary>
internal sealed class SiteBook(KeyStore keys, FaxStore store, TimeProvider time)
{
    /// <summary>Our limit: places of one practice, each with lines of its own.</summary>
    public const int SitesMax = 1000;

    /// <summary>The column of what a site says. Stored: never change.</summary>
    public const string EntryColumn = "site.entry";

    private const string NamePurpose = "site.name";
    private const string IdPurpose = "site";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The id of a site that the settings name: the same at each start.</summary>
    public Guid IdOf(Guid tenant, string name) =>
        Provisioning.IdOf(keys, IdPurpose, $"{tenant}\n{name.ToUpperInvariant()}");

    /// <summary>The tag of a name: capitals and small letters are alike.</summary>
    public byte[] NameTag(Guid tenant, string name) => keys.Tags(tenant).Tag(NamePurpose, name.ToUpperInvariant());

    /// <summary>A new site, sealed.</summary>
    public SiteRecord Make(Guid tenant, Guid id, SiteEntry entry)
    {
        DateTimeOffset now = time.GetStoredNow();
        return Seal(tenant, id, 1, now, now, entry);
    }

    /// <summary>A site that says something else from now on, sealed.</summary>
    public SiteRecord Change(SiteRecord known, SiteEntry entry) =>
        Seal(known.TenantId, known.SiteId, known.Version + 1, known.CreatedAt, time.GetStoredNow(), entry);

    /// <summary>What a site says; null if its keys were destroyed or it was changed.</summary>
    public SiteEntry? Open(SiteRecord record)
    {
        try
        {
            return OpenOrThrow(record);
        }
        catch (Exception failure) when (failure is SealedObjectException
            or VaultKeyException { Fault: KeyFault.EpochDestroyed })
        {
            return null;
        }
    }

    /// <summary>What a site says, for a check.</summary>
    public SiteEntry OpenOrThrow(SiteRecord record)
    {
        string text = keys.OpenField(
            record.SealedEntry, new FieldBinding(record.TenantId, record.SiteId, EntryColumn));
        return JsonSerializer.Deserialize<SiteEntry>(text, s_json)
            ?? throw new InvalidOperationException("what is stored of a site is empty");
    }

    /// <summary>What the site of a line says; null if the line stands at none, or the site's keys were destroyed: then
    /// the practice's own words stand in.</summary>
    /// <exception cref="SealedObjectException">It is not what was stored.</exception>
    public async Task<SiteEntry?> OfLineAsync(Guid tenant, Guid line, CancellationToken cancellation)
    {
        SiteRecord? record = await store.Sites.FindOfLineAsync(tenant, line, cancellation).ConfigureAwait(false);
        try
        {
            return record is null ? null : OpenOrThrow(record);
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            return null;
        }
    }

    private SiteRecord Seal(
        Guid tenant, Guid id, int version, DateTimeOffset createdAt, DateTimeOffset now, SiteEntry entry)
    {
        EpochKeys epoch = keys.Ensure(tenant, KeyEpoch.At(now, SealedNumbers.BookRetention));
        byte[] plain = JsonSerializer.SerializeToUtf8Bytes(entry, s_json);
        byte[] field = epoch.Fields.Seal(new FieldBinding(tenant, id, EntryColumn), plain);
        CryptographicOperations.ZeroMemory(plain);
        return new SiteRecord(
            tenant, id, version, NameTag(tenant, entry.Name), createdAt, now, epoch.Sealing.Epoch.Encoded, field);
    }
}
