// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text.Json;
using Hermetic.Store.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Access;

/// <summary>What ASP.NET Core Identity asks of accounts for passkeys, over our own sealed rows. It changes nothing of
/// an account but its passkeys.</summary>
internal sealed class PasskeyStore(AccessDatabase database, AccessKeys keys) : IUserPasskeyStore<AccountRow>
{
    private const string RecordColumn = "passkey.record";

    public Task AddOrUpdatePasskeyAsync(
        AccountRow user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => database.WriteAsync(
            async (context, cancel) =>
            {
                byte[] hash = SHA256.HashData(passkey.CredentialId);
                PasskeyRow? row = await context.Passkeys
                    .SingleOrDefaultAsync(row => row.CredentialHash == hash, cancel).ConfigureAwait(false);
                if (row is null)
                {
                    context.Passkeys.Add(row = new PasskeyRow
                    {
                        CredentialHash = hash,
                        AccountId = user.AccountId,
                        CreatedAt = passkey.CreatedAt,
                    });
                }

                if (row.AccountId == user.AccountId)
                {
                    row.SealedRecord = keys.Seal(user.AccountId, RecordColumn,
                        JsonSerializer.SerializeToUtf8Bytes(PasskeyRecord.Of(passkey)));
                }

                return true;
            },
            cancellationToken);

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(AccountRow user, CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync(context => context.Passkeys.Where(row => row.AccountId == user.AccountId)
            .ToListAsync(cancellationToken)).ConfigureAwait(false)).Select(Open)];

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(
        AccountRow user, byte[] credentialId, CancellationToken cancellationToken)
    {
        byte[] hash = SHA256.HashData(credentialId);
        return await database.ReadAsync(context => context.Passkeys.SingleOrDefaultAsync(
            row => row.CredentialHash == hash && row.AccountId == user.AccountId, cancellationToken))
            .ConfigureAwait(false) is { } row ? Open(row) : null;
    }

    public Task<AccountRow?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        byte[] hash = SHA256.HashData(credentialId);
        return database.ReadAsync(context => context.Accounts.SingleOrDefaultAsync(
            account => context.Passkeys.Any(
                row => row.CredentialHash == hash && row.AccountId == account.AccountId), cancellationToken));
    }

    public Task RemovePasskeyAsync(AccountRow user, byte[] credentialId, CancellationToken cancellationToken)
    {
        byte[] hash = SHA256.HashData(credentialId);
        return database.WriteAsync((context, cancel) => context.Passkeys
            .Where(row => row.CredentialHash == hash && row.AccountId == user.AccountId)
            .ExecuteDeleteAsync(cancel), cancellationToken);
    }

    public Task<AccountRow?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Guid.TryParse(userId, out Guid id)
            ? database.ReadAsync(context => context.Accounts.SingleOrDefaultAsync(
                row => row.AccountId == id && row.State == (int)AccountState.Active, cancellationToken))
            : Task.FromResult<AccountRow?>(null);

    public Task<AccountRow?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken)
    {
        byte[] tag = keys.NameTag(normalizedUserName);
        return database.ReadAsync(context => context.Accounts.SingleOrDefaultAsync(
            row => row.NameTag == tag && row.State == (int)AccountState.Active, cancellationToken));
    }

    public Task<string> GetUserIdAsync(AccountRow user, CancellationToken cancellationToken) =>
        Task.FromResult(user.AccountId.ToString());

    public Task<string?> GetUserNameAsync(AccountRow user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(keys.Open(user.AccountId, Accounts.NameColumn, user.SealedName));

    public Task<string?> GetNormalizedUserNameAsync(AccountRow user, CancellationToken cancellationToken) =>
        GetUserNameAsync(user, cancellationToken);

    public Task SetUserNameAsync(AccountRow user, string? userName, CancellationToken cancellationToken) =>
        throw Unused();

    public Task SetNormalizedUserNameAsync(
        AccountRow user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IdentityResult> CreateAsync(AccountRow user, CancellationToken cancellationToken) => throw Unused();

    // Identity writes the account back behind a change of its passkeys: there is nothing to write.
    public Task<IdentityResult> UpdateAsync(AccountRow user, CancellationToken cancellationToken) =>
        Task.FromResult(IdentityResult.Success);

    public Task<IdentityResult> DeleteAsync(AccountRow user, CancellationToken cancellationToken) => throw Unused();

    public void Dispose()
    {
        // Nothing of its own.
    }

    private static NotSupportedException Unused() => new("accounts are changed on another way: see Accounts");

    private UserPasskeyInfo Open(PasskeyRow row) => JsonSerializer.Deserialize<PasskeyRecord>(
        keys.OpenBytes(row.AccountId, RecordColumn, row.SealedRecord))!.ToInfo(row.CreatedAt);

    /// <summary>What is kept of a passkey. Not the attestation: none is asked for, and it would tell the device.
    /// </summary>
    private sealed record PasskeyRecord(
        byte[] CredentialId, byte[] PublicKey, uint SignCount, string[]? Transports, bool IsUserVerified,
        bool IsBackupEligible, bool IsBackedUp)
    {
        public static PasskeyRecord Of(UserPasskeyInfo passkey) => new(
            passkey.CredentialId, passkey.PublicKey, passkey.SignCount, passkey.Transports, passkey.IsUserVerified,
            passkey.IsBackupEligible, passkey.IsBackedUp);

        public UserPasskeyInfo ToInfo(DateTimeOffset createdAt) => new(
            CredentialId, PublicKey, createdAt, SignCount, Transports, IsUserVerified, IsBackupEligible, IsBackedUp,
            [], []);
    }
}
