// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Journal;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Receiving;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Hosting;

/// <summary>Everything of an installation that lasts, opened together: keys, store, blobs, ledger. If one of them is
/// missing or does not fit, nothing is opened, and the exception says which and what to do.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private const string LedgerFolder = "ledger";
    private const string LedgerSeed = "ledger-seed";
    private const string LedgerBegun = "ledger-begun";
    private const string LockName = "server.lock";

    private readonly Stack<object> _opened = new();

    private Installation(ServerSettings settings, TimeProvider time) => (Settings, Time) = (settings, time);

    public ServerSettings Settings { get; }

    public TimeProvider Time { get; }

    public KeyStore Keys { get; private set; } = null!;

    public LineKeys LineKeys { get; private set; } = null!;

    public Sealer Sealer { get; private set; } = null!;

    public FaxStore Store { get; private set; } = null!;

    public IBlobStore Blobs { get; private set; } = null!;

    public LedgerLog Ledger { get; private set; } = null!;

    public Journal Journal { get; private set; } = null!;

    public FaxReader Reader { get; private set; } = null!;

    /// <summary>What the operator has to be told once; null if this is not the first run.</summary>
    public string? FirstRunNotice { get; private set; }

    /// <summary>The ledger's verifier key, for whoever checks it.</summary>
    public string LedgerKey { get; private set; } = "";

    /// <summary>Opens it all.</summary>
    public static async Task<Installation> OpenAsync(
        ServerSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        Installation installation = new(settings, time);
        try
        {
            await installation.OpenAsync(cancellation).ConfigureAwait(false);
            return installation;
        }
        catch
        {
            await installation.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What the line role gets of it: no private key.</summary>
    public ReceivingContext ForLine(Action<ReceivingStep>? reached) => new(LineKeys, Sealer, Blobs, Store, Time)
    {
        Reached = reached ?? (static _ => { }),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_opened.TryPop(out object? part))
        {
            switch (part)
            {
                case IAsyncDisposable later:
                    await later.DisposeAsync().ConfigureAwait(false);
                    break;
                case IDisposable now:
                    now.Dispose();
                    break;
            }
        }
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        DiskFiles data = OpenDataFolder();
        Keep(LockFolder(data));
        IRootKeySource source = Keep(OpenKeySource());
        Keys = Keep(KeyStore.Open(data, source));
        if (Keys.IsFirstRun && source is KeyFileSource file)
        {
            FirstRunNotice = file.BackupText;
        }

        LineKeys = Keep(new LineKeys(new DiskFiles(Path.Combine(Settings.DataFolder, "keys", "line"))));
        Sealer = Keep(new Sealer(Time));
        Store = Keep(await OpenStoreAsync(cancellation).ConfigureAwait(false));
        Blobs = Keep(await OpenBlobsAsync(data, cancellation).ConfigureAwait(false));
        await Blobs.SweepAsync(cancellation).ConfigureAwait(false);
        Ledger = Keep(OpenLedger(data));
        Journal = new Journal(Ledger, Keys, Sealer);
        Reader = new FaxReader(Journal, Keys, Blobs, Store, Time);
    }

    private T Keep<T>(T part)
        where T : class
    {
        _opened.Push(part);
        return part;
    }

    private DiskFiles OpenDataFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Hermetic runs on Linux");
        }

        // Its own name has to last too, or a power cut takes the folder with all that was flushed in it. Its mode is
        // its owner's alone: sealed as all of it is, nobody else has to see names and sizes.
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Settings.DataFolder));
        string there = folder;
        while (!Directory.Exists(there))
        {
            there = Path.GetDirectoryName(there)!;
        }

        if (there != folder)
        {
            new DiskFiles(there).EnsureFolder(Path.GetRelativePath(there, folder));
        }

        return new DiskFiles(folder);
    }

    private IDisposable LockFolder(DiskFiles data)
    {
        try
        {
            return data.Lock(LockName);
        }
        catch (DurableException failure) when (failure.Fault == DurableFault.Locked)
        {
            throw new InstallationException(
                $"another `hermetic serve` has the data folder {Settings.DataFolder} open. Stop it, or give this one a "
                + "folder of its own (data)");
        }
    }

    private IRootKeySource OpenKeySource() => Settings.Keys.Kind == KeySourceKind.File
        ? KeyFileSource.Open(Settings.Keys.File, Settings.DataFolder)
        : TokenSource.Open(Settings.Keys.Library, Settings.Keys.Token,
            TokenPin.FromFile(Settings.Keys.PinFile, Settings.DataFolder));

    private Task<FaxStore> OpenStoreAsync(CancellationToken cancellation) => Settings.Store.Kind == StoreKind.Sqlite
        ? FaxStore.OpenSqliteAsync(Path.Combine(Settings.DataFolder, "hermetic.db"), null, cancellation)
        : FaxStore.OpenPostgreSqlAsync(Settings.Store.ConnectionWithPassword(), null, cancellation);

    private async Task<IBlobStore> OpenBlobsAsync(DiskFiles data, CancellationToken cancellation) =>
        Settings.Blobs.Kind == BlobKind.Files
            ? new FileBlobs(data)
            : await S3Blobs.OpenAsync(
                new S3Settings
                {
                    Bucket = Settings.Blobs.Bucket,
                    Region = Settings.Blobs.Region,
                    Endpoint = new Uri(Settings.Blobs.Endpoint),
                    AccessKeyId = Settings.Blobs.AccessKey,
                    SecretAccessKey = Settings.Blobs.Secret(),
                },
                cancellation).ConfigureAwait(false);

    // The seed first, then the log, then the mark that there is a log: a crash between is carried on, and a log that
    // went missing later is never begun anew under the same name.
    private LedgerLog OpenLedger(DiskFiles data)
    {
        data.EnsureFolder(LedgerFolder);
        DiskFiles folder = new(Path.Combine(Settings.DataFolder, LedgerFolder));
        SecretBytes? known = Keys.Secret(LedgerSeed);
        using SecretBytes seed = known ?? Keys.MakeSecret(LedgerSeed, NoteSigner.SeedBytes);
        NoteSigner signer = Keep(new NoteSigner(Settings.Ledger.Origin, NoteKeyType.Ed25519, seed.Span));
        LedgerKey = signer.VerifierKey.ToString();
        if (Keys.Secret(LedgerBegun) is not { } begun)
        {
            Begin(folder, signer);
            begun = Keys.MakeSecret(LedgerBegun, 1);
        }

        begun.Dispose();
        try
        {
            return LedgerLog.Open(folder, signer, Time, RandomNumberGenerator.GetBytes);
        }
        catch (DurableException failure) when (failure.Fault == DurableFault.Missing)
        {
            throw new InstallationException(
                "the ledger is missing from the data folder, and this installation has one. "
                + "Put the folder ledger back from its backup: no other may take its place, or "
                + "nobody could trust either");
        }
    }

    private static void Begin(DiskFiles folder, NoteSigner signer)
    {
        try
        {
            LedgerLog.Create(folder, signer);
        }
        catch (DurableException failure) when (failure.Fault == DurableFault.Exists)
        {
            // The crash came just behind it.
        }
    }
}

/// <summary>An installation can't be opened; the message says which part and what to do.</summary>
public sealed class InstallationException(string message) : Exception(message);
