// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;

namespace Hermetic.Fuzzing.Targets.Tiff;

/// <summary>A file of some kilobytes that is nowhere on a disk.</summary>
internal sealed class FileInMemory : IDurableFile
{
    private readonly MemoryStream octets = new();

    public long Length => octets.Length;

    public byte[] ToArray() => octets.ToArray();

    public int Read(long offset, Span<byte> buffer)
    {
        octets.Position = offset;
        return octets.Read(buffer);
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        octets.Position = offset;
        octets.Write(bytes);
    }

    public void Truncate(long length) => octets.SetLength(length);

    public void Flush()
    {
        // Memory is all there is.
    }

    public void Dispose() => octets.Dispose();
}
