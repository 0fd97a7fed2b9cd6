// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Ledger.Log;

/// <summary>Limits of a log. All are our limits; each says why.</summary>
public sealed record LedgerSettings
{
    private readonly TimeSpan _integrationInterval = TimeSpan.FromMilliseconds(500);
    private readonly TimeSpan _reopenInterval = TimeSpan.FromSeconds(5);
    private readonly int _segmentBytes = 8 << 20;
    private readonly int _batchBytesMax = 4 << 20;
    private readonly int _pendingBytesMax = 64 << 20;
    private readonly int _queueMax = 16_384;

    /// <summary>How often appended entries are put into the tree: our default is half a second, so that they are there
    /// within one. 10 ms to 60 s.</summary>
    public TimeSpan IntegrationInterval
    {
        get => _integrationInterval;
        init => _integrationInterval = value >= TimeSpan.FromMilliseconds(10) && value <= TimeSpan.FromMinutes(1)
            ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>How often a log whose write failed is tried to be opened again: our default lets a disk be written to
    /// in peace, and is over before a caller has dialled again. 10 ms to an hour.</summary>
    public TimeSpan ReopenInterval
    {
        get => _reopenInterval;
        init => _reopenInterval = value >= TimeSpan.FromMilliseconds(10) && value <= TimeSpan.FromHours(1)
            ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>A journal segment is followed by a new one beyond this: our default keeps what is read at a start
    /// small. 4 KiB to 64 MiB.</summary>
    public int SegmentBytes
    {
        get => _segmentBytes;
        init => _segmentBytes = Between(value, 4096, 64 << 20);
    }

    /// <summary>Bytes of entries in one group commit: our limit, so that one flush stays short. 64 KiB to 16 MiB:
    /// the largest entry has to fit.</summary>
    public int BatchBytesMax
    {
        get => _batchBytesMax;
        init => _batchBytesMax = Between(value, 2 << 16, 16 << 20);
    }

    /// <summary>Bytes of entries that may wait for the tree: our limit on memory. Beyond it a commit integrates
    /// first. 128 KiB to 128 MiB.</summary>
    public int PendingBytesMax
    {
        get => _pendingBytesMax;
        init => _pendingBytesMax = Between(value, 2 << 16, 128 << 20);
    }

    /// <summary>Appends that may wait for their commit; the next one waits for a place. Our limit on memory. 1 to
    /// 1,000,000.</summary>
    public int QueueMax
    {
        get => _queueMax;
        init => _queueMax = Between(value, 1, 1_000_000);
    }

    private static int Between(int value, int low, int high) =>
        value >= low && value <= high ? value : throw new ArgumentOutOfRangeException(nameof(value));
}
