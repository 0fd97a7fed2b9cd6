// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Tests.Access;

/// <summary>The system's clock, put forward by a test: timers run as ever, only what time it is changes.</summary>
internal sealed class MovableTime : TimeProvider
{
    private long _ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
