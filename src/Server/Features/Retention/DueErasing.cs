// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Keys;
using Hermetic.Server.Hosting;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Features.Retention;

/// <summary>What an erasing did.</summary>
/// <param name="Destroyed">Months whose keys are gone.</param>
/// <param name="Held">Months that wait for work that is under way.</param>
/// <param name="Root">The root key that wraps what is left; null if nothing was destroyed.</param>
/// <param name="Backup">What has to be backed up now; null if nothing was destroyed.</param>
internal sealed record ErasedMonths(
    IReadOnlyList<DueMonth> Destroyed, IReadOnlyList<DueMonth> Held, RootGeneration? Root, string? Backup);

/// <summary>Destroys the keys of all months that are due, of all practices at once: one rotation of the root key, one
/// new backup.</summary>
internal sealed class DueErasing(Installation installation, DueMonths due)
{
    private readonly LastingSeals _lasting = new(installation.Keys, installation.Store, installation.Time);

    /// <summary>Carries it out. A fax that somebody sends again at the same instant may lose its keys: it fails, and is
    /// erased as the others are.</summary>
    /// <param name="who">Who orders it: the operator, or the installation itself.</param>
    /// <param name="cancellation">Ends it before anything was ordered, and not behind that.</param>
    /// <exception cref="Ledger.Log.LedgerRefusedException">The ledger can't write: nothing was destroyed.</exception>
    /// <exception cref="VaultKeyException">It was not done, or not to the end; doing it again finishes it, and so does
    /// the next start.</exception>
    public async Task<ErasedMonths> RunAsync(EntryActor who, CancellationToken cancellation)
    {
        ILookup<bool, DueMonth> months = (await due.ReadAsync(cancellation).ConfigureAwait(false))
            .ToLookup(month => month.IsHeld);
        DueMonth[] ripe = [.. months[false]];
        if (ripe.Length == 0)
        {
            return new ErasedMonths([], [.. months[true]], null, null);
        }

        foreach (Guid tenant in ripe.Select(month => month.Tenant).Distinct())
        {
            await _lasting.MoveAsync(tenant, cancellation).ConfigureAwait(false);
        }

        RootGeneration root = await installation.Destructions.DestroyAsync(
            [.. ripe.Select(month => new DestructionOrder(
                month.Tenant, month.Epoch, who.Account, ReasonOf(month), EvenCurrent: false) { Who = who })])
            .ConfigureAwait(false);
        installation.LineKeys.Refresh();
        return new ErasedMonths(ripe, [.. months[true]], root,
            InstallationParts.BackupText(installation.Settings, installation.Keys.Source));
    }

    // By ids and words of ours alone.
    private static string ReasonOf(DueMonth month) => string.Create(CultureInfo.InvariantCulture,
        $"retention: faxes are kept {month.Months} months behind their own, as account {month.SetBy} set it");
}
