// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Blobs;

namespace Hermetic.Server.Features.Checking;

/// <summary>What is kept of an outgoing fax besides its pages: its cover page, the accounts of its calls and pages, and
/// its receipts, which are checked as anybody else would.</summary>
internal sealed class SentCheck(Installation installation, CheckNotes notes)
{
    private readonly SentAccounts _accounts = new(installation.Keys, installation.Sealer);
    private readonly SealedNumbers _numbers = new(
        installation.Keys, installation.Sealer, installation.Store, installation.Time);

    /// <summary>The sealed columns.</summary>
    public async Task RunAsync(FaxRecord fax, CancellationToken cancellation)
    {
        string row = $"tenant {fax.TenantId}, fax {fax.FaxId}";
        if (await installation.Store.Sendings.FindAsync(fax.TenantId, fax.FaxId, cancellation).ConfigureAwait(false)
            is { SealedCover: not null } sending)
        {
            Open($"{row}: sealed_cover", () => _numbers.OpenCover(sending));
        }

        foreach (PageRecord page in await installation.Store.Pages
            .ListAsync(fax.TenantId, fax.FaxId, cancellation).ConfigureAwait(false))
        {
            if (page.SealedSent is not null)
            {
                Open($"{row}, page {page.Number}: sealed_sent", () => _accounts.Open(page));
            }
        }

        foreach (AttemptRecord attempt in await installation.Store.Attempts
            .ListAsync(fax.TenantId, fax.FaxId, cancellation).ConfigureAwait(false))
        {
            if (attempt.End?.SealedReport is not null)
            {
                Open($"{row}, attempt {attempt.Begun.Number}: sealed_report", () => _accounts.Open(attempt));
            }
        }
    }

    /// <summary>A receipt. One that is not signed yet is carried on at the next start of the server.</summary>
    public async Task ReceiptAsync(BlobName name, CancellationToken cancellation)
    {
        if (ReceiptShelf.NumberOf(name) is not { } number
            || await installation.Blobs.GetAsync(name, cancellation).ConfigureAwait(false) is not { } bytes)
        {
            return;
        }

        notes.TryOpen($"blob {name}", () =>
        {
            byte[] file = installation.Keys.OpenObject(bytes, ReceiptShelf.BindingOf(name.Tenant, name.Fax, number));
            ReceiptReport report = ReceiptCheck.Check(file, installation.ReceiptKeys);
            if (!report.Holds)
            {
                notes.Add($"blob {name}", $"the receipt in it does not fit: {report.Findings[0]}");
            }
        });
    }

    private void Open(string place, Action open)
    {
        notes.TryOpen(place, open);
        notes.Columns++;
    }
}
