// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features;

/// <summary>Times as rows hold them, in whole milliseconds: the first answer says what all others will.</summary>
internal static class StoredTime
{
    public static DateTimeOffset GetStoredNow(this TimeProvider time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
