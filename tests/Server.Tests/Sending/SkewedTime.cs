// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Time.Testing;

namespace Hermetic.Server.Tests.Sending;

/// <summary>Simulated time whose wall clock may be set, as operators do, while time itself goes on.</summary>
internal sealed class SkewedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <summary>How wrong the wall clock is.</summary>
    public TimeSpan Skew { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Skew;
}
