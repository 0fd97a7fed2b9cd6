// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Hermetic.Durable;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Keys;

// # how to back it up, for people
// hermetic-root-keys 1
// generation 0001-9f86d081884c7d65 64 hexadecimal digits
//
// The id in a generation's name is made from its key and number, so that a damaged line is known.

/// <summary>Root keys in a file outside the data folder, readable by its owner only. A destroyed key is overwritten
/// where the file lay; what the medium keeps of overwritten blocks is beyond us, and so are copies of the file: a token
/// is final where a file is only careful.</summary>
public sealed class KeyFileSource : IRootKeySource
{
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>Our limit: two generations are the rule, more an accident.</summary>
    private const int FileBytesMax = 64 << 10;

    private readonly Lock _gate = new();
    private readonly IDurableFiles _files;
    private readonly string _name;

    /// <param name="files">The folder of the key file.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="description">Its path, for messages.</param>
    public KeyFileSource(IDurableFiles files, string name, string description) =>
        (_files, _name, Description) = (files, name, description);

    /// <inheritdoc/>
    public string Description { get; }

    /// <summary>What to tell the operator at the first run and after every rotation.</summary>
    public string BackupText => $"""
        The root key of this installation is in {Description}
        Without it nothing in the data folder can ever be opened, by you or by anybody.
        1. Copy this file now to a place that no backup of the data folder reaches: paper, a safe, another system.
        2. Copy it again after every rotation and every destruction of keys, and destroy the older copies: who has an
           old copy and an old backup of the data folder can open what was destroyed since.
        3. Never put it into the data folder, nor into the same backup.
        """;

    private static ReadOnlySpan<byte> FirstLine => "hermetic-root-keys 1"u8;

    /// <summary>A key file of the disk, checked: outside the data folder, ours, and nobody else's to read.</summary>
    /// <exception cref="VaultKeyException">It is not so.</exception>
    public static KeyFileSource Open(string path, string dataFolder)
    {
        string full = KeyFileRules.Check(path, dataFolder);
        return new KeyFileSource(new DiskFiles(Path.GetDirectoryName(full)!), Path.GetFileName(full), full);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RootGeneration> List()
    {
        using KeyLines lines = Read();
        return [.. lines.Keys.Select(line => line.Generation)];
    }

    /// <inheritdoc/>
    public RootGeneration Create()
    {
        lock (_gate)
        {
            using KeyLines lines = Read();
            SecretBytes key = SecretBytes.Random(KeyLength);
            uint number = lines.Keys.Count == 0 ? 1 : lines.Keys[^1].Generation.Number + 1;
            RootGeneration generation = new(number, IdOf(number, key.Span));
            lines.Keys.Add((generation, key));
            Write(lines);
            return generation;
        }
    }

    /// <inheritdoc/>
    public void Destroy(RootGeneration generation)
    {
        lock (_gate)
        {
            using KeyLines lines = Read();
            int at = lines.Keys.FindIndex(line => line.Generation == generation);
            if (at < 0)
            {
                return;
            }
            lines.Keys[at].Key.Dispose();
            lines.Keys.RemoveAt(at);
            Guarded(() =>
            {
                using IDurableFile old = _files.Open(_name, DurableOpen.Existing);
                Write(lines);
                // The old file has no name any more, but its blocks are still there.
                old.Write(0, new byte[old.Length]);
                old.Flush();
            });
        }
    }

    /// <inheritdoc/>
    public byte[] Wrap(RootGeneration generation, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> about)
    {
        using KeyLines lines = Read();
        using AesGcm aes = new(Find(lines, generation), TagLength);
        byte[] wrapped = new byte[NonceLength + secret.Length + TagLength];
        Span<byte> nonce = wrapped.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        aes.Encrypt(nonce, secret, wrapped.AsSpan(NonceLength, secret.Length), wrapped.AsSpan(^TagLength), about);
        return wrapped;
    }

    /// <inheritdoc/>
    public SecretBytes? Unwrap(RootGeneration generation, ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> about)
    {
        using KeyLines lines = Read();
        using AesGcm aes = new(Find(lines, generation), TagLength);
        int length = wrapped.Length - NonceLength - TagLength;
        if (length < 0)
        {
            return null;
        }
        SecretBytes secret = new(length);
        try
        {
            aes.Decrypt(wrapped[..NonceLength], wrapped.Slice(NonceLength, length), wrapped[^TagLength..],
                secret.Span, about);
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            secret.Dispose();
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Keys are read for each use and zeroed after it: nothing is held between.
    }

    private static ulong IdOf(uint number, ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"hermetic root key id 1 {number}"), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    private ReadOnlySpan<byte> Find(KeyLines lines, RootGeneration generation)
    {
        SecretBytes? key = lines.Keys.Find(line => line.Generation == generation).Key;
        return key is not null
            ? key.Span
            : throw new VaultKeyException(KeyFault.WrongRoot, $"{Description} does not hold root key {generation}");
    }

    private KeyLines Read()
    {
        // A rotation overwrites the old file, perhaps while we read it: in this process not, and once more because of
        // another.
        lock (_gate)
        {
            return TryRead() ?? TryRead() ?? throw new VaultKeyException(KeyFault.FileDamaged, Description);
        }
    }

    private KeyLines? TryRead()
    {
        byte[]? bytes = Guarded(() => _files.ReadAll(_name, FileBytesMax));
        KeyLines lines = new();
        try
        {
            if (bytes is not null && !TryParse(bytes, lines))
            {
                lines.Dispose();
                return null;
            }
            return lines;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> bytes, KeyLines lines)
    {
        bool begun = false;
        foreach (Range range in bytes.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = bytes[range];
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }
            if (!begun)
            {
                begun = line.SequenceEqual(FirstLine);
                if (!begun)
                {
                    return false;
                }
                continue;
            }
            if (!TryParseLine(line, lines))
            {
                return false;
            }
        }
        return begun;
    }

    private static bool TryParseLine(ReadOnlySpan<byte> line, KeyLines lines)
    {
        ReadOnlySpan<byte> word = "generation "u8;
        int hex = line.Length - (2 * KeyLength);
        if (!line.StartsWith(word) || hex <= word.Length + 1 || line[hex - 1] != ' '
            || !RootGeneration.TryParse(Encoding.ASCII.GetString(line[word.Length..(hex - 1)]), out RootGeneration name)
            || (lines.Keys.Count > 0 && lines.Keys[^1].Generation.Number >= name.Number))
        {
            return false;
        }
        SecretBytes key = new(KeyLength);
        lines.Keys.Add((name, key));
        return Convert.FromHexString(line[hex..], key.Span, out _, out int written) == OperationStatus.Done
            && written == KeyLength && IdOf(name.Number, key.Span) == name.Id;
    }

    private void Write(KeyLines lines)
    {
        StringBuilder head = new();
        foreach (string line in BackupText.Split('\n'))
        {
            head.Append("# ").Append(line.TrimEnd()).Append('\n');
        }
        head.Append(Encoding.ASCII.GetString(FirstLine)).Append('\n');
        using SecretBytes text = new(Encoding.UTF8.GetByteCount(head.ToString()) + (lines.Keys.Count * 128));
        int at = Encoding.UTF8.GetBytes(head.ToString(), text.Span);
        foreach ((RootGeneration generation, SecretBytes key) in lines.Keys)
        {
            at += Encoding.ASCII.GetBytes($"generation {generation} ", text.Span[at..]);
            Convert.TryToHexStringLower(key.Span, text.Span[at..], out int written);
            at += written;
            text.Span[at++] = (byte)'\n';
        }
        int length = at;
        Guarded(() => _files.Replace(_name, text.Span[..length]));
    }

    private void Guarded(Action action) => Guarded(() =>
    {
        action();
        return true;
    });

    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (DurableException e)
        {
            throw new VaultKeyException(KeyFault.FileUnusable, $"{Description} ({e.Message})", e);
        }
    }

    private sealed class KeyLines : IDisposable
    {
        public List<(RootGeneration Generation, SecretBytes Key)> Keys { get; } = [];

        public void Dispose() => Keys.ForEach(line => line.Key.Dispose());
    }
}
