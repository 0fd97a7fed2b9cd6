// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Sandboxing;

/// <summary>Reads at most so many octets of a stream, then says that it ended, and remembers that there was
/// more.</summary>
internal sealed class CappedStream(Stream inner, long bytes) : Stream
{
    private long _left = bytes;

    /// <summary>True once more came than was allowed.</summary>
    public bool Overflowed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Overflowed || buffer.IsEmpty)
        {
            return 0;
        }

        int count = await inner.ReadAsync(buffer, cancellationToken);
        _left -= count;
        Overflowed = _left < 0;
        return Overflowed ? 0 : count;
    }

    /// <summary>Reads and forgets what is left, up to the cap.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        byte[] buffer = new byte[16 << 10];
        while (await ReadAsync(buffer, cancellation) > 0)
        {
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
