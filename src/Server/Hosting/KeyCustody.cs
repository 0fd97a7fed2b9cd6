// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Keys;
using Hermetic.Server.Features.Retention;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Hosting;

/// <summary>What an operator does with the keys of an installation, on its own machine.</summary>
/// <remarks>Listing and rotating go on beside a running server: the vault reads its root key anew for each use, so that
/// a rotation needs nobody to be told. A destruction needs the server stopped: a process that still held the key in its
/// memory would go on opening, and sealing to, what is said to be gone.</remarks>
public sealed class KeyCustody : IAsyncDisposable
{
    /// <summary>How long what the ledger's entries say has to be kept (45 CFR 164.316(b)(2)(i)): their keys are not
    /// destroyed before.</summary>
    public const int JournalYearsMin = 6;

    private readonly Installation _installation;

    private KeyCustody(Installation installation) => _installation = installation;

    /// <summary>All keys and what rests on them. Changes nothing.</summary>
    /// <exception cref="InstallationException">There is no installation, or a part of it is missing.</exception>
    /// <exception cref="VaultKeyException">The root key does not fit.</exception>
    /// <exception cref="StoreUnavailableException">The store can't be read.</exception>
    public static Task<KeyInventory> ListAsync(
        ServerSettings settings, TimeProvider time, CancellationToken cancellation) => ReadAsync(settings,
        (keys, store) => new InventoryReader(settings, keys, store, time).ReadAsync(cancellation), cancellation);

    /// <summary>The months that practices' retention has made due. Changes nothing; throws as
    /// <see cref="ListAsync(ServerSettings, TimeProvider, CancellationToken)"/> does.</summary>
    internal static Task<IReadOnlyList<DueMonth>> ListDueAsync(
        ServerSettings settings, TimeProvider time, CancellationToken cancellation) => ReadAsync(settings,
        (keys, store) => new DueMonths(keys, store, time).ReadAsync(cancellation), cancellation);

    /// <summary>Makes a new root key, wraps all keys with it, and destroys the old one. The new root key, and what has
    /// to be backed up now.</summary>
    /// <exception cref="InstallationException">There is no installation, or a part of it is missing.</exception>
    /// <exception cref="VaultKeyException">The root key does not fit, or another process changes keys right
    /// now.</exception>
    public static (RootGeneration Root, string Backup) Rotate(ServerSettings settings)
    {
        InstallationParts.RequireThere(settings);
        using IRootKeySource source = InstallationParts.OpenKeySource(settings);
        using KeyStore keys = KeyStore.Open(new DiskFiles(settings.DataFolder), source);
        return (keys.Rotate(), InstallationParts.BackupText(settings, source));
    }

    /// <summary>Opens a stopped installation, to destroy keys of it.</summary>
    /// <exception cref="InstallationException">There is none, it runs, or a part of it is missing.</exception>
    public static async Task<KeyCustody> OpenAsync(
        ServerSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        InstallationParts.RequireThere(settings);
        return new KeyCustody(await Installation.OpenAsync(settings, time, cancellation).ConfigureAwait(false));
    }

    /// <summary>All keys and what rests on them.</summary>
    public Task<KeyInventory> ListAsync(CancellationToken cancellation) => new InventoryReader(
        _installation.Settings, _installation.Keys, _installation.Store, _installation.Time).ReadAsync(cancellation);

    /// <summary>True if what the epoch's keys seal has to be kept still, so that nobody may destroy them.</summary>
    public bool MustBeKept(EpochStatus epoch) => epoch.IsJournal
        && KeyEpoch.At(_installation.Time.GetUtcNow().AddYears(-JournalYearsMin), epoch.Epoch.RetentionClass).Encoded
            <= epoch.Epoch.Encoded;

    /// <summary>Destroys an epoch's keys for good, with an entry in the ledger before and one after. The new root key,
    /// and what has to be backed up now.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="epoch">Which.</param>
    /// <param name="account">Who orders it, for the ledger.</param>
    /// <param name="reason">Why, for the ledger; sealed there.</param>
    /// <exception cref="InvalidOperationException">It must be kept.</exception>
    /// <exception cref="Ledger.Log.LedgerRefusedException">The ledger can't write: nothing was destroyed.</exception>
    /// <exception cref="VaultKeyException">It was not destroyed, or not to the end; the next start finishes
    /// it.</exception>
    public async Task<(RootGeneration Root, string Backup)> DestroyAsync(
        Guid tenant, EpochStatus epoch, string account, string reason)
    {
        if (MustBeKept(epoch))
        {
            throw new InvalidOperationException("the journal's keys have to be kept");
        }

        if (RetentionRule.IsOfFaxes(epoch.Epoch))
        {
            // The practice's name and its lines' numbers go on.
            await new LastingSeals(_installation.Keys, _installation.Store, _installation.Time)
                .MoveAsync(tenant, CancellationToken.None).ConfigureAwait(false);
        }

        RootGeneration root = await _installation.Destructions.DestroyAsync(new DestructionOrder(
            tenant, epoch.Epoch, account, reason, epoch.State is EpochState.Sealing or EpochState.Next))
            .ConfigureAwait(false);
        return (root, InstallationParts.BackupText(_installation.Settings, _installation.Keys.Source));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    private static async Task<T> ReadAsync<T>(
        ServerSettings settings, Func<KeyStore, FaxStore, Task<T>> read, CancellationToken cancellation)
    {
        InstallationParts.RequireThere(settings);
        using IRootKeySource source = InstallationParts.OpenKeySource(settings);
        using KeyStore keys = KeyStore.Open(new DiskFiles(settings.DataFolder), source);
        FaxStore store = await InstallationParts.ReadStoreAsync(settings, cancellation).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            return await read(keys, store).ConfigureAwait(false);
        }
    }
}
