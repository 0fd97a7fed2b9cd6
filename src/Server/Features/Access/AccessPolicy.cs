// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Http;

namespace Hermetic.Server.Features.Access;

/// <summary>On what ground somebody sees a fax, if at all.</summary>
internal enum FaxAccess
{
    /// <summary>Not; and the answer is the one for what is not there.</summary>
    NotThere,

    /// <summary>It lies in an inbox that was given to the caller.</summary>
    Ordinary,

    /// <summary>Against that, with a reason: to be journaled with it, and told to the privacy officers.</summary>
    BreakGlass,
}

/// <summary>Who may see which fax, and what has to be confirmed first. Pure: everything is passed in.</summary>
internal static class AccessPolicy
{
    /// <summary>Our choice: a sign-in or confirmation that is older than this does not carry an export or a change of
    /// how one signs in (NIST SP 800-63B §2.2.3 leaves the time to us).</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    /// <summary>Whether a caller may see a fax.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="tenant">Whose fax it is.</param>
    /// <param name="line">The line that it came by; null for one that came by none.</param>
    /// <param name="breakGlassReason">Why the caller breaks the glass; null or blank if he does not.</param>
    public static FaxAccess Decide(Caller caller, Guid tenant, Guid? line, string? breakGlassReason)
    {
        if (caller.Tenant != tenant || !caller.Scopes.Contains(Scopes.FaxesRead))
        {
            return FaxAccess.NotThere;
        }

        if (caller.MaySee(line))
        {
            return FaxAccess.Ordinary;
        }

        // A person's right alone, whatever scopes a program was given.
        return caller.Role is not null && caller.Scopes.Contains(Scopes.GlassBreak)
            && !string.IsNullOrWhiteSpace(breakGlassReason)
            ? FaxAccess.BreakGlass
            : FaxAccess.NotThere;
    }

    /// <summary>Whether the caller showed recently enough who it is. A program does so every few minutes.</summary>
    public static bool IsFresh(Caller caller, DateTimeOffset now) =>
        caller.Role is null || now - caller.AuthenticatedAt <= FreshFor;

    /// <summary>Ends the request of a caller who did not.</summary>
    /// <exception cref="ProblemException">He has to confirm first.</exception>
    public static void RequireFresh(Caller caller, DateTimeOffset now)
    {
        if (!IsFresh(caller, now))
        {
            throw new ProblemException(ProblemCode.ConfirmFirst);
        }
    }
}
