// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.TestKit.Simulation;

/// <summary>The system's clock, so many times as fast: calls of half a minute pass in seconds, over real
/// sockets.</summary>
public sealed class FastTime(int speed) : TimeProvider
{
    private readonly long _origin = System.GetTimestamp();
    private readonly DateTimeOffset _utc = System.GetUtcNow();

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => (System.GetTimestamp() - _origin) * speed;

    public override DateTimeOffset GetUtcNow() => _utc + GetElapsedTime(0);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Faster(dueTime), Faster(period));

    private TimeSpan Faster(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / speed;
}
