// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Store.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Access;

/// <summary>What the browser's authenticator is asked, and the name of this ceremony.</summary>
internal sealed record PasskeyOffer(string Ceremony, string OptionsJson);

/// <summary>Passkeys (W3C WebAuthn Level 3) by ASP.NET Core Identity: something one has and, because user verification
/// is required, something one knows or is. A ceremony is of two requests, counts once, and ends soon.</summary>
internal sealed class Passkeys(
    AccessDatabase database, AccessKeys keys, UserManager<AccountRow> users, IPasskeyHandler<AccountRow> handler,
    AccessJournal journal, TimeProvider time)
{
    private const string StateColumn = "ceremony.state";

    /// <summary>Our choice, as Identity's own for the browser: WebAuthn Level 3 §15.1 has 5 minutes as its middle.
    /// </summary>
    private static readonly TimeSpan CeremonyLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Asks for a new passkey of somebody who is signed in.</summary>
    public async Task<PasskeyOffer> BeginAddingAsync(HttpContext http, AccountRow account)
    {
        string name = keys.Open(account.AccountId, Accounts.NameColumn, account.SealedName);
        PasskeyCreationOptionsResult asked = await handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = account.AccountId.ToString(), Name = name, DisplayName = name }, http)
            .ConfigureAwait(false);
        return await KeepAsync(account.AccountId, asked.AttestationState ?? "", asked.CreationOptionsJson, http)
            .ConfigureAwait(false);
    }

    /// <summary>Takes the new passkey; false if it is none that was asked for.</summary>
    public async Task<bool> AddAsync(
        HttpContext http, AccountRow account, EntryActor who, string ceremony, string credentialJson)
    {
        if (await TakeAsync(account.AccountId, ceremony, http.RequestAborted).ConfigureAwait(false) is not { } state)
        {
            return false;
        }

        PasskeyAttestationResult result = await handler.PerformAttestationAsync(new PasskeyAttestationContext
        {
            HttpContext = http,
            CredentialJson = credentialJson,
            AttestationState = state,
        }).ConfigureAwait(false);
        if (!result.Succeeded || result.UserEntity.Id != account.AccountId.ToString())
        {
            return false;
        }

        await journal.ChangedAsync(
            account.TenantId, who, "passkey.added", [account.AccountId], http.RequestAborted).ConfigureAwait(false);
        return (await users.AddOrUpdatePasskeyAsync(account, result.Passkey).ConfigureAwait(false)).Succeeded;
    }

    /// <summary>Asks whoever is there; nobody has to say a name before.</summary>
    public async Task<PasskeyOffer> BeginSigningInAsync(HttpContext http)
    {
        PasskeyRequestOptionsResult asked = await handler.MakeRequestOptionsAsync(null, http).ConfigureAwait(false);
        return await KeepAsync(null, asked.AssertionState ?? "", asked.RequestOptionsJson, http).ConfigureAwait(false);
    }

    /// <summary>The account whose passkey answered; null if none did. The ledger says so already.</summary>
    public async Task<AccountRow?> SignInAsync(HttpContext http, string ceremony, string credentialJson)
    {
        string address = Caller.AddressOf(http);
        AccountRow? account = null;
        if (await TakeAsync(null, ceremony, http.RequestAborted).ConfigureAwait(false) is { } state)
        {
            PasskeyAssertionResult<AccountRow> result = await handler.PerformAssertionAsync(new PasskeyAssertionContext
            {
                HttpContext = http,
                CredentialJson = credentialJson,
                AssertionState = state,
            }).ConfigureAwait(false);
            if (result.Succeeded && result.User.State == (int)AccountState.Active)
            {
                account = result.User;
                await users.AddOrUpdatePasskeyAsync(account, result.Passkey).ConfigureAwait(false);
            }
        }

        EntryActor who = account is null ? AccessJournal.Stranger(address)
            : new EntryActor(account.AccountId.ToString(), ((Role)account.Role).ToString(), address, "");
        await journal.SignInAsync(
            account?.TenantId, who, "passkey", account is null ? LedgerResult.Denied : LedgerResult.Allowed,
            http.RequestAborted).ConfigureAwait(false);
        return account;
    }

    private async Task<PasskeyOffer> KeepAsync(Guid? account, string state, string optionsJson, HttpContext http)
    {
        string ceremony = SecretCode.Make();
        DateTimeOffset now = time.GetUtcNow();
        Guid id = Guid.CreateVersion7(now);
        await database.WriteAsync(
            async (context, cancel) =>
            {
                await context.Ceremonies.Where(row => row.EndsAt <= now).ExecuteDeleteAsync(cancel)
                    .ConfigureAwait(false);
                context.Ceremonies.Add(new CeremonyRow
                {
                    CeremonyId = id,
                    SecretHash = SecretCode.Hash(ceremony),
                    AccountId = account,
                    SealedState = keys.Seal(id, StateColumn, state),
                    EndsAt = now + CeremonyLifetime,
                });
                return true;
            },
            http.RequestAborted).ConfigureAwait(false);
        return new PasskeyOffer(ceremony, optionsJson);
    }

    private Task<string?> TakeAsync(Guid? account, string ceremony, CancellationToken cancellation)
    {
        byte[] hash = SecretCode.Hash(ceremony);
        return database.WriteAsync(
            async (context, cancel) =>
            {
                CeremonyRow? row = await context.Ceremonies
                    .SingleOrDefaultAsync(row => row.SecretHash == hash, cancel).ConfigureAwait(false);
                if (row is null)
                {
                    return null;
                }

                context.Ceremonies.Remove(row);
                return row.AccountId == account && row.EndsAt > time.GetUtcNow()
                    ? keys.Open(row.CeremonyId, StateColumn, row.SealedState)
                    : null;
            },
            cancellation);
    }
}
