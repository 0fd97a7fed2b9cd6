// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Keys;

// How keys are lost, and not.
//
//  1. A private key is durable, wrapped, before its public key is: nothing is ever sealed to a key that may be gone.
//  2. A rotation ends with the old root key destroyed, and only after every wrapped key is durable under the new one.
//     Cut at any point, the next opening finds two root keys in the source and finishes it.
//  3. A destruction is durable as an intent first (keys/desk/destruction); from then on it happens, whatever is cut.
//     It always ends in a rotation: else an older copy of the keys folder would still open with today's root key.
//  4. A destroyed key is never answered from memory, whoever destroyed it: each look for one looks for its tombstone.
//     What is opening with it at that instant goes on to its end, and is the last.
//  5. So after a destruction every older copy of the keys folder is worthless, for all epochs: back it up anew. Copies
//     of blobs and database stay good with the newest keys folder.

/// <summary>The keys of the desk role: in the keys folder of the data folder, wrapped by the root key source. Safe to
/// use from several threads; another process may use the same folder.</summary>
public sealed class KeyStore : IDisposable
{
    // What this process changes in the folder, one after the other; taken before _gate. A rotation takes it for long,
    // and does not hold up who opens and seals meanwhile.
    private readonly Lock _changes = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid Tenant, KeyEpoch Epoch), EpochKeys> _epochs = [];
    private readonly Dictionary<Guid, EqualityTagKey> _tags = [];
    private readonly IDurableFiles _files;
    private readonly WrappedFiles _wrapped;
    private readonly EpochFiles _epochFiles;
    private readonly KeyRotation _rotation;

    private KeyStore(IDurableFiles files, IRootKeySource source)
    {
        _files = files;
        Source = source;
        _wrapped = new WrappedFiles(files, source);
        _epochFiles = new EpochFiles(files, source, _wrapped);
        _rotation = new KeyRotation(files, source, _wrapped);
        Routing = null!;
    }

    /// <summary>Where the root keys are. It belongs to the caller.</summary>
    public IRootKeySource Source { get; }

    /// <summary>True if this opening began the keys folder: tell the operator to back up the root key.</summary>
    public bool IsFirstRun { get; private set; }

    /// <summary>Tags of dialled numbers, as the line makes them.</summary>
    public EqualityTagKey Routing { get; private set; }

    /// <summary>Opens the keys folder; makes it, and the first root key, if there are none; finishes what a crash
    /// interrupted.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="source">The root keys.</param>
    /// <exception cref="VaultKeyException">The source does not fit the folder, or fails.</exception>
    public static KeyStore Open(IDurableFiles data, IRootKeySource source)
    {
        data.EnsureFolder(KeyPaths.Line);
        data.EnsureFolder(KeyPaths.Desk);
        KeyStore store = new(data, source);
        using (store.TakeLock())
        {
            data.SweepOrphans("keys");
            store.Begin();
        }
        return store;
    }

    /// <summary>True if a data folder has a keys folder already: for whoever must not begin one.</summary>
    public static bool IsThere(IDurableFiles data) => data.Exists(KeyPaths.Installation);

    /// <summary>The keys of an epoch.</summary>
    /// <exception cref="VaultKeyException">They were destroyed, never made, changed, or the source fails.</exception>
    public EpochKeys Get(Guid tenant, KeyEpoch epoch)
    {
        lock (_gate)
        {
            if (_files.Exists(KeyPaths.DestroyedOf(tenant, epoch)))
            {
                Drop(tenant, epoch);
                throw Missing(tenant, epoch);
            }
            if (!_epochs.TryGetValue((tenant, epoch), out EpochKeys? keys))
            {
                keys = _epochFiles.Read(tenant, epoch) ?? throw Missing(tenant, epoch);
                _epochs.Add((tenant, epoch), keys);
            }
            return keys;
        }
    }

    /// <summary>The keys of an epoch, made if they never were. The line can seal to them from then on.</summary>
    /// <exception cref="VaultKeyException">They were destroyed, changed, or the source fails.</exception>
    public EpochKeys Ensure(Guid tenant, KeyEpoch epoch)
    {
        if (!HasKeys(tenant, epoch))
        {
            lock (_changes)
            {
                using IDisposable held = TakeLock();
                if (_files.Exists(KeyPaths.DestroyedOf(tenant, epoch)))
                {
                    throw Missing(tenant, epoch);
                }
                // Behind the gate: who finds the private key without the public one writes that too.
                lock (_gate)
                {
                    _epochFiles.Ensure(tenant, epoch);
                }
            }
        }
        return Get(tenant, epoch);
    }

    /// <summary>Forgets keys that another process destroyed, so that they leave this one's memory too.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            foreach ((Guid tenant, KeyEpoch epoch) in _epochs.Keys
                .Where(one => _files.Exists(KeyPaths.DestroyedOf(one.Tenant, one.Epoch))).ToArray())
            {
                Drop(tenant, epoch);
            }
        }
    }

    /// <summary>The key of a tenant's equality tags, made at first use.</summary>
    public EqualityTagKey Tags(Guid tenant)
    {
        lock (_gate)
        {
            if (_tags.TryGetValue(tenant, out EqualityTagKey? known))
            {
                return known;
            }
        }
        using SecretBytes key = ReadOrMake(KeyPaths.TagsOf(tenant), KeyPaths.DeskFolder(tenant));
        lock (_gate)
        {
            if (!_tags.TryGetValue(tenant, out EqualityTagKey? tags))
            {
                tags = new EqualityTagKey(key.Span, tenant);
                _tags.Add(tenant, tags);
            }
            return tags;
        }
    }

    /// <summary>True if a tenant's key of equality tags was made.</summary>
    public bool HasTags(Guid tenant) => _files.Exists(KeyPaths.TagsOf(tenant));

    /// <summary>A secret of the installation that others keep here, such as the ledger's signing seed; null if there
    /// never was one of this name.</summary>
    /// <param name="name">Lower-case letters and '-'.</param>
    public SecretBytes? Secret(string name) => _wrapped.Read(KeyPaths.SecretOf(name));

    /// <summary>Makes a secret of the installation; durable when this returns.</summary>
    /// <param name="name">As in <see cref="Secret"/>; there must be none of this name.</param>
    /// <param name="length">Random bytes.</param>
    public SecretBytes MakeSecret(string name, int length)
    {
        lock (_changes)
        {
            using IDisposable held = TakeLock();
            if (_files.Exists(KeyPaths.SecretOf(name)))
            {
                throw new InvalidOperationException($"there is a secret '{name}' already");
            }
            SecretBytes fresh = SecretBytes.Random(length);
            _wrapped.Write(KeyPaths.SecretOf(name), Source.List()[^1], fresh.Span);
            return fresh;
        }
    }

    /// <summary>Opens a sealed object of the binding's tenant.</summary>
    /// <exception cref="SealedObjectException">It was changed, or is another than the one asked for.</exception>
    /// <exception cref="VaultKeyException">Its key is not to be had.</exception>
    public byte[] OpenObject(ReadOnlySpan<byte> sealedObject, in ObjectBinding binding)
    {
        KeyEpoch epoch = SealedObject.ReadHeader(sealedObject).Epoch;
        try
        {
            return SealedObject.Open(sealedObject, Get(binding.Tenant, epoch).Opening, binding);
        }
        catch (ObjectDisposedException) when (_files.Exists(KeyPaths.DestroyedOf(binding.Tenant, epoch)))
        {
            throw Missing(binding.Tenant, epoch);
        }
    }

    /// <summary>Opens a sealed field of the binding's tenant.</summary>
    /// <exception cref="SealedObjectException">It was changed or moved.</exception>
    /// <exception cref="VaultKeyException">Its key is not to be had.</exception>
    public string OpenField(ReadOnlySpan<byte> sealedField, in FieldBinding binding)
    {
        if (!FieldKey.TryReadEpoch(sealedField, out KeyEpoch epoch))
        {
            throw new SealedObjectException(SealedFault.NotSealed);
        }
        try
        {
            return Get(binding.Tenant, epoch).Fields.OpenText(binding, sealedField);
        }
        catch (ObjectDisposedException) when (_files.Exists(KeyPaths.DestroyedOf(binding.Tenant, epoch)))
        {
            throw Missing(binding.Tenant, epoch);
        }
    }

    /// <summary>All epochs, by tenant and time.</summary>
    public IReadOnlyList<EpochEntry> List() => _epochFiles.List();

    /// <summary>The file of the data folder whose time tells since when an epoch is what it is: made, or
    /// destroyed.</summary>
    public static string MarkOf(EpochEntry entry) => entry.IsDestroyed
        ? KeyPaths.DestroyedOf(entry.Tenant, entry.Epoch)
        : KeyPaths.PublicOf(entry.Tenant, entry.Epoch);

    /// <summary>Makes a new root key, wraps everything with it, destroys the old one. Sealing and opening go on
    /// meanwhile. Afterwards the root key and the keys folder have to be backed up anew.</summary>
    public RootGeneration Rotate()
    {
        lock (_changes)
        {
            using IDisposable held = TakeLock();
            Source.Create();
            return _rotation.Finish();
        }
    }

    /// <summary>Finishes a destruction that failed half-way, as the next opening would.</summary>
    public void FinishDestruction()
    {
        lock (_changes)
        {
            using IDisposable held = TakeLock();
            FinishHalf();
        }
    }

    /// <summary>Destroys the keys of epochs for good, in this folder and in every copy of it, and with them all that
    /// was sealed to them. Rotates the root key. Sealing and opening go on meanwhile, here and in other
    /// processes.</summary>
    public RootGeneration Destroy(IReadOnlyCollection<(Guid Tenant, KeyEpoch Epoch)> epochs)
    {
        lock (_changes)
        {
            using IDisposable held = TakeLock();
            foreach ((Guid tenant, KeyEpoch epoch) in epochs)
            {
                if (!_files.Exists(KeyPaths.WrappedOf(tenant, epoch)))
                {
                    throw Missing(tenant, epoch);
                }
            }
            try
            {
                // Its list must not be written over before all of it is done.
                FinishHalf();
                _rotation.Intend(epochs.Where(one => !_files.Exists(KeyPaths.DestroyedOf(one.Tenant, one.Epoch))));
                return _rotation.Finish();
            }
            finally
            {
                Refresh();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (EpochKeys keys in _epochs.Values)
            {
                keys.Dispose();
            }
            foreach (EqualityTagKey tags in _tags.Values)
            {
                tags.Dispose();
            }
            _epochs.Clear();
            _tags.Clear();
            Routing.Dispose();
        }
    }

    private void Begin()
    {
        bool wrapped = _wrapped.Under(KeyPaths.Desk).Any();
        if (Source.List().Count == 0)
        {
            if (wrapped)
            {
                throw new VaultKeyException(KeyFault.RootMissing, Source.Description);
            }
            Source.Create();
        }
        if (wrapped)
        {
            _rotation.Check();
        }
        _rotation.Finish();
        if (_wrapped.Read(KeyPaths.Installation) is { } there)
        {
            using (there)
            {
                Routing = new EqualityTagKey(there.Span, Guid.Empty);
                Publish(there.Span);
            }
            return;
        }
        IsFirstRun = true;
        using SecretBytes routing = SecretBytes.Random(EqualityTagKey.KeyLength);
        _wrapped.Write(KeyPaths.Installation, Source.List()[^1], routing.Span);
        Publish(routing.Span);
        Routing = new EqualityTagKey(routing.Span, Guid.Empty);
    }

    // The line's copy of the routing key: not there after a crash in between, so looked at on each opening.
    private void Publish(ReadOnlySpan<byte> routing)
    {
        string path = $"{KeyPaths.Line}/{KeyPaths.Routing}";
        byte[]? there = _files.ReadAll(path, EqualityTagKey.KeyLength);
        if (there is null || !there.AsSpan().SequenceEqual(routing))
        {
            _files.Replace(path, routing);
        }
    }

    private SecretBytes ReadOrMake(string path, string folder)
    {
        if (_wrapped.Read(path) is { } known)
        {
            return known;
        }
        lock (_changes)
        {
            using IDisposable held = TakeLock();
            if (_wrapped.Read(path) is { } made)
            {
                return made;
            }
            _files.EnsureFolder(folder);
            SecretBytes fresh = SecretBytes.Random(EqualityTagKey.KeyLength);
            _wrapped.Write(path, Source.List()[^1], fresh.Span);
            return fresh;
        }
    }

    private bool HasKeys(Guid tenant, KeyEpoch epoch)
    {
        lock (_gate)
        {
            return _epochs.ContainsKey((tenant, epoch)) || _files.Exists(KeyPaths.WrappedOf(tenant, epoch));
        }
    }

    private void FinishHalf()
    {
        if (_files.Exists(KeyPaths.Destruction))
        {
            _rotation.Finish();
        }
    }

    // Within the gate.
    private void Drop(Guid tenant, KeyEpoch epoch)
    {
        if (_epochs.Remove((tenant, epoch), out EpochKeys? keys))
        {
            keys.Dispose();
        }
    }

    private VaultKeyException Missing(Guid tenant, KeyEpoch epoch) => new(
        _files.Exists(KeyPaths.DestroyedOf(tenant, epoch)) ? KeyFault.EpochDestroyed : KeyFault.EpochMissing,
        $"tenant {tenant}, epoch {epoch}");

    private IDisposable TakeLock()
    {
        try
        {
            return _files.Lock(KeyPaths.Lock);
        }
        catch (DurableException e) when (e.Fault == DurableFault.Locked)
        {
            throw new VaultKeyException(KeyFault.Busy, KeyPaths.Desk, e);
        }
    }
}
