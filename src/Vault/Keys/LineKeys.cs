// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Keys;

/// <summary>The keys of the line role: public keys, and the key of the routing tags. It is made from the folder
/// keys/line alone, so a line can run where nothing else of the vault is. Safe to use from several threads.</summary>
/// <remarks>Who can write into that folder can put in a public key of his own: it must be writable by the desk alone.
/// The desk compares each public key with its private one when it first uses it.</remarks>
public sealed class LineKeys : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid Tenant, KeyEpoch Epoch), SealingKey> _keys = [];
    private readonly IDurableFiles _folder;

    /// <param name="folder">The folder keys/line of a data folder, or a copy of it. It is only read.</param>
    /// <exception cref="VaultKeyException">It has no routing key.</exception>
    public LineKeys(IDurableFiles folder)
    {
        _folder = folder;
        byte[]? routing = folder.ReadAll(KeyPaths.Routing, EqualityTagKey.KeyLength);
        if (routing?.Length != EqualityTagKey.KeyLength)
        {
            throw new VaultKeyException(KeyFault.EpochMissing, "the routing of dialled numbers");
        }
        Routing = new EqualityTagKey(routing, Guid.Empty);
    }

    /// <summary>Tags of dialled numbers, by which the line finds whose a number is.</summary>
    public EqualityTagKey Routing { get; }

    /// <summary>The key that a fax received now is sealed to: the epoch of this month, or the newest before it if the
    /// desk has not made that yet.</summary>
    /// <exception cref="VaultKeyException">There is none: such a fax can not be received.</exception>
    public SealingKey At(Guid tenant, ushort retentionClass, DateTimeOffset now)
    {
        KeyEpoch wanted = KeyEpoch.At(now, retentionClass);
        lock (_gate)
        {
            if (_keys.TryGetValue((tenant, wanted), out SealingKey? key))
            {
                return key;
            }
            KeyEpoch? epoch = Epochs(tenant)
                .Where(one => one.RetentionClass == retentionClass && one.Encoded <= wanted.Encoded)
                .OrderByDescending(one => one.Encoded)
                .Select(one => (KeyEpoch?)one)
                .FirstOrDefault();
            return epoch is { } found
                ? Read(tenant, found)
                : throw new VaultKeyException(KeyFault.EpochMissing, $"tenant {tenant}, epoch {wanted}");
        }
    }

    /// <summary>Forgets what was read, so that destroyed and new epochs are noticed.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            // Not disposed: another thread may seal with one right now, and a public key is no secret.
            _keys.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Refresh();
        Routing.Dispose();
    }

    private IEnumerable<KeyEpoch> Epochs(Guid tenant)
    {
        if (!_folder.Exists(tenant.ToString()))
        {
            yield break;
        }
        foreach (DurableEntry file in _folder.List(tenant.ToString()))
        {
            if (KeyPaths.TryEpoch(file.Name, KeyPaths.Public, out KeyEpoch epoch))
            {
                yield return epoch;
            }
        }
    }

    private SealingKey Read(Guid tenant, KeyEpoch epoch)
    {
        if (_keys.TryGetValue((tenant, epoch), out SealingKey? known))
        {
            return known;
        }
        string path = $"{tenant}/{epoch}{KeyPaths.Public}";
        byte[]? point = _folder.ReadAll(path, SealingKey.PointLength);
        SealingKey key = SealingKey.TryImport(point, epoch)
            ?? throw new VaultKeyException(KeyFault.KeyTampered, path);
        _keys.Add((tenant, epoch), key);
        return key;
    }
}
