// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Durable;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Keys;

// keys/desk/destruction: one line with the newest root key at that time, then one line for each epoch: TENANT EPOCH

/// <summary>Rotation and destruction. Every step can be done twice, so that whoever opens the folder after a crash does
/// them all again. The caller holds the lock.</summary>
internal sealed class KeyRotation(IDurableFiles files, IRootKeySource source, WrappedFiles wrapped)
{
    /// <summary>Our limit: a list of some twenty thousand epochs at once.</summary>
    private const int IntentBytesMax = 1 << 20;

    /// <summary>From here on the destruction happens, whatever is cut.</summary>
    public void Intend(IEnumerable<(Guid Tenant, KeyEpoch Epoch)> epochs)
    {
        StringBuilder text = new();
        text.Append(source.List()[^1]).Append('\n');
        foreach ((Guid tenant, KeyEpoch epoch) in epochs)
        {
            text.Append(tenant).Append(' ').Append(epoch).Append('\n');
        }
        if (text.Length > IntentBytesMax)
        {
            throw new ArgumentException("too many epochs to destroy at once: destroy them in parts", nameof(epochs));
        }
        files.Replace(KeyPaths.Destruction, Encoding.ASCII.GetBytes(text.ToString()));
    }

    /// <summary>Throws unless the source holds a root key that this folder is wrapped by.</summary>
    public void Check()
    {
        RootGeneration[] held = [.. source.List()];
        foreach (string path in wrapped.Under(KeyPaths.Desk))
        {
            if (wrapped.GenerationOf(path) is { } generation && !held.Contains(generation))
            {
                // A rotation makes the next number: which of the two is the older copy shows in it.
                KeyFault fault = generation.Number > held[^1].Number ? KeyFault.RootOutdated
                    : generation.Number < held[0].Number ? KeyFault.FolderOutdated
                    : KeyFault.WrongRoot;
                throw new VaultKeyException(fault,
                    $"{source.Description} holds root key {string.Join(", ", held)}, but {path} is wrapped by root "
                    + $"key {generation}");
            }
        }
    }

    /// <summary>Does what is left of a destruction and of a rotation; the root key that wraps everything
    /// afterwards.</summary>
    public RootGeneration Finish()
    {
        bool destroying = Carry();
        RootGeneration newest = source.List()[^1];
        foreach (string path in wrapped.Under(KeyPaths.Desk).ToArray())
        {
            wrapped.Rewrap(path, newest);
        }
        foreach (RootGeneration old in source.List().Where(generation => generation != newest))
        {
            source.Destroy(old);
        }
        if (destroying)
        {
            files.Delete(KeyPaths.Destruction);
            files.FlushFolder(KeyPaths.Desk);
        }
        return newest;
    }

    private bool Carry()
    {
        if (files.ReadAll(KeyPaths.Destruction, IntentBytesMax) is not { } bytes)
        {
            return false;
        }
        string[] lines = Encoding.ASCII.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || !RootGeneration.TryParse(lines[0], out RootGeneration before))
        {
            throw new VaultKeyException(KeyFault.KeyTampered, KeyPaths.Destruction);
        }
        foreach (string line in lines[1..])
        {
            string[] words = line.Split(' ');
            if (words.Length != 2 || !KeyPaths.TryTenant(words[0], out Guid tenant)
                || !KeyEpoch.TryParse(words[1], out KeyEpoch epoch))
            {
                throw new VaultKeyException(KeyFault.KeyTampered, KeyPaths.Destruction);
            }
            Destroy(tenant, epoch);
        }
        if (source.List()[^1] == before)
        {
            source.Create();
        }
        return true;
    }

    private void Destroy(Guid tenant, KeyEpoch epoch)
    {
        files.EnsureFolder(KeyPaths.DeskFolder(tenant));
        files.Replace(KeyPaths.DestroyedOf(tenant, epoch), []);
        Delete(KeyPaths.PublicOf(tenant, epoch));
        Delete(KeyPaths.WrappedOf(tenant, epoch));
    }

    private void Delete(string path)
    {
        if (files.Exists(path))
        {
            files.Delete(path);
        }
        string folder = DurablePath.Parent(path);
        if (files.Exists(folder))
        {
            files.FlushFolder(folder);
        }
    }
}
