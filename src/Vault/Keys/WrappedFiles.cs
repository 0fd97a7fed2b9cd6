// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using Hermetic.Durable;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Keys;

//   0  "HKEY"
//   4  version 1, three zeros
//   8  root generation: number (4), id (8)
//  20  what the root key source wrapped, about "hermetic wrapped key 1" and the file's path

/// <summary>Files of the keys folder that hold a secret, wrapped by a root key. A file moved to another name does not
/// unwrap.</summary>
internal sealed class WrappedFiles(IDurableFiles files, IRootKeySource source)
{
    private const int HeaderLength = 20;
    private const int NumberAt = 8;
    private const int IdAt = 12;

    /// <summary>Our limit: far above the largest secret that we wrap.</summary>
    private const int FileBytesMax = 4096;

    private static ReadOnlySpan<byte> Magic => "HKEY\x01\0\0\0"u8;

    public void Write(string path, RootGeneration generation, ReadOnlySpan<byte> secret)
    {
        byte[] wrapped = source.Wrap(generation, secret, About(path));
        byte[] bytes = new byte[HeaderLength + wrapped.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(NumberAt), generation.Number);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(IdAt), generation.Id);
        wrapped.CopyTo(bytes, HeaderLength);
        files.Replace(path, bytes);
    }

    /// <summary>The secret, or null if there is no such file.</summary>
    public SecretBytes? Read(string path)
    {
        byte[]? bytes = files.ReadAll(path, FileBytesMax);
        while (bytes is not null)
        {
            RootGeneration generation = GenerationOf(bytes, path);
            try
            {
                return source.Unwrap(generation, bytes.AsSpan(HeaderLength), About(path))
                    ?? throw new VaultKeyException(KeyFault.KeyTampered, path);
            }
            catch (VaultKeyException e) when (e.Fault == KeyFault.WrongRoot)
            {
                // A rotation by another process may have come between reading the file and using its root key.
                bytes = files.ReadAll(path, FileBytesMax);
                if (bytes is not null && GenerationOf(bytes, path) == generation)
                {
                    throw;
                }
            }
        }
        return null;
    }

    /// <summary>The root key that wraps a file, or null if there is no such file.</summary>
    public RootGeneration? GenerationOf(string path) =>
        files.ReadAll(path, FileBytesMax) is { } bytes ? GenerationOf(bytes, path) : null;

    /// <summary>Wraps a file's secret anew; the old file or the new one is there at every instant.</summary>
    public void Rewrap(string path, RootGeneration to)
    {
        if (GenerationOf(path) != to)
        {
            using SecretBytes? secret = Read(path);
            if (secret is not null)
            {
                Write(path, to, secret.Span);
            }
        }
    }

    /// <summary>All wrapped files of a folder and below.</summary>
    public IEnumerable<string> Under(string folder)
    {
        foreach (DurableEntry entry in files.List(folder))
        {
            string path = DurablePath.Join(folder, entry.Name);
            if (entry.IsFolder)
            {
                foreach (string below in Under(path))
                {
                    yield return below;
                }
            }
            else if (entry.Name.EndsWith(KeyPaths.Wrapped, StringComparison.Ordinal))
            {
                yield return path;
            }
        }
    }

    private static RootGeneration GenerationOf(ReadOnlySpan<byte> bytes, string path) =>
        bytes.Length > HeaderLength && bytes[..Magic.Length].SequenceEqual(Magic)
            ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes[NumberAt..]),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[IdAt..]))
            : throw new VaultKeyException(KeyFault.KeyTampered, path);

    private static byte[] About(string path) => Encoding.UTF8.GetBytes("hermetic wrapped key 1 " + path);
}
