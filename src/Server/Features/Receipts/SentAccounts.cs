// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text.Json;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Receipts;

/// <summary>Accounts of calls and pages, sealed beside their records as the fax goes out, so that a crash takes none of
/// them; opened to make the receipt of them and for nothing else. They are JSON: names of their fields never
/// change.</summary>
/// <remarks>All of them are sealed with the key of the fax's own epoch: what destroys the fax destroys them.</remarks>
internal sealed class SentAccounts(KeyStore keys, Sealer sealer)
{
    // An account's place among the sealed parts of a fax: pages from 1, calls from here. Stored: never renumber.
    private const uint FirstCall = 0x2000_0000;

    /// <summary>Seals what went on the line of a page.</summary>
    public byte[] Seal(FaxRecord fax, ReceiptPage page) => Seal(fax, (uint)page.Number, page);

    /// <summary>Seals what the line reports of a call.</summary>
    public byte[] Seal(FaxRecord fax, int attempt, ReceiptAttempt call) =>
        Seal(fax, FirstCall + (uint)attempt, call);

    /// <summary>What went on the line of a page; null if it was not confirmed.</summary>
    public ReceiptPage? Open(PageRecord page) => Open<ReceiptPage>(
        page.TenantId, page.FaxId, (uint)page.Number, page.SealedSent);

    /// <summary>What the line reported of a call; null if there is no report.</summary>
    public ReceiptAttempt? Open(AttemptRecord attempt) => Open<ReceiptAttempt>(
        attempt.TenantId, attempt.FaxId, FirstCall + (uint)attempt.Begun.Number, attempt.End?.SealedReport);

    /// <summary>The key that everything of a fax is sealed with which is not a page.</summary>
    public SealingKey KeyOf(FaxRecord fax) => KeyEpoch.TryDecode(fax.KeyEpoch, out KeyEpoch epoch)
        ? keys.Get(fax.TenantId, epoch).Sealing
        : throw new InvalidOperationException("a fax of the queue names no epoch");

    private byte[] Seal<T>(FaxRecord fax, uint place, T account)
    {
        byte[] value = JsonSerializer.SerializeToUtf8Bytes(account);
        byte[] field = sealer.Seal(
            KeyOf(fax), new ObjectBinding(fax.TenantId, fax.FaxId, place, ObjectKind.Receipt), value);
        CryptographicOperations.ZeroMemory(value);
        return field;
    }

    private T? Open<T>(Guid tenant, Guid fax, uint place, byte[]? field)
        where T : class
    {
        if (field is null)
        {
            return null;
        }

        byte[] value = keys.OpenObject(field, new ObjectBinding(tenant, fax, place, ObjectKind.Receipt));
        T? account = JsonSerializer.Deserialize<T>(value);
        CryptographicOperations.ZeroMemory(value);
        return account;
    }
}
