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
//   1. order durable     data/key-destruction: TENANT EPOCH, a line for each
//   2. ledger            KeyDestruction: who ordered it, and why; of each
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
    Guid Tenant, KeyEpoch Epoch, string Account, string Reason, bool EvenCurrent)
{
    /// <summary>Who the ledger says did it: an operator at the machine, unless it is said.</summary>
    public EntryActor Who { get; init; } = new(Account, "operator", "", "");
}

/// <summary>Destroys keys for good, with an entry in the ledger before and one after.</summary>
internal sealed class KeyDestructions(
    IDurableFiles data, KeyStore keys, Journal.Journal journal, TimeProvider time) : IDisposable
{
    private const string OrderPath = "key-destruction";

    /// <summary>Our limit, as the vault's own.</summary>
    private const int OrderBytesMax = 1 << 20;

    /// <summary>The purpose of use of all that is done to keys (45 CFR 164.506).</summary>
    private const string Purpose = "operations";

    private static readonly EntryActor s_system = new("system", "", "", "");

    // One destruction at a time: there is one order.
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Destroys the keys of an epoch for good; the root key that wraps what is left.</summary>
    /// <exception cref="Ledger.Log.LedgerRefusedException">The ledger can't write: nothing was destroyed.</exception>
    /// <exception cref="VaultKeyException">The keys could not be destroyed, or not to the end: the next start says
    /// which, and finishes it.</exception>
    public Task<RootGeneration> DestroyAsync(DestructionOrder order) => DestroyAsync([order]);

    /// <summary>The same of several, all together.</summary>
    public async Task<RootGeneration> DestroyAsync(IReadOnlyList<DestructionOrder> orders)
    {
        // Nothing here is cancelled: half of it would have to be cleared up by the next start.
        await _one.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            // One that failed before in this very process.
            await ResolveAsync(CancellationToken.None).ConfigureAwait(false);
            data.Replace(OrderPath, Encoding.ASCII.GetBytes(
                string.Concat(orders.Select(order => $"{order.Tenant} {order.Epoch}\n"))));
            await TellAsync(LedgerAct.KeyDestruction, orders).ConfigureAwait(false);
            RootGeneration root = keys.Destroy([.. orders.Select(order => (order.Tenant, order.Epoch))]);
            await TellAsync(LedgerAct.KeyDestroyed, orders).ConfigureAwait(false);
            Forget();
            return root;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Writes into the ledger what became of a destruction that was cut off.</summary>
    public async Task ResolveAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (data.ReadAll(OrderPath, OrderBytesMax) is not { } bytes)
        {
            return;
        }

        HashSet<(Guid, KeyEpoch)> destroyed =
            [.. keys.List().Where(one => one.IsDestroyed).Select(one => (one.Tenant, one.Epoch))];
        foreach ((Guid tenant, KeyEpoch epoch) in Read(bytes))
        {
            bool isDestroyed = destroyed.Contains((tenant, epoch));
            EntryReason why = new(Purpose, BreakGlass: false, isDestroyed
                ? "ordered before; it was cut off, and finished at this start"
                : "ordered before; it was cut off before anything was destroyed");
            await AppendAsync(LedgerAct.KeyDestroyed, tenant, epoch, s_system, why,
                isDestroyed ? LedgerResult.Allowed : LedgerResult.Failed).ConfigureAwait(false);
        }

        Forget();
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private static List<(Guid Tenant, KeyEpoch Epoch)> Read(byte[] bytes)
    {
        List<(Guid, KeyEpoch)> orders = [];
        foreach (string line in Encoding.ASCII.GetString(bytes).TrimEnd('\n').Split('\n'))
        {
            string[] words = line.Split(' ');
            if (words.Length != 2 || !Guid.TryParseExact(words[0], "D", out Guid tenant)
                || !KeyEpoch.TryParse(words[1], out KeyEpoch epoch))
            {
                throw new InstallationException(
                    $"the file {OrderPath} of the data folder is not as Hermetic writes it. Treat it as tampering, "
                    + "keep it as evidence elsewhere, and delete it");
            }

            orders.Add((tenant, epoch));
        }

        return orders;
    }

    private async Task TellAsync(LedgerAct act, IReadOnlyList<DestructionOrder> orders)
    {
        foreach (DestructionOrder order in orders)
        {
            await AppendAsync(act, order.Tenant, order.Epoch, order.Who,
                new EntryReason(Purpose, order.EvenCurrent, order.Reason), LedgerResult.Allowed)
                .ConfigureAwait(false);
        }
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
