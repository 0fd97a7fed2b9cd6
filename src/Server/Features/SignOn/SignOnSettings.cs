// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;

namespace Hermetic.Server.Features.SignOn;

/// <summary>By whom a practice lets its people sign in, and how a person of his is an account of ours. No account is
/// made by it: it exists, and is bound to issuer and subject by an enrolment link, or by a claim.</summary>
/// <param name="Issuer">The provider, exactly as it names itself (OpenID Connect Discovery 1.0 §4.3).</param>
/// <param name="ClientId">What it knows us by.</param>
/// <param name="Secret">What we show it.</param>
/// <param name="Domains">Of addresses of mail: a claim's value counts only if it is of one of these.</param>
/// <param name="Claim">The claim that names an account here, at a person's first sign-in; empty for enrolment links
/// alone.</param>
internal sealed record SignOnSettings(
    string Issuer, string ClientId, string Secret, IReadOnlyList<string> Domains, string Claim)
{
    public const string EmailClaim = "email";

    private const int IssuerCharsMax = 300; // our limit: an address and a path
    private const int ClientCharsMax = 200; // our limit: a GUID or a name
    private const int SecretCharsMax = 512; // our limit: providers make 40 to 100
    private const int DomainsMax = 16; // our limit: what waits for a second person is a sealed field
    private const int DomainCharsMax = 100; // our limit, for the same reason
    private const int ClaimCharsMax = 50; // our limit: a name

    // OpenID Connect Core 1.0 §5.1, §5.7: what a person can set himself, or what another may get later, names nobody.
    private static readonly FrozenSet<string> NoNames = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "sub", "name", "given_name", "family_name", "middle_name", "nickname",
        "preferred_username", "profile", "picture", "website", "phone_number", "zoneinfo", "locale", "nonce");

    /// <summary>By field, what each takes, where it is not that.</summary>
    /// <param name="reach">Which issuers may be asked.</param>
    public Dictionary<string, string[]> Complaints(SignOnReach reach)
    {
        Dictionary<string, string[]> errors = [];
        Check("issuer", Issuer.Length <= IssuerCharsMax && reach.TryAddress(Issuer, out _),
            "takes the issuer's https:// address, without query and fragment");
        Check("clientId", ClientId.Length is > 0 and <= ClientCharsMax, $"takes 1 to {ClientCharsMax} characters");
        Check("secret", Secret.Length is > 0 and <= SecretCharsMax, $"takes 1 to {SecretCharsMax} characters");
        Check("domains", Domains.Count <= DomainsMax && Domains.All(domain => domain.Length <= DomainCharsMax
            && Uri.CheckHostName(domain) == UriHostNameType.Dns) && (Claim != EmailClaim || Domains.Count > 0),
            $"takes at most {DomainsMax} domains, and one at least if the claim is {EmailClaim}");
        Check("claim", Claim.Length <= ClaimCharsMax && !NoNames.Contains(Claim),
            "takes the name of a claim that the provider alone sets, or none");
        return errors;

        void Check(string field, bool isGood, string takes)
        {
            if (!isGood)
            {
                errors[field] = [takes];
            }
        }
    }

    /// <summary>The account's name that a claim's value stands for; null if it stands for none.</summary>
    /// <param name="value">What the provider says.</param>
    /// <param name="isVerified">Whether it says that it made sure of an address of mail.</param>
    public string? NameOf(string? value, bool isVerified)
    {
        if (string.IsNullOrWhiteSpace(value) || Claim.Length == 0 || (Claim == EmailClaim && !isVerified))
        {
            return null;
        }

        int at = value.LastIndexOf('@');
        return Domains.Count == 0
            || (at > 0 && Domains.Contains(value[(at + 1)..], StringComparer.OrdinalIgnoreCase)) ? value : null;
    }

    /// <summary>In plain words, for whoever has to agree; without the secret.</summary>
    public string Words() => $"single sign-on by {Issuer} as {ClientId}; accounts by "
        + (Claim.Length == 0 ? "enrolment links alone" : $"the claim {Claim}")
        + (Domains.Count == 0 ? "" : $" of {string.Join(", ", Domains)}");

    /// <inheritdoc/>
    public override string ToString() => Words();
}
