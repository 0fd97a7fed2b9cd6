// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Hermetic.Store;

/// <summary>What callers must keep to, checked before a database sees it. Messages name the field and no
/// value.</summary>
internal static class FieldCheck
{
    /// <summary>Bytes of a keyed tag, and of a SHA-256.</summary>
    public const int TagBytes = 32;

    /// <summary>Bytes of a sealed field: our limit. A number or a name takes a few hundred; pages belong in
    /// blobs.</summary>
    public const int SealedBytesMax = 64 << 10;

    public static void Tag(byte[]? tag, [CallerArgumentExpression(nameof(tag))] string? name = null)
    {
        if (tag is not null && tag.Length != TagBytes)
        {
            throw new ArgumentException($"{name} has 32 bytes, not {tag.Length}", name);
        }
    }

    public static void Sealed(byte[]? field, [CallerArgumentExpression(nameof(field))] string? name = null)
    {
        if (field is { Length: 0 or > SealedBytesMax })
        {
            throw new ArgumentException($"{name} has 1 to {SealedBytesMax} bytes, not {field.Length}", name);
        }
    }

    public static void Count(long count, long least, long most,
        [CallerArgumentExpression(nameof(count))] string? name = null)
    {
        if (count < least || count > most)
        {
            throw new ArgumentOutOfRangeException(name, $"{name} is {least} to {most}");
        }
    }
}
