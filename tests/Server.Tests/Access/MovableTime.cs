// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Tests.Access;

/// <summary>A clock that stands until a test puts it forward; timers run as ever.</summary>
internal sealed class MovableTime : TimeProvider
{
    private long _ticks = System.GetUtcNow().UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
