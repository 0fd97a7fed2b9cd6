// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hermetic.Ledger.Notes;

namespace Hermetic.Ledger.Tree;

/// <summary>A SHA-256 hash in the tree: of a leaf, of a node, or the root.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct TreeHash : IEquatable<TreeHash>
{
    /// <summary>Bytes of a hash.</summary>
    public const int Bytes = 32;

    /// <summary>Root of the tree without leaves: SHA-256 of nothing (RFC 6962 §2.1).</summary>
    public static readonly TreeHash Empty = new(SHA256.HashData([]));

    // Our limit: above this an entry is hashed through a buffer from the pool and not from the stack.
    private const int StackBytesMax = 1024;
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <param name="bytes">Exactly 32.</param>
    public TreeHash(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes[..Bytes]);
        (_a, _b, _c, _d) = (words[0], words[1], words[2], words[3]);
    }

    /// <summary>Hash of a leaf: 0x00 stands before the entry (RFC 6962 §2.1).</summary>
    public static TreeHash OfLeaf(ReadOnlySpan<byte> entry)
    {
        if (entry.Length < StackBytesMax)
        {
            Span<byte> input = stackalloc byte[entry.Length + 1];
            input[0] = LeafPrefix;
            entry.CopyTo(input[1..]);
            return OfBytes(input);
        }
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([LeafPrefix]);
        hash.AppendData(entry);
        Span<byte> result = stackalloc byte[Bytes];
        hash.GetHashAndReset(result);
        return new TreeHash(result);
    }

    /// <summary>Hash of a node over its two children: 0x01 stands before them (RFC 6962 §2.1).</summary>
    public static TreeHash OfNode(in TreeHash left, in TreeHash right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Bytes)];
        input[0] = NodePrefix;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Bytes)..]);
        return OfBytes(input);
    }

    /// <summary>The hash in 44 characters of base64; false if <paramref name="text"/> is anything else.</summary>
    public static bool TryParse(string text, out TreeHash hash)
    {
        bool fits = Base64Text.TryDecode(text, out byte[] bytes) && bytes.Length == Bytes;
        hash = fits ? new TreeHash(bytes) : default;
        return fits;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> target) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<TreeHash>(in this)).CopyTo(target);

    public bool Equals(TreeHash other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override bool Equals(object? obj) => obj is TreeHash other && Equals(other);

    public override int GetHashCode() => _a.GetHashCode();

    /// <summary>Base64, as checkpoints and proofs write it.</summary>
    public override string ToString() =>
        Convert.ToBase64String(MemoryMarshal.AsBytes(new ReadOnlySpan<TreeHash>(in this)));

    public static bool operator ==(TreeHash left, TreeHash right) => left.Equals(right);

    public static bool operator !=(TreeHash left, TreeHash right) => !left.Equals(right);

    private static TreeHash OfBytes(ReadOnlySpan<byte> input)
    {
        Span<byte> result = stackalloc byte[Bytes];
        SHA256.HashData(input, result);
        return new TreeHash(result);
    }
}
