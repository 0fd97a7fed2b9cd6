// SPDX-License-Identifier: Apache-2.0
using System.Threading.RateLimiting;
using Hermetic.Server.Features.Access;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Http;

/// <summary>How much may be asked of the API. All are our limits: far above what people and their programs do, and low
/// enough that one of them does not take the server from the others.</summary>
internal sealed record ApiLimits
{
    /// <summary>Requests of one account at once: our limit, a screen full of pages.</summary>
    public int CallerBurstMax { get; init; } = 400;

    /// <summary>Requests of one account each second: our limit.</summary>
    public int CallerPerSecondMax { get; init; } = 100;

    /// <summary>Requests of one practice at once: our limit.</summary>
    public int TenantBurstMax { get; init; } = 2000;

    /// <summary>Requests of one practice each second: our limit.</summary>
    public int TenantPerSecondMax { get; init; } = 1000;

    /// <summary>Requests of one account under way together: our limit; event streams are among them.</summary>
    public int CallerAtOnceMax { get; init; } = 64;
}

/// <summary>Lets so many requests of an account and of a practice through, and tells the others when to come
/// again.</summary>
internal sealed class RateLimits(ApiLimits limits) : IEndpointFilter, IDisposable
{
    private const int RetryAfterSeconds = 1; // our choice where nothing says when a place will be free

    private readonly PartitionedRateLimiter<Caller> _limiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<Caller, Guid>(caller => RateLimitPartition.GetConcurrencyLimiter(
            caller.Account, _ => new ConcurrencyLimiterOptions { PermitLimit = limits.CallerAtOnceMax })),
        PartitionedRateLimiter.Create<Caller, Guid>(caller => Bucket(
            caller.Account, limits.CallerBurstMax, limits.CallerPerSecondMax)),
        PartitionedRateLimiter.Create<Caller, Guid>(caller => Bucket(
            caller.Tenant ?? Guid.Empty, limits.TenantBurstMax, limits.TenantPerSecondMax)));

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(Caller.Of(context.HttpContext));
        if (!lease.IsAcquired)
        {
            throw new ProblemException(ProblemCode.TooMany)
            {
                RetryAfterSeconds = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait)
                    ? Math.Max((int)Math.Ceiling(wait.TotalSeconds), 1) : RetryAfterSeconds,
            };
        }

        return await next(context).ConfigureAwait(false);
    }

    public void Dispose() => _limiter.Dispose();

    private static RateLimitPartition<Guid> Bucket(Guid whose, int burst, int perSecond) =>
        RateLimitPartition.GetTokenBucketLimiter(whose, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        });
}
