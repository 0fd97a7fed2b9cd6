// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Durable;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Verification;
using Hermetic.Server.Configuration;
using Hermetic.Server.Hosting;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Features.Doctor;

/// <summary>P3 as far as it shows from outside: the ledger on the disk is whole and signed, the one that is served is
/// that one, and the server says that it can write it (it shows nothing otherwise).</summary>
internal sealed class LedgerProbe(ServerSettings settings, IReadOnlyList<IPEndPoint> http)
{
    private readonly FindingList _found = new("P3");

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellation)
    {
        VerifierKey? key = null;
        try
        {
            key = KeyOf(settings);
        }
        catch (Exception failure) when (failure is VaultKeyException or InstallationException or IOException)
        {
            _found.Unknown($"the ledger's key can't be had: {failure.Message}", "mend that, and run the doctor again");
        }

        if (key is not null)
        {
            LookAtDisk(key);
            await LookAtServerAsync(key, cancellation).ConfigureAwait(false);
        }
        else if (_found.All.Count == 0)
        {
            _found.Unknown("there is no ledger yet", "start `hermetic serve`, which begins it");
        }

        return _found.All;
    }

    private static VerifierKey? KeyOf(ServerSettings settings)
    {
        InstallationParts.RequireThere(settings);
        using IRootKeySource source = InstallationParts.OpenKeySource(settings);
        using KeyStore keys = KeyStore.Open(new DiskFiles(settings.DataFolder), source);
        return InstallationParts.FindLedgerKey(settings, keys);
    }

    private void LookAtDisk(VerifierKey key)
    {
        DiskFiles folder = new(Path.Combine(settings.DataFolder, InstallationParts.LedgerFolder));
        VerifyReport report = LedgerVerifier.Verify(folder, key);
        if (report.Holds)
        {
            _found.Holds("the ledger on the disk is whole, and its newest checkpoint is signed: "
                + $"{report.Checkpoint?.Checkpoint.Size ?? 0} entries");
        }
        else
        {
            _found.Broken($"the ledger on the disk does not fit: {report.Findings[0]}",
                "`hermetic verify` tells all; keep the folder as evidence");
        }
    }

    private async Task LookAtServerAsync(VerifierKey key, CancellationToken cancellation)
    {
        if (http.Count == 0)
        {
            _found.Unknown("no running server is seen: whether it writes its ledger is not known",
                "start `hermetic serve`, and run the doctor beside it as the same account");
            return;
        }

        using HttpClient client = OwnListener.NewClient(settings.Http, http[0]);
        try
        {
            byte[] served = await client.GetByteArrayAsync("ledger/checkpoint", cancellation).ConfigureAwait(false);
            if (Checkpoint.TryOpen(served, key, out _, out string reason))
            {
                _found.Holds("the checkpoint that is served is signed by this installation's key");
            }
            else
            {
                _found.Broken($"the checkpoint that is served is not this installation's: {reason}", "stop the server");
            }

            using HttpResponseMessage ready = await client.GetAsync("health/ready", cancellation).ConfigureAwait(false);
            if (ready.IsSuccessStatusCode)
            {
                _found.Holds("the server says that it can write its ledger and its storage");
            }
            else
            {
                _found.Broken("the server says that it takes no call: it can't write its ledger or its storage, or "
                    + "nobody has enrolled as its operator", "its log says why");
            }
        }
        catch (Exception failure) when (failure is HttpRequestException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            _found.Unknown($"{http[0]} does not answer", "look at the server's log");
        }
    }
}
