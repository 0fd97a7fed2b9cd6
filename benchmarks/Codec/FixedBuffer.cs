// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace Hermetic.Benchmarks.Codec;

/// <summary>A buffer writer that never grows, written over on each run.</summary>
internal sealed class FixedBuffer(int size) : IBufferWriter<byte>
{
    private readonly byte[] bytes = new byte[size];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => bytes.AsMemory(Length);

    public Span<byte> GetSpan(int sizeHint = 0) => bytes.AsSpan(Length);
}
