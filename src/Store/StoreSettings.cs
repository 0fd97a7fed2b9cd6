// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>Limits of a store. All are our limits; each says why.</summary>
public sealed record StoreSettings
{
    private readonly int _busyTimeoutMs = 5000;
    private readonly int _batchMax = 128;
    private readonly int _queueMax = 4096;
    private readonly int _lanes = 4;

    /// <summary>How long a statement waits for somebody else's lock: our limit is well below the time for which a
    /// sender waits for our answer (T.30 §5.4.3.1, T4: 3 s, three tries). 100 to 60,000 ms.</summary>
    public int BusyTimeoutMs
    {
        get => _busyTimeoutMs;
        init => _busyTimeoutMs = Between(value, 100, 60_000);
    }

    /// <summary>Operations that share one transaction and its flush, at most: our limit, so that one caller never waits
    /// for more than a fraction of a second of others' work. 1 to 10,000.</summary>
    public int BatchMax
    {
        get => _batchMax;
        init => _batchMax = Between(value, 1, 10_000);
    }

    /// <summary>Operations that may wait for a writer; the next caller waits for a place. Our limit on memory. 1 to
    /// 1,000,000.</summary>
    public int QueueMax
    {
        get => _queueMax;
        init => _queueMax = Between(value, 1, 1_000_000);
    }

    /// <summary>Writers on PostgreSQL, each with a connection and its share of the tenants (SQLite has one): our
    /// default keeps some at work while others flush. 1 to 64.</summary>
    public int PostgreSqlLanes
    {
        get => _lanes;
        init => _lanes = Between(value, 1, 64);
    }

    /// <summary>Pages of the SQLite file, at most; null for SQLite's own limit. A cap on disk use, met as
    /// <see cref="StoreFault.Full"/>.</summary>
    public int? SqlitePagesMax { get; init; }

    private static int Between(int value, int least, int most) =>
        value >= least && value <= most ? value : throw new ArgumentOutOfRangeException(nameof(value));
}
