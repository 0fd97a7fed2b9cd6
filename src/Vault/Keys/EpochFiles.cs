// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Keys;

/// <summary>The files of epochs in the keys folder, as <see cref="KeyPaths"/> names them.</summary>
internal sealed class EpochFiles(IDurableFiles files, IRootKeySource source, WrappedFiles wrapped)
{
    private readonly Agreements _agreements = new();

    /// <summary>Makes an epoch's keys, unless they are there. The caller holds the folder's lock, and sees to it that
    /// nobody of this process reads them meanwhile.</summary>
    public void Ensure(Guid tenant, KeyEpoch epoch)
    {
        if (files.Exists(KeyPaths.WrappedOf(tenant, epoch)))
        {
            return;
        }
        files.EnsureFolder(KeyPaths.DeskFolder(tenant));
        (EpochKeys keys, SecretBytes secret) = EpochKeys.Generate(epoch);
        using (secret)
        {
            wrapped.Write(KeyPaths.WrappedOf(tenant, epoch), source.List()[^1], secret.Span);
        }
        WritePublic(tenant, keys);
        keys.Dispose();
    }

    /// <summary>An epoch's keys; null if there are none, or they were destroyed.</summary>
    /// <exception cref="VaultKeyException">They were changed, or the source fails.</exception>
    public EpochKeys? Read(Guid tenant, KeyEpoch epoch)
    {
        string path = KeyPaths.WrappedOf(tenant, epoch);
        using SecretBytes? secret = files.Exists(KeyPaths.DestroyedOf(tenant, epoch)) ? null : wrapped.Read(path);
        if (secret is null)
        {
            return null;
        }
        EpochKeys keys = EpochKeys.TryRead(secret, epoch, _agreements)
            ?? throw new VaultKeyException(KeyFault.KeyTampered, path);
        byte[]? there = files.ReadAll(KeyPaths.PublicOf(tenant, epoch), SealingKey.PointLength);
        if (there is null && files.Exists(KeyPaths.DestroyedOf(tenant, epoch)))
        {
            // Destroyed at this instant; its public key does not come back.
            keys.Dispose();
            return null;
        }
        if (there is null)
        {
            // A crash came between the two files: the public one follows from the private one.
            WritePublic(tenant, keys);
        }
        else if (!there.AsSpan().SequenceEqual(keys.Sealing.Point))
        {
            keys.Dispose();
            throw new VaultKeyException(KeyFault.PublicKeyReplaced, $"tenant {tenant}, epoch {epoch}");
        }
        return keys;
    }

    /// <summary>All epochs, by tenant and time.</summary>
    public List<EpochEntry> List()
    {
        List<EpochEntry> entries = [];
        foreach (DurableEntry folder in files.List(KeyPaths.Desk))
        {
            if (folder.IsFolder && KeyPaths.TryTenant(folder.Name, out Guid tenant))
            {
                foreach (DurableEntry file in files.List(KeyPaths.DeskFolder(tenant)))
                {
                    if (KeyPaths.TryEpoch(file.Name, KeyPaths.Wrapped, out KeyEpoch epoch)
                        && !files.Exists(KeyPaths.DestroyedOf(tenant, epoch)))
                    {
                        RootGeneration? root = wrapped.GenerationOf(KeyPaths.WrappedOf(tenant, epoch));
                        entries.Add(new EpochEntry(tenant, epoch, IsDestroyed: false, root));
                    }
                    else if (KeyPaths.TryEpoch(file.Name, KeyPaths.Destroyed, out epoch))
                    {
                        entries.Add(new EpochEntry(tenant, epoch, IsDestroyed: true, null));
                    }
                }
            }
        }
        return entries;
    }

    private void WritePublic(Guid tenant, EpochKeys keys)
    {
        files.EnsureFolder(KeyPaths.LineFolder(tenant));
        files.Replace(KeyPaths.PublicOf(tenant, keys.Sealing.Epoch), keys.Sealing.Point);
    }
}
