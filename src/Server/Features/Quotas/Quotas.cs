// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using Hermetic.Server.Configuration;
using Hermetic.Server.Hosting;
using Hermetic.Server.Http;
using Hermetic.Store;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Features.Quotas;

/// <summary>What practices may use. What would go beyond is refused before it is read, and once more, exactly, in the
/// transaction that would use it. Receiving is never refused.</summary>
internal sealed class Quotas(ServerSettings settings, KeyStore keys, FaxStore store, TimeProvider time)
{
    private static readonly QuotaSettings s_defaults = new();

    // Tenants are few, and their ids follow from their names by a keyed hash.
    private readonly Lazy<FrozenDictionary<Guid, QuotaSettings>> _ofTenants = new(() => settings.Tenants
        .ToFrozenDictionary(
            tenant => Provisioning.IdOf(keys, Provisioning.NameColumn, tenant.Name), tenant => tenant.Quotas));

    /// <summary>Counts what is stored of every practice anew, for a start.</summary>
    public async Task RecountAsync(CancellationToken cancellation)
    {
        foreach (Guid tenant in await store.Tenants.IdsAsync(cancellation).ConfigureAwait(false))
        {
            await store.Usage.RecountAsync(tenant, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What a practice may use.</summary>
    public QuotaSettings Of(Guid tenant) => _ofTenants.Value.GetValueOrDefault(tenant) ?? s_defaults;

    /// <summary>The same, as the store checks it.</summary>
    public UsageLimits LimitsOf(Guid tenant)
    {
        QuotaSettings quotas = Of(tenant);
        return new UsageLimits(UsageTable.DayOf(time.GetUtcNow()), quotas.OutgoingPerDayMax, quotas.StoredPagesMax,
            quotas.StoredOctetsMax);
    }

    /// <summary>Refuses a document for which there would be no room.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="octets">How large it says that it is; null if it does not.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ProblemException">There is none.</exception>
    public Task RequireRoomAsync(Guid tenant, long? octets, CancellationToken cancellation) =>
        RequireRoomAsync(tenant, 1, octets ?? 1, cancellation);

    /// <summary>Refuses so many pages of so many octets together for which there would be no room.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public async Task RequireRoomAsync(Guid tenant, int pages, long octets, CancellationToken cancellation)
    {
        if (await store.Usage.FindAsync(tenant, cancellation).ConfigureAwait(false) is { } used)
        {
            Require(UsageKind.StoredOctets, used.StoredOctets, octets, Of(tenant).StoredOctetsMax);
            Require(UsageKind.StoredPages, used.StoredPages, pages, Of(tenant).StoredPagesMax);
        }
    }

    /// <summary>Refuses faxes of so many pages each that go beyond, before anything of them is sealed.</summary>
    /// <exception cref="ProblemException">They do.</exception>
    public async Task RequireFaxesAsync(Guid tenant, int faxes, int pages, CancellationToken cancellation)
    {
        if (await store.Usage.FindAsync(tenant, cancellation).ConfigureAwait(false) is { } used)
        {
            UsageLimits limits = LimitsOf(tenant);
            Require(UsageKind.OutgoingPerDay, used.OutgoingOn(limits.Day), faxes, limits.OutgoingPerDayMax);
            Require(UsageKind.StoredPages, used.StoredPages, (long)faxes * pages, limits.StoredPagesMax);
            Require(UsageKind.StoredOctets, used.StoredOctets, 1, limits.StoredOctetsMax);
        }
    }

    /// <summary>The problem of an account that has as many uploads as it may.</summary>
    public ProblemException TooManyUploads(Guid tenant)
    {
        int most = Of(tenant).UploadsPendingMax;
        return Reached("uploads-pending", most, most, "Delete uploads that were sent; others are over after a day.");
    }

    /// <summary>The problem of what the store refused.</summary>
    public static ProblemException Of(StoreUsageException refused) =>
        Reached(refused.Kind, refused.Limit, refused.Used, refused.At);

    private void Require(UsageKind kind, long used, long more, long limit)
    {
        if (used + more > limit)
        {
            throw Reached(kind, limit, used, time.GetUtcNow());
        }
    }

    private static ProblemException Reached(UsageKind kind, long limit, long used, DateTimeOffset now) => kind switch
    {
        UsageKind.OutgoingPerDay => Reached(EnumWord.Of(kind), limit, used, "The day ends at midnight, UTC.",
            (int)(now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime).TotalSeconds + 1),
        _ => Reached(EnumWord.Of(kind), limit, used, "Have faxes erased, or the quota raised."),
    };

    private static ProblemException Reached(
        string name, long limit, long used, string detail, int? retryAfterSeconds = null) =>
        new(ProblemCode.QuotaReached, detail)
        {
            Quota = new ProblemQuota(name, limit, used),
            RetryAfterSeconds = retryAfterSeconds,
        };
}
