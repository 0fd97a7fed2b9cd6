// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Tenants;

/// <summary>Practices and their numbers, as they are made and named: sealed to the practice's own keys. A practice's
/// and a line's id follow from its first name and its number by a keyed hash, so that the settings find at the next
/// start what is there (ADR 14), and an id alone tells nothing.</summary>
internal sealed class TenantBook(KeyStore keys, FaxStore store, TimeProvider time)
{
    /// <summary>Our limit: a name, not a description.</summary>
    public const int NameCharsMax = 200;

    /// <summary>Our choice: next month's keys are there three days early, so that a desk that stands still over the
    /// first of the month stops no line.</summary>
    private static readonly TimeSpan EpochLead = TimeSpan.FromDays(3);

    public Guid IdOf(string name) => Provisioning.IdOf(keys, Provisioning.NameColumn, name);

    public Guid LineIdOf(string number) => Provisioning.IdOf(keys, Provisioning.NumberColumn, number);

    /// <summary>How a number is routed in the whole installation.</summary>
    public byte[] RoutingTag(string number) => keys.Routing.Tag(NumberRoutes.Purpose, number);

    /// <summary>Makes the keys of this month and, soon enough, of the next.</summary>
    public void EnsureEpochs(Guid tenant)
    {
        DateTimeOffset now = time.GetUtcNow();
        EnsureEpoch(tenant, KeyEpoch.At(now, Provisioning.DefaultRetention));
        EnsureEpoch(tenant, KeyEpoch.At(now + EpochLead, Provisioning.DefaultRetention));
    }

    /// <summary>Makes a practice.</summary>
    /// <exception cref="StoreConflictException">It is there.</exception>
    public Task RegisterAsync(string name, CancellationToken cancellation)
    {
        Guid id = IdOf(name);
        EpochKeys epoch = Now(id);
        return store.Tenants.RegisterAsync(
            new TenantRecord(id, ServiceState.Active, time.GetUtcNow(), epoch.Sealing.Epoch.Encoded,
                Seal(epoch, id, id, Provisioning.NameColumn, name)),
            cancellation);
    }

    /// <summary>Gives a practice another name; its id stays.</summary>
    public Task<bool> RenameAsync(Guid tenant, string name, CancellationToken cancellation)
    {
        EpochKeys epoch = Now(tenant);
        return store.Tenants.RenameAsync(tenant, epoch.Sealing.Epoch.Encoded,
            Seal(epoch, tenant, tenant, Provisioning.NameColumn, name), cancellation);
    }

    /// <summary>Gives a practice a number, in its one spelling; at a site of the practice, or at none.</summary>
    /// <exception cref="StoreConflictException">It is somebody's, or there is no such practice or site.</exception>
    public async Task<LineRoute> AddLineAsync(
        Guid tenant, string number, Guid? site, CancellationToken cancellation)
    {
        Guid id = LineIdOf(number);
        EpochKeys epoch = Now(tenant);
        await store.Tenants.AddLineAsync(
            new LineRecord(tenant, id, ServiceState.Active, time.GetUtcNow(), Provisioning.DefaultRetention,
                epoch.Sealing.Epoch.Encoded, keys.Tags(tenant).Tag(Provisioning.NumberColumn, number),
                Seal(epoch, tenant, id, Provisioning.NumberColumn, number), null, site),
            RoutingTag(number), cancellation).ConfigureAwait(false);
        return new LineRoute(
            tenant, id, Provisioning.DefaultRetention, ServiceState.Active, ServiceState.Active);
    }

    /// <summary>Names a line. Both its columns are sealed to one epoch, so the number is sealed anew too.</summary>
    /// <exception cref="VaultKeyException">Its number can't be opened any more.</exception>
    public Task<bool> RenameLineAsync(LineRecord line, string? name, CancellationToken cancellation)
    {
        string number = keys.OpenField(
            line.SealedNumber, new FieldBinding(line.TenantId, line.LineId, Provisioning.NumberColumn));
        return store.Tenants.RenameLineAsync(Sealed(line, number, name), cancellation);
    }

    /// <summary>A practice's name; null if its keys were destroyed.</summary>
    public string? NameOf(TenantRecord tenant) =>
        OpenOrNull(tenant.SealedName, tenant.TenantId, tenant.TenantId, Provisioning.NameColumn);

    /// <summary>A line's number; null if its keys were destroyed.</summary>
    public string? NumberOf(LineRecord line) =>
        OpenOrNull(line.SealedNumber, line.TenantId, line.LineId, Provisioning.NumberColumn);

    /// <summary>What people call a line; null if it has no name.</summary>
    public string? NameOf(LineRecord line) => line.SealedName is not { } name ? null
        : OpenOrNull(name, line.TenantId, line.LineId, Provisioning.LineNameColumn);

    /// <summary>The practice with its name sealed to the keys of today; null if its keys were destroyed.</summary>
    public TenantRecord? Resealed(TenantRecord tenant)
    {
        EpochKeys epoch = Now(tenant.TenantId);
        return NameOf(tenant) is not { } name ? null : tenant with
        {
            KeyEpoch = epoch.Sealing.Epoch.Encoded,
            SealedName = Seal(epoch, tenant.TenantId, tenant.TenantId, Provisioning.NameColumn, name),
        };
    }

    /// <summary>The line with its number and name sealed to the keys of today; null if its keys were
    /// destroyed.</summary>
    public LineRecord? Resealed(LineRecord line) =>
        NumberOf(line) is not { } number ? null : Sealed(line, number, NameOf(line));

    /// <summary>By line, the one in whose inbox the faxes of its number lie: mostly itself.</summary>
    public async Task<Func<LineRecord, Guid>> InboxesAsync(Guid tenant, CancellationToken cancellation)
    {
        Dictionary<string, Guid> inboxes =
            await store.Tenants.InboxesAsync(tenant, cancellation).ConfigureAwait(false);
        return line => NumberOf(line) is { } number
            && inboxes.TryGetValue(Convert.ToHexString(RoutingTag(number)), out Guid inbox) ? inbox : line.LineId;
    }

    // Both columns are sealed to one epoch.
    private LineRecord Sealed(LineRecord line, string number, string? name)
    {
        EpochKeys epoch = Now(line.TenantId);
        return line with
        {
            KeyEpoch = epoch.Sealing.Epoch.Encoded,
            SealedNumber = Seal(epoch, line.TenantId, line.LineId, Provisioning.NumberColumn, number),
            SealedName = name is null ? null
                : Seal(epoch, line.TenantId, line.LineId, Provisioning.LineNameColumn, name),
        };
    }

    private static byte[] Seal(EpochKeys epoch, Guid tenant, Guid record, string column, string value) =>
        epoch.Fields.Seal(new FieldBinding(tenant, record, column), value);

    // Names and numbers of ours outlive the faxes of any month.
    private EpochKeys Now(Guid tenant) =>
        keys.Ensure(tenant, KeyEpoch.At(time.GetUtcNow(), SealedNumbers.BookRetention));

    private string? OpenOrNull(byte[] value, Guid tenant, Guid record, string column)
    {
        try
        {
            return keys.OpenField(value, new FieldBinding(tenant, record, column));
        }
        catch (Exception failure) when (failure is SealedObjectException
            or VaultKeyException { Fault: KeyFault.EpochDestroyed })
        {
            // It goes on without its name, and `hermetic verify installation` says what is wrong with it.
            return null;
        }
    }

    private void EnsureEpoch(Guid tenant, KeyEpoch epoch)
    {
        try
        {
            keys.Ensure(tenant, epoch);
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            // An operator destroyed the month that runs: the line seals to the newest key before it, and if there is
            // none refuses this tenant's faxes alone.
        }
    }
}
