// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Net;
using Hermetic.Server.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Http;

/// <summary>Answers only under the names that this server has, and says nothing under any other: against a page of
/// somebody's whose name was pointed at us after it was loaded (DNS rebinding), and that the browser then takes for
/// ours.</summary>
internal static class HostGuard
{
    /// <summary>Stands before everything.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="settings">The names; those of loopback and the addresses that are listened on are always
    /// good.</param>
    public static void UseHostGuard(this IApplicationBuilder app, HttpSettings settings)
    {
        FrozenSet<string> names = settings.Hosts.Append("localhost").ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        app.Use((http, next) =>
        {
            if (IsOurs(names, settings, http))
            {
                return next(http);
            }

            // RFC 9110 §15.5.20 and §7.2: misdirected, or no name at all. Without a word of content.
            http.Response.StatusCode = http.Request.Host.HasValue
                ? StatusCodes.Status421MisdirectedRequest : StatusCodes.Status400BadRequest;
            http.Response.ContentLength = 0;
            return Task.CompletedTask;
        });
    }

    // An address in place of a name can't be pointed elsewhere; it is good if it is one that we are reached by.
    private static bool IsOurs(FrozenSet<string> names, HttpSettings settings, HttpContext http)
    {
        string host = http.Request.Host.Host;
        string bare = host.Trim('[', ']');
        // No other spelling of an address is one: browsers send this one alone.
        if (!IPAddress.TryParse(bare, out IPAddress? address) || address.ToString() != bare)
        {
            return names.Contains(host.TrimEnd('.'));
        }

        return IPAddress.IsLoopback(address) || names.Contains(host)
            || settings.Listen.Any(listen => listen.Address.Equals(address))
            || (http.Connection.LocalIpAddress is { } local
                && (local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local).Equals(address));
    }
}
