// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Notes;
using Hermetic.Server.Configuration;
using Hermetic.Store;
using Hermetic.Store.Access;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Hosting;

/// <summary>The parts of an installation that can be opened alone, as the configuration names them.</summary>
internal static class InstallationParts
{
    /// <summary>The ledger's folder in the data folder.</summary>
    public const string LedgerFolder = "ledger";

    /// <summary>The file that a running server holds locked in the data folder.</summary>
    public const string LockName = "server.lock";

    /// <summary>The secret that the ledger is signed with.</summary>
    public const string LedgerSeed = "ledger-seed";

    private const string Database = "hermetic.db";
    private const string AccessFile = "access.db";

    /// <summary>The root keys.</summary>
    public static IRootKeySource OpenKeySource(ServerSettings settings)
    {
        if (settings.Keys.Kind == KeySourceKind.File)
        {
            return KeyFileSource.Open(settings.Keys.File, settings.DataFolder);
        }

        using Vault.Sealing.SecretBytes pin = TokenPin.FromFile(settings.Keys.PinFile, settings.DataFolder);
        return TokenSource.Open(settings.Keys.Library, settings.Keys.Token, pin);
    }

    /// <summary>The key that the ledger is signed with; null if its seed is missing.</summary>
    public static VerifierKey? FindLedgerKey(ServerSettings settings, KeyStore keys)
    {
        using Vault.Sealing.SecretBytes? seed = keys.Secret(LedgerSeed);
        if (seed is null)
        {
            return null;
        }

        using NoteSigner signer = new(settings.Ledger.Origin, NoteKeyType.Ed25519, seed.Span);
        return signer.VerifierKey;
    }

    /// <summary>The store, for the one process that writes into it.</summary>
    public static Task<FaxStore> OpenStoreAsync(ServerSettings settings, CancellationToken cancellation) =>
        settings.Store.Kind == StoreKind.Sqlite
            ? FaxStore.OpenSqliteAsync(PathOf(settings), null, cancellation)
            : FaxStore.OpenPostgreSqlAsync(settings.Store.ConnectionWithPassword(), null, cancellation);

    /// <summary>The store, to be read beside a running server.</summary>
    public static Task<FaxStore> ReadStoreAsync(ServerSettings settings, CancellationToken cancellation) =>
        settings.Store.Kind == StoreKind.Sqlite
            ? FaxStore.ReadSqliteAsync(PathOf(settings), cancellation)
            : FaxStore.OpenPostgreSqlAsync(settings.Store.ConnectionWithPassword(), null, cancellation);

    /// <summary>The database of who may sign in.</summary>
    /// <exception cref="InstallationException">It is gone, and none may be begun in its place.</exception>
    public static async Task<AccessDatabase> OpenAccessAsync(
        ServerSettings settings, bool mayBegin, CancellationToken cancellation)
    {
        bool isFile = settings.Store.Kind == StoreKind.Sqlite;
        try
        {
            return isFile
                ? await AccessDatabase.OpenSqliteAsync(
                    Path.Combine(settings.DataFolder, AccessFile), mayBegin, cancellation).ConfigureAwait(false)
                : await AccessDatabase.OpenPostgreSqlAsync(
                    settings.Store.ConnectionWithPassword(), mayBegin, cancellation).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            string what = isFile
                ? $"the database {AccessFile} is missing from the data folder {settings.DataFolder}"
                : "the schema access is missing from the PostgreSQL database";
            throw new InstallationException($"{what}, and this installation has people and programs who sign in. Put "
                + "it back from its newest backup. No new one was made: whoever came first would own it");
        }
    }

    /// <summary>The database of who may sign in, to be read beside a running server.</summary>
    public static async Task<AccessDatabase> ReadAccessAsync(
        ServerSettings settings, CancellationToken cancellation) => settings.Store.Kind == StoreKind.Sqlite
        ? AccessDatabase.ReadSqlite(Path.Combine(settings.DataFolder, AccessFile))
        : await OpenAccessAsync(settings, mayBegin: false, cancellation).ConfigureAwait(false);

    /// <summary>What an operator has to do after the root key was made, changed or destroyed.</summary>
    public static string BackupText(ServerSettings settings, IRootKeySource source) =>
        (source is KeyFileSource file
            ? file.BackupText
            : $"The root key of this installation is on {source.Description}: back it up by the token's own means.")
        + $"\nThe tenants' keys are in {Path.Combine(settings.DataFolder, "keys")}, wrapped by that root key: copy "
        + "this folder anew, too.\nOlder copies of it open nothing with the root key of today: destroy them. Copies of "
        + "database, blobs\nand ledger stay good.";

    /// <summary>Throws if something of an installation is in the data folder and its keys or its database are not: then
    /// nothing may begin anew in the old one's place.</summary>
    public static void RefuseLostParts(ServerSettings settings, IDurableFiles data)
    {
        bool hasLedger = data.Exists("ledger/checkpoint");
        if (settings.Store.Kind == StoreKind.Sqlite && hasLedger && !data.Exists(Database))
        {
            throw new InstallationException(
                $"the database {Database} is missing from the data folder {settings.DataFolder}, and the ledger of an "
                + "installation is there. Put the database back from its newest backup. No new one was made");
        }

        if (!KeyStore.IsThere(data) && (data.Exists(Database) || hasLedger))
        {
            throw new InstallationException(
                $"the folder keys/desk is missing from the data folder {settings.DataFolder}, or what it begins with, "
                + "and the rest of an installation is there. Put the folder keys back from its newest backup: without "
                + "it nothing of the data folder can be opened. No new keys were made");
        }
    }

    /// <summary>Throws if there is no installation: for whoever must not begin one.</summary>
    public static void RequireThere(ServerSettings settings)
    {
        DiskFiles? data = Directory.Exists(settings.DataFolder) ? new(settings.DataFolder) : null;
        if (data is null || (!KeyStore.IsThere(data) && !data.Exists(Database)))
        {
            throw new InstallationException(
                $"there is no installation in the data folder {settings.DataFolder}. Correct data in the "
                + "configuration, or start `hermetic serve` first, which begins one");
        }

        RefuseLostParts(settings, data);
    }

    private static string PathOf(ServerSettings settings) => Path.Combine(settings.DataFolder, Database);
}
