// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Features.Sending;

/// <summary>What one fax and a fax to many ask for alike.</summary>
internal static class JobTerms
{
    /// <summary>Our limit, either way: enough for what a practice tells apart.</summary>
    private const int PriorityMax = 10;

    private const int SubjectCharsMax = 200; // our limit: a line on a screen

    /// <summary>Notes what is wrong with them.</summary>
    public static async Task CheckAsync(FaxStore store, Caller caller, Guid line, int? priority, string? subject,
        Dictionary<string, string[]> errors, CancellationToken cancellation)
    {
        if (!caller.MaySee(line) || !(await store.Tenants.ListLinesAsync(caller.OwnTenant, cancellation)
            .ConfigureAwait(false)).Any(one => one.LineId == line && one.State == ServiceState.Active))
        {
            errors["line"] = ["takes the id of an active line that this account may see"];
        }

        if (priority is < -PriorityMax or > PriorityMax)
        {
            errors["priority"] = [$"takes -{PriorityMax} to {PriorityMax}"];
        }

        if (subject is { Length: > SubjectCharsMax })
        {
            errors["subject"] = [$"takes at most {SubjectCharsMax} characters"];
        }
    }

    /// <summary>The fax's own key, within its own transaction: also if the note that the request was carried out was
    /// lost.</summary>
    public static string KeyOf(HttpContext http, Caller caller) =>
        http.Request.Headers.TryGetValue(IdempotencyKeys.Header, out Microsoft.Extensions.Primitives.StringValues key)
            ? $"{caller.Account}\n{key}" : $"{Guid.NewGuid()}";
}
