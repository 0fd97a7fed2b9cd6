// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace Hermetic.Documents.Raster;

/// <summary>The lesser and the greater of two rows, pel by pel.</summary>
internal static class Spans
{
    public static void KeepLess(Span<byte> kept, ReadOnlySpan<byte> other)
    {
        int i = 0;
        for (; i <= kept.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Min(new Vector<byte>(kept[i..]), new Vector<byte>(other[i..])).CopyTo(kept[i..]);
        }

        for (; i < kept.Length; i++)
        {
            kept[i] = Math.Min(kept[i], other[i]);
        }
    }

    public static void KeepMore(Span<byte> kept, ReadOnlySpan<byte> other)
    {
        int i = 0;
        for (; i <= kept.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Max(new Vector<byte>(kept[i..]), new Vector<byte>(other[i..])).CopyTo(kept[i..]);
        }

        for (; i < kept.Length; i++)
        {
            kept[i] = Math.Max(kept[i], other[i]);
        }
    }
}
