// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.SignOn;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Checking;

/// <summary>The keys and the database of who may sign in: that they are there, and that each sealed column opens where
/// it stands.</summary>
internal sealed class AccessCheck(Installation installation, CheckNotes notes)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        bool hasKeys = AccessKeys.SecretNames.Count(name => notes.TryOpen(
            $"keys/desk/secret-{name}.wrapped", () => installation.Keys.Secret(name)?.Dispose()))
            == AccessKeys.SecretNames.Count;
        if (!hasKeys || !AccessKeys.HasBegun(installation.Keys))
        {
            return;
        }

        try
        {
            AccessDatabase database = await InstallationParts
                .OpenAccessAsync(installation.Settings, mayBegin: false, cancellation).ConfigureAwait(false);
            await using (database.ConfigureAwait(false))
            {
                using AccessKeys keys = new(installation.Keys);
                await CheckAsync(database, keys).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is InstallationException or StoreUnavailableException)
        {
            notes.Add("access database", failure.Message);
        }
    }

    private async Task CheckAsync(AccessDatabase database, AccessKeys keys)
    {
        foreach (AccountRow row in await database.ReadAsync(context => context.Accounts.ToListAsync())
            .ConfigureAwait(false))
        {
            notes.TryOpen($"account {row.AccountId}", () => Open(keys, row));
        }

        foreach (ProgramRow row in await database.ReadAsync(context => context.Programs.ToListAsync())
            .ConfigureAwait(false))
        {
            notes.TryOpen(
                $"program {row.ProgramId}", () => keys.Open(row.ProgramId, Programs.NameColumn, row.SealedName));
        }

        foreach (SignOnRow row in await database.ReadAsync(context => context.SignOns.ToListAsync())
            .ConfigureAwait(false))
        {
            notes.TryOpen($"single sign-on of {row.TenantId}", () => SignOnProviders.Open(keys, row));
        }

        foreach (GlassBreakRow row in await database.ReadAsync(context => context.GlassBreaks.ToListAsync())
            .ConfigureAwait(false))
        {
            notes.TryOpen($"use of broken glass {row.BreakId}", () => Open(keys, row));
        }
    }

    private static void Open(AccessKeys keys, GlassBreakRow row)
    {
        keys.Open(row.BreakId, GlassBreaking.ReasonColumn, row.SealedReason);
        if (row.SealedNote is { } note)
        {
            keys.Open(row.BreakId, GlassReviews.NoteColumn, note);
        }
    }

    private void Open(AccessKeys keys, AccountRow row)
    {
        string name = keys.Open(row.AccountId, Accounts.NameColumn, row.SealedName);
        if (!keys.NameTag(name).AsSpan().SequenceEqual(row.NameTag))
        {
            notes.Add($"account {row.AccountId}", "it would be found by another name than its own. Treat it as "
                + "tampering, and put the access database back from a backup");
        }

        if (row.SealedPassword is { } password && row.SealedTotp is { } totp)
        {
            keys.Open(row.AccountId, Accounts.PasswordColumn, password);
            keys.OpenBytes(row.AccountId, Accounts.TotpColumn, totp);
        }
    }
}
