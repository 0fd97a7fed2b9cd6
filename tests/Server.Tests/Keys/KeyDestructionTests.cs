// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Ledger.Log;
using Hermetic.Server.Features.Keys;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Retention;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Tests.Keys;

/// <summary>A key's end: journaled before and after, final, and whole whatever cuts it.</summary>
public sealed class KeyDestructionTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Destroy_IsJournaledBeforeAndAfter_AndFinal()
    {
        (Guid tenant, Guid fax) = await ReceiveAsync();
        await DestroyAsync();
        await using Installation installation = await OpenAsync();
        Assert.Equal(
            [(LedgerAct.KeyDestruction, LedgerResult.Allowed), (LedgerAct.KeyDestroyed, LedgerResult.Allowed)],
            await ActsAsync(installation, tenant));
        EntryBody ordered = installation.Journal.Read(tenant, 0)!.Body!;
        Assert.Equal(("os-user test", "the test", true),
            (ordered.Who.Account, ordered.Why.Reason, ordered.Why.BreakGlass));
        Assert.StartsWith("key epoch ", Assert.Single(ordered.What.Shown), StringComparison.Ordinal);
        PageRefusedException refused = await Assert.ThrowsAsync<PageRefusedException>(() =>
            installation.Reader.OpenPageAsync(
                new EntryActor("clerk", "", "", ""), new EntryReason("treatment"), tenant, fax, 1, default));
        Assert.Equal(PageRefusal.Erased, refused.Refusal);
        // The server goes on: it starts, and its other tenants' faxes come in.
        await new Provisioning(installation).RunAsync(default);
    }

    [Fact]
    public async Task Destroy_LedgerCannotWrite_DestroysNothing()
    {
        (Guid tenant, _) = await ReceiveAsync();
        await using (Installation installation = await OpenAsync())
        {
            await installation.Ledger.DisposeAsync();
            await Assert.ThrowsAsync<LedgerRefusedException>(
                () => installation.Destructions.DestroyAsync(Order(installation, tenant)));
            Assert.DoesNotContain(installation.Keys.List(), entry => entry.IsDestroyed);
        }

        await using Installation again = await OpenAsync();
        Assert.DoesNotContain(again.Keys.List(), entry => entry.IsDestroyed);
        Assert.Equal([(LedgerAct.KeyDestroyed, LedgerResult.Failed)], await ActsAsync(again, tenant));
    }

    [Theory]
    [InlineData(false, LedgerResult.Failed)]
    [InlineData(true, LedgerResult.Allowed)]
    public async Task Destroy_CutBeforeOrBehindTheKeysEnd_IsResolvedAtTheNextStart(
        bool keysDestroyed, LedgerResult expected)
    {
        (Guid tenant, _) = await ReceiveAsync();
        await using (Installation installation = await OpenAsync())
        {
            // What a process leaves that ends between the steps that KeyDestructions.cs numbers.
            DestructionOrder order = Order(installation, tenant);
            await File.WriteAllTextAsync(
                Path.Combine(_folder.Data, "key-destruction"), $"{tenant} {order.Epoch}\n");
            if (keysDestroyed)
            {
                installation.Keys.Destroy([(tenant, order.Epoch)]);
            }
        }

        for (int start = 0; start < 2; start++)
        {
            await using Installation again = await OpenAsync();
            Assert.Equal([(LedgerAct.KeyDestroyed, expected)], await ActsAsync(again, tenant));
            Assert.Equal(keysDestroyed, again.Keys.List().Any(entry => entry.IsDestroyed));
            Assert.False(File.Exists(Path.Combine(_folder.Data, "key-destruction")));
        }
    }

    [Fact]
    public async Task Inventory_CountsWhatRestsOnEachEpoch()
    {
        (Guid tenant, _) = await ReceiveAsync();
        KeyInventory keys = await KeyCustody.ListAsync(_folder.Settings, TimeProvider.System, default);
        TenantKeys only = Assert.Single(keys.Tenants);
        Assert.Equal((tenant, TestFolder.TenantName), (only.Id, only.Name));
        EpochStatus sealing = Assert.Single(
            only.Epochs, epoch => epoch.State == EpochState.Sealing && RetentionRule.IsOfFaxes(epoch.Epoch));
        Assert.Equal((1, 1, 1, 0), (sealing.Faxes, sealing.Pages, sealing.Calls, sealing.Names));
        // What outlives the faxes rests on keys of its own.
        Assert.Equal(2, Assert.Single(only.Epochs, epoch => epoch.Names > 0).Names);
        Assert.Equal(Assert.Single(keys.Generations), sealing.Root);
        Assert.NotNull(sealing.Since);
    }

    [Fact]
    public async Task Journal_KeysOfTheLastSixYears_AreKept()
    {
        await ReceiveAsync();
        await DestroyAsync();
        await using KeyCustody custody = await KeyCustody.OpenAsync(_folder.Settings, TimeProvider.System, default);
        TenantKeys tenant = (await custody.ListAsync(default)).Tenants[0];
        EpochStatus journal = tenant.Epochs.First(epoch => epoch.IsJournal);
        Assert.True(custody.MustBeKept(journal));
        Assert.False(custody.MustBeKept(journal with { Epoch = new(2010, 1, journal.Epoch.RetentionClass) }));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => custody.DestroyAsync(tenant.Id, journal, "os-user test", "no"));
    }

    [Fact]
    public async Task Backup_TakenBefore_OpensNothingAfterwards()
    {
        await ReceiveAsync();
        string backup = Path.Combine(_folder.Path, "backup");
        Copy(_folder.Data, backup);
        await DestroyAsync();
        Directory.Delete(_folder.Data, recursive: true);
        Copy(backup, _folder.Data);
        VaultKeyException refused = await Assert.ThrowsAsync<VaultKeyException>(OpenAsync);
        Assert.Equal(KeyFault.FolderOutdated, refused.Fault);
    }

    private static DestructionOrder Order(Installation installation, Guid tenant) => new(
        tenant, installation.Keys.List().First(entry => entry.Tenant == tenant
            && entry.Epoch.RetentionClass == Provisioning.DefaultRetention).Epoch, "os-user test", "the test", true);

    private static async Task<(LedgerAct, LedgerResult)[]> ActsAsync(Installation installation, Guid tenant)
    {
        // One more entry, so that all before it are in the tree when it is.
        long last = await installation.Ledger.AppendAsync("the end"u8.ToArray(), default);
        await installation.Ledger.IntegratedAsync(last, default);
        List<(LedgerAct, LedgerResult)> acts = [];
        for (long index = 0; index < last; index++)
        {
            if (installation.Journal.Read(tenant, index)?.Body is { } body)
            {
                acts.Add((body.Act, body.Result));
            }
        }

        return [.. acts];
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private async Task DestroyAsync()
    {
        await using KeyCustody custody = await KeyCustody.OpenAsync(_folder.Settings, TimeProvider.System, default);
        TenantKeys tenant = (await custody.ListAsync(default)).Tenants[0];
        EpochStatus epoch = tenant.Epochs.First(one => !one.IsJournal && one.State == EpochState.Sealing);
        await custody.DestroyAsync(tenant.Id, epoch, "os-user test", "the test");
    }

    private Task<Installation> OpenAsync() =>
        Installation.OpenAsync(_folder.Settings, TimeProvider.System, default);

    private async Task<(Guid Tenant, Guid Fax)> ReceiveAsync()
    {
        await using Installation installation = await OpenAsync();
        NumberRoute route = await Arrivals.RouteAsync(installation);
        Arrivals call = new(installation.ForLine(null), route);
        await call.ArriveAsync(0, Arrivals.Page(1));
        await call.EndAsync(CallOutcome.Completed, 1);
        FaxRecord fax = Assert.Single(await installation.Store.Faxes.ListAsync(new FaxList(route.Tenant), default));
        return (route.Tenant, fax.FaxId);
    }
}
