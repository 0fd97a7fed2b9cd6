// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Keys;
using Hermetic.Server.Features.Retention;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Features.Tenants;
using Hermetic.Server.Features.Webhooks;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Access;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Tests.Retention;

/// <summary>What earlier versions sealed to a month of faxes outlives that month.</summary>
public sealed class LastingSealsTests
{
    [Fact]
    public async Task NamesNumbersAndWebhooks_OfAMonthOfFaxes_OutliveIt()
    {
        await using Desk desk = await Desk.StartAsync();
        (KeyStore keys, FaxStore store) = (desk.Installation.Keys, desk.Installation.Store);
        KeyEpoch old = new(2020, 2, Provisioning.DefaultRetention);
        WebhookSecrets secrets = new(keys, desk.Time);
        (WebhookRecord webhook, string secret) =
            secrets.Make(desk.Tenant, new Uri("https://ehr.example/hook"), 0, null);
        await AsBeforeAsync(desk, keys.Ensure(desk.Tenant, old), webhook, secret);

        LastingSeals lasting = new(keys, store, desk.Time);
        await lasting.MoveAsync(desk.Tenant, default);
        await lasting.MoveAsync(desk.Tenant, default);
        await desk.Installation.Destructions.DestroyAsync(
            new DestructionOrder(desk.Tenant, old, "test", "the test", false));

        TenantBook book = new(keys, store, desk.Time);
        TenantRecord tenant = (await store.Tenants.FindAsync(desk.Tenant, default))!;
        LineRecord line = Assert.Single(await store.Tenants.ListLinesAsync(desk.Tenant, default));
        WebhookRecord kept = Assert.Single(await store.Webhooks.ListAsync(desk.Tenant, default));
        Assert.Equal((TestFolder.TenantName, TestFolder.Number, "front desk"),
            (book.NameOf(tenant), book.NumberOf(line), book.NameOf(line)));
        Assert.Equal([secret], secrets.SecretsOf(kept));
        Assert.Equal("https://ehr.example/hook", secrets.AddressOf(kept).AbsoluteUri);
        Assert.All(new[] { tenant.KeyEpoch, line.KeyEpoch, kept.KeyEpoch }, encoded => Assert.True(
            KeyEpoch.TryDecode(encoded, out KeyEpoch epoch)
            && epoch.RetentionClass == SealedNumbers.BookRetention));
    }

    [Fact]
    public async Task NewPractices_RestOnNoMonthOfFaxes()
    {
        await using Desk desk = await Desk.StartAsync();
        List<EpochUse> uses = await desk.Installation.Store.KeyUse.CountAsync(desk.Tenant, default);
        Assert.All(uses, use => Assert.True(KeyEpoch.TryDecode(use.KeyEpoch, out KeyEpoch epoch)
            && !RetentionRule.IsOfFaxes(epoch)));
        Assert.Equal(2, Assert.Single(uses).Names);
    }

    // Sealed as a version before this one would.
    private static async Task AsBeforeAsync(Desk desk, EpochKeys epoch, WebhookRecord webhook, string secret)
    {
        FaxStore store = desk.Installation.Store;
        uint encoded = epoch.Sealing.Epoch.Encoded;
        LineRecord line = Assert.Single(await store.Tenants.ListLinesAsync(desk.Tenant, default));
        await store.Tenants.RenameAsync(desk.Tenant, encoded,
            Seal(desk.Tenant, Provisioning.NameColumn, TestFolder.TenantName), default);
        await store.Tenants.RenameLineAsync(line with
        {
            KeyEpoch = encoded,
            SealedNumber = Seal(line.LineId, Provisioning.NumberColumn, TestFolder.Number),
            SealedName = Seal(line.LineId, Provisioning.LineNameColumn, "front desk"),
        }, default);
        await store.Webhooks.AddAsync(webhook with
        {
            KeyEpoch = encoded,
            SealedAddress = Seal(webhook.WebhookId, "webhook.address", "https://ehr.example/hook"),
            SealedSecret = Seal(webhook.WebhookId, "webhook.secret", secret),
        }, default);

        byte[] Seal(Guid record, string column, string value) =>
            epoch.Fields.Seal(new FieldBinding(desk.Tenant, record, column), value);
    }
}
