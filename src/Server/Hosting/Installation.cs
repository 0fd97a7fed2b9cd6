// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Security.Cryptography;
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Journal;
using Hermetic.Server.Features.Keys;
using Hermetic.Server.Features.Quotas;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Features.Settings;
using Hermetic.Server.Features.Uploads;
using Hermetic.Store;
using Hermetic.Store.Access;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Hosting;

/// <summary>Everything of an installation that lasts, opened together: keys, store, blobs, ledger. If one of them is
/// missing or does not fit, nothing is opened, and the exception says which and what to do.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private const string LedgerBegun = "ledger-begun";

    private readonly Stack<object> _opened = new();

    private Installation(ServerSettings settings, TimeProvider time) => (Settings, Time) = (settings, time);

    public ServerSettings Settings { get; private set; }

    /// <summary>What the configuration file asks for of listeners and trunks, and nobody has approved.</summary>
    public AskedSettings Asked { get; private set; } = AskedSettings.Nothing;

    public TimeProvider Time { get; }

    public KeyStore Keys { get; private set; } = null!;

    public LineKeys LineKeys { get; private set; } = null!;

    public Sealer Sealer { get; private set; } = null!;

    public FaxStore Store { get; private set; } = null!;

    public IBlobStore Blobs { get; private set; } = null!;

    public LedgerLog Ledger { get; private set; } = null!;

    public Journal Journal { get; private set; } = null!;

    public FaxReader Reader { get; private set; } = null!;

    /// <summary>Who may sign in; not opened for a check.</summary>
    public AccessDatabase Access { get; private set; } = null!;

    /// <summary>What seals it.</summary>
    public AccessKeys AccessKeys { get; private set; } = null!;
    public UploadVault Uploads { get; private set; } = null!;

    /// <summary>What practices may use.</summary>
    public Quotas Quotas { get; private set; } = null!;

    public KeyDestructions Destructions { get; private set; } = null!;

    /// <summary>What signs receipts.</summary>
    public NoteSigner Receipts { get; private set; } = null!;

    /// <summary>The two keys that a receipt is checked with.</summary>
    public ReceiptKeys ReceiptKeys => new(Receipts.VerifierKey,
        FindLedgerKey() ?? throw new InvalidOperationException("the ledger is not open"));

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
            await installation.RequireTenantKeysAsync(cancellation).ConfigureAwait(false);
            await installation.OpenLedgerAsync(cancellation).ConfigureAwait(false);
            await installation.OpenAccessAsync(cancellation).ConfigureAwait(false);
            return installation;
        }
        catch
        {
            await installation.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens it all but the ledger, which is then opened by <see cref="OpenLedgerAsync"/>: for a check, which
    /// has to go on where a server must not. Nothing begins anew.</summary>
    public static async Task<Installation> OpenForCheckAsync(
        ServerSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        InstallationParts.RequireThere(settings);
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

    /// <summary>The key that the ledger is signed with; null if its seed is missing.</summary>
    public VerifierKey? FindLedgerKey() => InstallationParts.FindLedgerKey(Settings, Keys);

    /// <summary>What the line role gets of it: no private key.</summary>
    public ReceivingContext ForLine(Action<ReceivingStep>? reached) => new(LineKeys, Sealer, Blobs, Store, Time)
    {
        Reached = reached ?? (static _ => { }),
    };

    /// <summary>What sending gets of it.</summary>
    public SendingContext ForSending(LineSettings line) => new(Keys, Sealer, Blobs, Store, Reader, Time)
    {
        IsAlone = Store.IsSoleWriter,
        ZoneOf = ZoneOf,
        SandboxLines = SandboxLines,
        UsageLimitsOf = Quotas.LimitsOf,
        Limits = new SendingLimits { CallsMax = line.CallsMax },
        Trunks = [.. line.Trunks.Where(trunk => trunk.Host.Length > 0).Select(SendingTrunk.Of)],
    };

    /// <summary>Lines of the sandbox: their faxes reach nobody, and who calls their numbers comes nowhere.</summary>
    public FrozenSet<Guid> SandboxLines => Settings.Tenants.SelectMany(tenant => tenant.SandboxNumbers)
        .Select(number => Provisioning.IdOf(Keys, Provisioning.NumberColumn, DialledNumber.Normalize(number)))
        .ToFrozenSet();

    /// <summary>What issues receipts, for as long as somebody runs it.</summary>
    public ReceiptPump ForReceipts(ILogger log) => new(
        Store, Ledger, new ReceiptMaker(Store, new SealedNumbers(Keys, Sealer, Store, Time),
            new SentAccounts(Keys, Sealer)),
        new ReceiptShelf(Keys, Sealer, Blobs),
        new ReceiptIssuer(Journal, Ledger, Receipts, Time) { IsWitnessed = Settings.Ledger.Witnesses.Count > 0 }, Time,
        log);

    // A practice's own zone, or the installation's.
    private TimeZoneInfo? ZoneOf(Guid tenant) => Settings.Tenants.FirstOrDefault(one =>
        Provisioning.IdOf(Keys, Provisioning.NameColumn, one.Name) == tenant)?.Zone ?? Settings.Zone;

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
        InstallationParts.RefuseLostParts(Settings, data);
        IRootKeySource source = Keep(InstallationParts.OpenKeySource(Settings));
        Keys = Keep(KeyStore.Open(data, source));
        if (Keys.IsFirstRun && source is KeyFileSource file)
        {
            FirstRunNotice = file.BackupText;
        }

        LineKeys = Keep(new LineKeys(new DiskFiles(Path.Combine(Settings.DataFolder, "keys", "line"))));
        Sealer = Keep(new Sealer(Time));
        Store = Keep(await InstallationParts.OpenStoreAsync(Settings, cancellation).ConfigureAwait(false));
        Blobs = Keep(await OpenBlobsAsync(data, cancellation).ConfigureAwait(false));
        await Blobs.SweepAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>From now on the approved listeners and trunks are in force, whatever the file says.</summary>
    public async Task<ServerSettings> EnforceApprovedAsync(CancellationToken cancellation)
    {
        (Settings, Asked) = await SettingsGate.DecideAsync(this, cancellation).ConfigureAwait(false);
        return Settings;
    }

    /// <summary>Opens the ledger, and what needs it.</summary>
    public async Task OpenLedgerAsync(CancellationToken cancellation)
    {
        DiskFiles data = new(Settings.DataFolder);
        Ledger = Keep(OpenLedger(data));
        Journal = new Journal(Ledger, Keys, Sealer);
        Reader = new FaxReader(Journal, Keys, Blobs, Store, Time);
        Receipts = Keep(ReceiptKey.Open(Keys, Settings.Ledger.Origin));
        Uploads = new UploadVault(Keys, Sealer, Blobs, Store, Time);
        Quotas = new Quotas(Settings, Keys, Store, Time);
        Destructions = Keep(new KeyDestructions(data, Keys, Journal, Time));
        await Destructions.ResolveAsync(cancellation).ConfigureAwait(false);
    }

    // The database first, then the mark that there is one: a crash between is carried on, and one that went missing
    // later is never begun anew, because an empty one would let in whoever comes first.
    private async Task OpenAccessAsync(CancellationToken cancellation)
    {
        bool hasBegun = AccessKeys.HasBegun(Keys);
        Access = Keep(await InstallationParts.OpenAccessAsync(Settings, !hasBegun, cancellation).ConfigureAwait(false));
        AccessKeys = Keep(new AccessKeys(Keys));
        AccessKeys.MarkBegun();
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
            return data.Lock(InstallationParts.LockName);
        }
        catch (DurableException failure) when (failure.Fault == DurableFault.Locked)
        {
            throw new InstallationException(
                $"another `hermetic serve` has the data folder {Settings.DataFolder} open. Stop it, or give this one a "
                + "folder of its own (data)");
        }
    }

    // Whose records are there, his keys must be: without this look a lost folder of his would be made anew, and only
    // the first reader of an old fax would notice.
    private async Task RequireTenantKeysAsync(CancellationToken cancellation)
    {
        await foreach (TenantRecord tenant in Store.Tenants.AllAsync(cancellation).ConfigureAwait(false))
        {
            RequireKeys(tenant);
        }
    }

    private void RequireKeys(TenantRecord tenant)
    {
        if (!KeyEpoch.TryDecode(tenant.KeyEpoch, out KeyEpoch epoch))
        {
            return;
        }

        try
        {
            Keys.Get(tenant.TenantId, epoch);
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            // Somebody ordered it.
        }
    }

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
        data.EnsureFolder(InstallationParts.LedgerFolder);
        DiskFiles folder = new(Path.Combine(Settings.DataFolder, InstallationParts.LedgerFolder));
        using SecretBytes? mark = Keys.Secret(LedgerBegun);
        SecretBytes? known = Keys.Secret(InstallationParts.LedgerSeed);
        if (known is null && (mark is not null || folder.Exists("checkpoint")))
        {
            throw new InstallationException(
                "the ledger's signing key is missing from the data folder (keys/desk/secret-ledger-seed.wrapped), and "
                + "this installation has a ledger. Put the folder keys back from its newest backup: no other key may "
                + "sign in its place. No new one was made");
        }

        using SecretBytes seed = known ?? Keys.MakeSecret(InstallationParts.LedgerSeed, NoteSigner.SeedBytes);
        NoteSigner signer = Keep(new NoteSigner(Settings.Ledger.Origin, NoteKeyType.Ed25519, seed.Span));
        LedgerKey = signer.VerifierKey.ToString();
        if (mark is null)
        {
            Begin(folder, signer);
            Keys.MakeSecret(LedgerBegun, 1).Dispose();
        }

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
        catch (DurableException failure)
        {
            throw new InstallationException($"the ledger can't be opened: {failure.Message}");
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
