// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Security.Cryptography;
using Hermetic.Ledger.Entries;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;
using QRCoder;

namespace Hermetic.Server.Features.Access;

/// <summary>What a person needs for an authenticator app.</summary>
internal sealed record TotpOffer(
    string Name, string Secret, Uri Uri,
    [property: Description("The URI as a QR code (ISO/IEC 18004): its rows, `1` for a dark module.")]
    IReadOnlyList<string> QrCode);

/// <summary>A person with a one-time code sets the ways to sign in: first the authenticator is shown its secret, then
/// a password and a code of that authenticator end it. The code counts once.</summary>
internal sealed class Enrolments(
    AccessDatabase database, AccessKeys keys, PasswordHash passwords, AccessJournal journal, TimeProvider time)
{
    private const string PendingColumn = "enrolment.totp";

    /// <summary>The secret for the authenticator, a new one each time; null if the code is none, was used, or
    /// ended.</summary>
    public async Task<TotpOffer?> BeginAsync(string code, CancellationToken cancellation)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(TotpCode.SecretBytes);
        AccountRow? account = await database.WriteAsync(
            async (context, cancel) =>
            {
                (EnrolmentRow? enrolment, AccountRow? found) =
                    await FindAsync(context, code, cancel).ConfigureAwait(false);
                if (enrolment is not null)
                {
                    enrolment.SealedTotp = keys.Seal(enrolment.EnrolmentId, PendingColumn, secret);
                }

                return found;
            },
            cancellation).ConfigureAwait(false);
        if (account is null)
        {
            return null;
        }

        string name = keys.Open(account.AccountId, Accounts.NameColumn, account.SealedName);
        string text = TotpCode.Base32(secret);
        Uri uri = new($"otpauth://totp/Hermetic:{Uri.EscapeDataString(name)}?secret={text}&issuer=Hermetic");
        return new TotpOffer(name, text, uri, QrCodeOf(uri.AbsoluteUri));
    }

    // Level M: read off a screen, there is no dirt to repair.
    private static IReadOnlyList<string> QrCodeOf(string text)
    {
        using QRCodeData code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        return [.. code.ModuleMatrix.Select(row => string.Concat(row.Cast<bool>().Select(dark => dark ? '1' : '0')))];
    }

    /// <summary>Sets password and authenticator; null if that was done, else what is wrong.</summary>
    public async Task<string?> CompleteAsync(
        string code, string password, string totp, string address, CancellationToken cancellation)
    {
        if (password.Length is < PasswordHash.CharsMin or > PasswordHash.CharsMax)
        {
            return $"the password must have {PasswordHash.CharsMin} to {PasswordHash.CharsMax} characters";
        }

        (EnrolmentRow? enrolment, AccountRow? account) = await database.ReadAsync(
            context => FindAsync(context, code, cancellation)).ConfigureAwait(false);
        if (enrolment?.SealedTotp is null || account is null)
        {
            return "this code is no enrolment that was begun, was used, or has ended";
        }

        byte[] secret = keys.OpenBytes(enrolment.EnrolmentId, PendingColumn, enrolment.SealedTotp);
        if (TotpCode.StepOf(secret, totp, time.GetUtcNow(), 0) is not { } step)
        {
            return "the authenticator's code is not right";
        }

        string hash = await passwords.HashAsync(password, cancellation).ConfigureAwait(false);
        EntryActor who = new(account.AccountId.ToString(), ((Role)account.Role).ToString(), address, "");
        await journal.ChangedAsync(account.TenantId, who, "account.enrolled", [account.AccountId], cancellation)
            .ConfigureAwait(false);
        return await database.WriteAsync(
            (context, cancel) => TakeAsync(context, code, hash, secret, step, cancel), cancellation)
            .ConfigureAwait(false) ? null : "this code was used by somebody else just now";
    }

    private async Task<bool> TakeAsync(
        AccessContext context, string code, string hash, byte[] secret, long step, CancellationToken cancel)
    {
        (EnrolmentRow? enrolment, AccountRow? account) = await FindAsync(context, code, cancel).ConfigureAwait(false);
        if (enrolment is null || account is null)
        {
            return false;
        }

        account.SealedPassword = keys.Seal(account.AccountId, Accounts.PasswordColumn, hash);
        account.SealedTotp = keys.Seal(account.AccountId, Accounts.TotpColumn, secret);
        (account.TotpStep, account.State) = (step, (int)AccountState.Active);
        context.Attempts.RemoveRange(context.Attempts.Where(row => row.NameTag == account.NameTag));
        context.Enrolments.RemoveRange(
            context.Enrolments.Where(row => row.AccountId == account.AccountId));
        // Whoever was signed in by the old ways is out, and an old passkey opens nothing any more.
        context.Sessions.RemoveRange(context.Sessions.Where(row => row.AccountId == account.AccountId));
        context.Passkeys.RemoveRange(context.Passkeys.Where(row => row.AccountId == account.AccountId));
        context.SignOnBindings.RemoveRange(
            context.SignOnBindings.Where(row => row.AccountId == account.AccountId));
        return true;
    }

    private async Task<(EnrolmentRow? Enrolment, AccountRow? Account)> FindAsync(
        AccessContext context, string code, CancellationToken cancel)
    {
        byte[] hash = SecretCode.Hash(code);
        DateTimeOffset now = time.GetUtcNow();
        EnrolmentRow? enrolment = await context.Enrolments
            .SingleOrDefaultAsync(row => row.CodeHash == hash && row.EndsAt > now, cancel).ConfigureAwait(false);
        AccountRow? account = enrolment is null ? null : await context.Accounts
            .SingleOrDefaultAsync(
                row => row.AccountId == enrolment.AccountId && row.State != (int)AccountState.Suspended, cancel)
            .ConfigureAwait(false);
        return (account is null ? null : enrolment, account);
    }
}
