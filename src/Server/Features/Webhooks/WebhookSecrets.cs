// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Sending;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Webhooks;

/// <summary>Seals and opens what a webhook has that is secret: its address and what signs. Nothing of a fax is in
/// it.</summary>
internal sealed class WebhookSecrets(KeyStore keys, TimeProvider time)
{
    private const string AddressColumn = "webhook.address";
    private const string SecretColumn = "webhook.secret";

    /// <summary>Our choice: how long a replaced secret still signs, so that a receiver can change over.</summary>
    public static readonly TimeSpan OldSecretAge = TimeSpan.FromHours(24);

    /// <summary>A new webhook with a secret of its own.</summary>
    public (WebhookRecord Webhook, string Secret) Make(Guid tenant, Uri address, long kinds, Guid? line)
    {
        DateTimeOffset now = time.GetUtcNow();
        Guid id = Guid.CreateVersion7(now);
        EpochKeys epoch = EpochAt(tenant, now);
        string secret = WebhookSignature.NewSecret();
        return (new WebhookRecord(tenant, id, ServiceState.Active, now, kinds, line, epoch.Sealing.Epoch.Encoded,
            Seal(epoch, tenant, id, AddressColumn, address.AbsoluteUri),
            Seal(epoch, tenant, id, SecretColumn, secret)), secret);
    }

    /// <summary>The webhook with another address.</summary>
    public WebhookRecord WithAddress(WebhookRecord webhook, Uri address) => Sealed(
        webhook, address.AbsoluteUri, Open(webhook, SecretColumn, webhook.SealedSecret), OldSecretOf(webhook));

    /// <summary>The webhook with a new secret; the old one goes on for <see cref="OldSecretAge"/>.</summary>
    public (WebhookRecord Webhook, string Secret) Rotate(WebhookRecord webhook)
    {
        string secret = WebhookSignature.NewSecret();
        return (Sealed(webhook, AddressOf(webhook).AbsoluteUri, secret,
            Open(webhook, SecretColumn, webhook.SealedSecret)) with
        {
            OldSecretUntil = time.GetUtcNow() + OldSecretAge,
        }, secret);
    }

    /// <summary>The webhook sealed to the keys of today, all as it is; null if its keys were destroyed or it was
    /// changed.</summary>
    public WebhookRecord? Resealed(WebhookRecord webhook)
    {
        try
        {
            return WithAddress(webhook, AddressOf(webhook));
        }
        catch (Exception failure) when (failure is SealedObjectException
            or VaultKeyException { Fault: KeyFault.EpochDestroyed })
        {
            return null;
        }
    }

    /// <summary>Where it leads.</summary>
    public Uri AddressOf(WebhookRecord webhook) =>
        new(Open(webhook, AddressColumn, webhook.SealedAddress), UriKind.Absolute);

    /// <summary>Where it leads, to be looked at; null if its keys were destroyed or it was changed.</summary>
    public string? FindAddressOf(WebhookRecord webhook)
    {
        try
        {
            return AddressOf(webhook).AbsoluteUri;
        }
        catch (Exception failure) when (failure is SealedObjectException
            or VaultKeyException { Fault: KeyFault.EpochDestroyed })
        {
            return null;
        }
    }

    /// <summary>Opens everything of it, for a check.</summary>
    public void Check(WebhookRecord webhook)
    {
        AddressOf(webhook);
        Open(webhook, SecretColumn, webhook.SealedSecret);
        OldSecretOf(webhook);
    }

    /// <summary>What signs now: the secret, and the one before while it is good.</summary>
    public IReadOnlyList<string> SecretsOf(WebhookRecord webhook) =>
        webhook.SealedOldSecret is { } old && webhook.OldSecretUntil > time.GetUtcNow()
            ? [Open(webhook, SecretColumn, webhook.SealedSecret), Open(webhook, SecretColumn, old)]
            : [Open(webhook, SecretColumn, webhook.SealedSecret)];

    // All of it anew with the key of today, which the row names.
    private WebhookRecord Sealed(WebhookRecord webhook, string address, string secret, string? oldSecret)
    {
        (Guid tenant, Guid id) = (webhook.TenantId, webhook.WebhookId);
        EpochKeys epoch = EpochAt(tenant, time.GetUtcNow());
        return webhook with
        {
            KeyEpoch = epoch.Sealing.Epoch.Encoded,
            SealedAddress = Seal(epoch, tenant, id, AddressColumn, address),
            SealedSecret = Seal(epoch, tenant, id, SecretColumn, secret),
            SealedOldSecret = oldSecret is null ? null : Seal(epoch, tenant, id, SecretColumn, oldSecret),
        };
    }

    private string? OldSecretOf(WebhookRecord webhook) =>
        webhook.SealedOldSecret is { } old ? Open(webhook, SecretColumn, old) : null;

    private EpochKeys EpochAt(Guid tenant, DateTimeOffset now) =>
        keys.Ensure(tenant, KeyEpoch.At(now, SealedNumbers.BookRetention));

    private string Open(WebhookRecord webhook, string column, byte[] field) =>
        keys.OpenField(field, new FieldBinding(webhook.TenantId, webhook.WebhookId, column));

    private static byte[] Seal(EpochKeys epoch, Guid tenant, Guid webhook, string column, string value) =>
        epoch.Fields.Seal(new FieldBinding(tenant, webhook, column), value);
}
