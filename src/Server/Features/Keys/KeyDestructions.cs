// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Durable;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Hosting;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Keys;

// How a destruction is cut, and what becomes of it.
//
//   1. order durable     data/key-destruction: TENANT EPOCH
//   2. ledger            KeyDestruction: who ordered it, and why
//   3. keys destroyed    the vault's own intent, tombstone, new root key (Vault/Keys/KeyRotation.cs)
//   4. ledger            KeyDestroyed, Allowed
//   5. order deleted
//
// Cut before 3 nothing was destroyed: the next start finds the order and a living key, writes KeyDestroyed, Failed, and
// forgets the order. Who wants it still orders it again. Cut within 3 the vault finishes when it is opened; cut behind
// it all is done: in both cases the next start finds the order and a destroyed key, and writes KeyDestroyed, Allowed.
// Cut between 4 and 5 the result stands in the ledger twice, which says nothing false.

/// <summary>What an operator orders.</summary>
/// <param name="Tenant">Whose keys.</param>
/// <param name="Epoch">Which of them.</param>
/// <param name="Account">Who orders it.</param>
/// <param name="Reason">In the operator's own words; PHI may be in it.</param>
/// <param name="EvenCurrent">It is a key that faxes are being sealed to.</param>
internal sealed record DestructionOrder(
    Guid Tenant, KeyEpoch Epoch, string Account, string Reason, bool EvenCurrent);

/// <summary>Destroys keys for good, with an entry in the ledger before and one after.</summary>
internal sealed class KeyDestructions(
    IDurableFiles data, KeyStore keys, Journal.Journal journal, TimeProvider time)
{
    private const string OrderPath = "key-destruction";

    /// <summary>Our limit: a tenant, an epoch, and no more.</summary>
    private const int OrderBytesMax = 256;

    /// <summary>The purpose of use of all that is done to keys (45 CFR 164.506).</summary>
    private const string Purpose = "operations";

    private static readonly EntryActor s_system = new("system", "", "", "");

    /// <summary>Destroys an epoch's keys; the root key that wraps what is left.</summary>
    /// <exception cref="Ledger.Log.LedgerRefusedException">The ledger can't write: nothing was destroyed.</exception>
    /// <exception cref="VaultKeyException">The keys could not be destroyed, or not to the end: the next start says
    /// which, and finishes it.</exception>
    public async Task<RootGeneration> DestroyAsync(DestructionOrder order)
    {
        // Nothing here is cancelled: half of it would have to be cleared up by the next start.
        data.Replace(OrderPath, Encoding.ASCII.GetBytes($"{order.Tenant} {order.Epoch}\n"));
        EntryActor who = new(order.Account, "operator", "", "");
        EntryReason why = new(Purpose, order.EvenCurrent, order.Reason);
        await AppendAsync(LedgerAct.KeyDestruction, order.Tenant, order.Epoch, who, why, LedgerResult.Allowed)
            .ConfigureAwait(false);
        RootGeneration root = keys.Destroy([(order.Tenant, order.Epoch)]);
        await AppendAsync(LedgerAct.KeyDestroyed, order.Tenant, order.Epoch, who, why, LedgerResult.Allowed)
            .ConfigureAwait(false);
        Forget();
        return root;
    }

    /// <summary>Writes into the ledger what became of a destruction that was cut off.</summary>
    public async Task ResolveAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (data.ReadAll(OrderPath, OrderBytesMax) is not { } bytes)
        {
            return;
        }

        string[] words = Encoding.ASCII.GetString(bytes).TrimEnd('\n').Split(' ');
        if (words.Length != 2 || !Guid.TryParseExact(words[0], "D", out Guid tenant)
            || !KeyEpoch.TryParse(words[1], out KeyEpoch epoch))
        {
            throw new InstallationException(
                $"the file {OrderPath} of the data folder is not as Hermetic writes it. Treat it as tampering, keep it "
                + "as evidence elsewhere, and delete it");
        }

        bool destroyed = keys.List().Any(one => one.Tenant == tenant && one.Epoch == epoch && one.IsDestroyed);
        EntryReason why = new(Purpose, BreakGlass: false, destroyed
            ? "ordered before; it was cut off, and finished at this start"
            : "ordered before; it was cut off before anything was destroyed");
        await AppendAsync(LedgerAct.KeyDestroyed, tenant, epoch, s_system, why,
            destroyed ? LedgerResult.Allowed : LedgerResult.Failed).ConfigureAwait(false);
        Forget();
    }

    private void Forget()
    {
        data.Delete(OrderPath);
        data.FlushFolder("");
    }

    private Task<long> AppendAsync(
        LedgerAct act, Guid tenant, KeyEpoch epoch, EntryActor who, EntryReason why, LedgerResult result) =>
        journal.AppendAsync(
            tenant,
            new EntryBody
            {
                At = time.GetUtcNow(),
                Act = act,
                Who = who,
                What = new EntryObject("", null, "", [$"key epoch {epoch}"]),
                Why = why,
                Result = result,
            },
            CancellationToken.None);
}
