// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Entries;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Verification;
using Hermetic.Server.Configuration;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Features.Checking;

/// <summary>All of a stopped installation: keys, ledger, every page, every sealed column, every blob. Nothing of what
/// it opens goes anywhere.</summary>
/// <remarks>ADR 8: each tenant's journal gets one entry for the whole check, durable before the first of its pages is
/// opened. In a ledger that does not fit nothing is written; then pages are compared with the hashes in their records,
/// which finds a changed byte as well, and nothing is opened.</remarks>
internal sealed class InstallationCheck(Installation installation, string account, Action<string> progress)
{
    private readonly CheckNotes _notes = new();

    public async Task<CheckReport> RunAsync(CancellationToken cancellation)
    {
        CheckKeys();
        bool mayOpen = CheckLedger(cancellation) && await OpenLedgerAsync(cancellation).ConfigureAwait(false);
        HashSet<Guid> tenants = [.. installation.Keys.List().Select(entry => entry.Tenant)];
        tenants.Remove(Journal.Journal.Installation);
        await foreach (TenantRecord tenant in installation.Store.Tenants.AllAsync(cancellation).ConfigureAwait(false))
        {
            await CheckAsync(tenant, mayOpen, cancellation).ConfigureAwait(false);
            tenants.Remove(tenant.TenantId);
        }

        foreach (Guid tenant in tenants)
        {
            _notes.Add($"tenant {tenant}", "it has keys and no record. Put the database back from a backup");
        }

        await new AccessCheck(installation, _notes).RunAsync(cancellation).ConfigureAwait(false);
        CheckFolders(await installation.Store.Tenants.IdsAsync(cancellation).ConfigureAwait(false));
        return _notes.Report;
    }

    private void CheckKeys()
    {
        foreach (EpochEntry entry in installation.Keys.List().Where(entry => !entry.IsDestroyed))
        {
            _notes.Keys++;
            _notes.TryOpen($"keys of tenant {entry.Tenant}, epoch {entry.Epoch}",
                () => installation.Keys.Get(entry.Tenant, entry.Epoch));
        }
    }

    private bool CheckLedger(CancellationToken cancellation)
    {
        if (installation.FindLedgerKey() is not { } key)
        {
            _notes.Add("keys/desk/secret-ledger-seed.wrapped", "the ledger's signing key is missing. Put the folder "
                + "keys back from its newest backup");
            return false;
        }

        try
        {
            VerifyReport report = LedgerVerifier.Verify(
                new DiskFiles(Path.Combine(installation.Settings.DataFolder, "ledger")), key, null,
                (done, all) => progress($"{done} of {all} entries of the ledger"), cancellation);
            _notes.Entries = report.Checkpoint?.Checkpoint.Size ?? 0;
            foreach (VerifyFinding finding in report.Findings)
            {
                string entry = finding.Entry is { } index ? $", entry {index}" : "";
                _notes.Add($"ledger/{finding.Place}{entry}", finding.Reason);
            }

            return report.Holds;
        }
        catch (DurableException failure)
        {
            _notes.Add("ledger", failure.Message);
            return false;
        }
    }

    private async Task<bool> OpenLedgerAsync(CancellationToken cancellation)
    {
        try
        {
            await installation.OpenLedgerAsync(cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is InstallationException or LedgerDamagedException
            or LedgerRefusedException or SigningKeyException or DurableException or VaultKeyException)
        {
            _notes.Add("ledger", failure.Message);
            return false;
        }
    }

    private async Task CheckAsync(TenantRecord tenant, bool mayOpen, CancellationToken cancellation)
    {
        bool journaled = mayOpen && await JournalAsync(tenant.TenantId, cancellation).ConfigureAwait(false);
        if (!journaled)
        {
            _notes.Add($"tenant {tenant.TenantId}", "its pages were compared and not opened, its sealed columns not "
                + "looked at, because the ledger can not say so first");
        }

        await new PageCheck(installation, _notes, journaled, pages => progress($"{pages} pages"))
            .RunAsync(tenant.TenantId, cancellation).ConfigureAwait(false);
        if (journaled)
        {
            await new ColumnCheck(installation, _notes).RunAsync(tenant, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<bool> JournalAsync(Guid tenant, CancellationToken cancellation)
    {
        try
        {
            await installation.Journal.AppendAsync(
                tenant,
                new EntryBody
                {
                    At = installation.Time.GetUtcNow(),
                    Act = LedgerAct.SystemRead,
                    Who = new EntryActor(account, "operator", "", ""),
                    What = new EntryObject(""),
                    Why = new EntryReason("operations", BreakGlass: false, "check of the whole installation"),
                    Result = LedgerResult.Allowed,
                },
                cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is LedgerRefusedException or VaultKeyException)
        {
            _notes.Add($"journal of tenant {tenant}", failure.Message);
            return false;
        }
    }

    private void CheckFolders(List<Guid> tenants)
    {
        string folder = Path.Combine(installation.Settings.DataFolder, "blobs");
        if (installation.Settings.Blobs.Kind != BlobKind.Files)
        {
            return;
        }

        HashSet<string> known = [.. tenants.Select(tenant => tenant.ToString())];
        foreach (string name in Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!)
            .Where(name => !known.Contains(name)))
        {
            _notes.Add($"blobs/{name}", "no tenant of the database has this folder");
        }
    }
}
