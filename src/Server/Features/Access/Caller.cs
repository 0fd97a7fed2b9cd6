// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Claims;
using Hermetic.Ledger.Entries;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Features.Access;

/// <summary>Who asks: a person or a program that has shown who it is.</summary>
internal sealed record Caller
{
    /// <summary>Claims of a signed-in person or program; the first five by their registered names (RFC 7519 §4.1,
    /// RFC 8693 §4.2, OpenID Connect's `sid`), the others ours.</summary>
    public const string SubjectClaim = "sub";
    public const string ScopeClaim = "scope";
    public const string SessionClaim = "sid";
    public const string AuthenticatedAtClaim = "auth_time";
    public const string RoleClaim = "role";
    public const string TenantClaim = "tenant";
    public const string InboxClaim = "inbox";

    /// <summary>The account's or program's id.</summary>
    public required Guid Account { get; init; }

    /// <summary>Whose people it belongs to; null for the installation's operator.</summary>
    public required Guid? Tenant { get; init; }

    /// <summary>The person's role; null for a program.</summary>
    public required Role? Role { get; init; }

    /// <summary>What it may do.</summary>
    public required FrozenSet<string> Scopes { get; init; }

    /// <summary>The lines whose faxes it may see; null for all of the tenant.</summary>
    public required FrozenSet<Guid>? Inboxes { get; init; }

    /// <summary>The session, or the token.</summary>
    public required string Session { get; init; }

    /// <summary>When it last showed who it is; exports ask for a fresh time.</summary>
    public required DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>Where the request came from.</summary>
    public required string Address { get; init; }

    /// <summary>Who the ledger says did it.</summary>
    public EntryActor Actor => new(
        Account.ToString(), Role?.ToString() ?? "Program", Address, Session);

    /// <summary>The tenant of somebody whose scope belongs to one.</summary>
    /// <exception cref="InvalidOperationException">The caller has none: the access rule should have refused
    /// it.</exception>
    public Guid OwnTenant => Tenant ?? throw new InvalidOperationException("the caller belongs to no tenant");

    /// <summary>True if faxes of this line may be shown to it.</summary>
    public bool MaySee(Guid? line) => Inboxes is null || (line is { } id && Inboxes.Contains(id));

    /// <summary>The caller that <see cref="AccessGate"/> let in.</summary>
    public static Caller Of(HttpContext http) => http.Features.Get<Caller>()
        ?? throw new InvalidOperationException("an endpoint that everybody may use asked who its caller is");

    /// <summary>Where a request came from, as the ledger says it.</summary>
    public static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    /// <summary>Reads the claims; null if one is missing or makes no sense.</summary>
    public static Caller? Of(ClaimsPrincipal principal, string address)
    {
        string? tenant = principal.FindFirstValue(TenantClaim);
        string? role = principal.FindFirstValue(RoleClaim);
        bool isWhole = Guid.TryParse(principal.FindFirstValue(SubjectClaim), out Guid account)
            & (Guid.TryParse(tenant, out Guid tenantId) || tenant is null)
            & (Enum.TryParse(role, out Role known) || role is null)
            & long.TryParse(principal.FindFirstValue(AuthenticatedAtClaim), CultureInfo.InvariantCulture, out long at);
        string? session = principal.FindFirstValue(SessionClaim);
        // Nobody is of no tenant but the operator, and he is of none.
        if (!isWhole || session is null || (tenant is null) != (known == Access.Role.InstallationOperator))
        {
            return null;
        }

        return new Caller
        {
            Account = account,
            Tenant = tenant is null ? null : tenantId,
            Role = role is null ? null : known,
            Scopes = principal.FindAll(ScopeClaim).SelectMany(claim => claim.Value.Split(' ')).ToFrozenSet(),
            Inboxes = InboxesOf(principal),
            Session = session,
            AuthenticatedAt = DateTimeOffset.FromUnixTimeSeconds(at),
            Address = address,
        };
    }

    // No claim at all is no inbox: all of them have to be said in a word.
    private static FrozenSet<Guid>? InboxesOf(ClaimsPrincipal principal)
    {
        string[] inboxes = [.. principal.FindAll(InboxClaim).SelectMany(claim => claim.Value.Split(' '))];
        return inboxes.Contains(InboxList.All) ? null
            : inboxes.Where(id => Guid.TryParse(id, out _)).Select(Guid.Parse).ToFrozenSet();
    }
}
