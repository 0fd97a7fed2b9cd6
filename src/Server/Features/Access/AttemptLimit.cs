// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Features.Access;

/// <summary>How often one address may try to show who it is. Counts in memory: the back-off of an account is in the
/// database, this is only against a crowd of guesses from one place.</summary>
internal sealed class AttemptLimit(TimeProvider time)
{
    /// <summary>Our limit: a practice behind one address signs in more slowly than that, a guesser does not get far.
    /// A sixth of a second each, on average.</summary>
    public const int AttemptsMax = 60;

    /// <summary>Our choice: the time in which they are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // Our limit on memory; when it is full the counts begin anew, and each account's own back-off goes on.
    private const int AddressesMax = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset From)> _counts = [];

    /// <summary>Counts an attempt; true if it may go on.</summary>
    public bool TryTake(IPAddress? address)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            if (_counts.Count >= AddressesMax)
            {
                _counts.Clear();
            }

            string key = Key(address);
            (int count, DateTimeOffset from) = _counts.GetValueOrDefault(key, (0, now));
            if (now - from >= Window || now < from)
            {
                (count, from) = (0, now);
            }

            _counts[key] = (count + 1, from);
            return count < AttemptsMax;
        }
    }

    /// <summary>Counts an attempt of a request.</summary>
    /// <exception cref="ProblemException">There were too many.</exception>
    public void Take(HttpContext http)
    {
        if (!TryTake(http.Connection.RemoteIpAddress))
        {
            throw new ProblemException(ProblemCode.TooManyAttempts)
            {
                RetryAfterSeconds = (int)Window.TotalSeconds,
            };
        }
    }

    // Of IPv6 somebody has a whole /64 at least.
    private static string Key(IPAddress? address)
    {
        if (address is null || address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            || address.IsIPv4MappedToIPv6)
        {
            return address?.MapToIPv4().ToString() ?? "";
        }

        return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
    }
}

/// <summary>Where people show who they are.</summary>
internal static class AttemptFilter
{
    /// <summary>Each request to it is an attempt, and counts.</summary>
    public static RouteHandlerBuilder CountAttempts(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter((context, next) =>
        {
            context.HttpContext.RequestServices.GetRequiredService<AttemptLimit>().Take(context.HttpContext);
            return next(context);
        });
}
