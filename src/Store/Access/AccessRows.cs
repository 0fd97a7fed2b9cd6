// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Access;

/// <summary>A person who may sign in. The numbers of role and state are the server's; sealed columns are bound to
/// the row's id (docs/formats/access.md).</summary>
public sealed class AccountRow
{
    public Guid AccountId { get; set; }

    /// <summary>Whose people; null for the installation's operators.</summary>
    public Guid? TenantId { get; set; }

    public int Role { get; set; }

    public int State { get; set; }

    /// <summary>Keyed tag of the user name, to find the account by.</summary>
    public byte[] NameTag { get; set; } = [];

    public byte[] SealedName { get; set; } = [];

    /// <summary>The Argon2id hash, sealed; null before enrolment.</summary>
    public byte[]? SealedPassword { get; set; }

    /// <summary>The TOTP secret, sealed; null before enrolment.</summary>
    public byte[]? SealedTotp { get; set; }

    /// <summary>The newest TOTP time step that was used: none up to it is taken again.</summary>
    public long TotpStep { get; set; }

    /// <summary>`all`, or ids of lines between spaces.</summary>
    public string Inboxes { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>Refusals of a user name since its last sign-in, whether anybody has that name or not: so both are alike.
/// </summary>
public sealed class AttemptRow
{
    public byte[] NameTag { get; set; } = [];

    public int Failures { get; set; }

    public DateTimeOffset FailedAt { get; set; }
}

/// <summary>A person's session: what its cookie's secret hashes to, and until when it counts.</summary>
public sealed class SessionRow
{
    public Guid SessionId { get; set; }

    public Guid AccountId { get; set; }

    public byte[] SecretHash { get; set; } = [];

    public DateTimeOffset AuthenticatedAt { get; set; }

    /// <summary>When it was last used, to the minute.</summary>
    public DateTimeOffset SeenAt { get; set; }

    /// <summary>The absolute end.</summary>
    public DateTimeOffset EndsAt { get; set; }
}

/// <summary>A one-time leave to set how an account signs in.</summary>
public sealed class EnrolmentRow
{
    public Guid EnrolmentId { get; set; }

    public Guid AccountId { get; set; }

    public byte[] CodeHash { get; set; } = [];

    public DateTimeOffset EndsAt { get; set; }

    /// <summary>The TOTP secret that was shown, sealed, until the person has shown that it works.</summary>
    public byte[]? SealedTotp { get; set; }
}

/// <summary>A passkey of a person (WebAuthn): a public key and what goes with it.</summary>
public sealed class PasskeyRow
{
    /// <summary>SHA-256 of the credential's id.</summary>
    public byte[] CredentialHash { get; set; } = [];

    public Guid AccountId { get; set; }

    /// <summary>The credential record, sealed.</summary>
    public byte[] SealedRecord { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A passkey ceremony between its two requests.</summary>
public sealed class CeremonyRow
{
    public Guid CeremonyId { get; set; }

    public byte[] SecretHash { get; set; } = [];

    /// <summary>Who adds a passkey; null for whoever signs in.</summary>
    public Guid? AccountId { get; set; }

    /// <summary>What the authenticator has to answer to, sealed: a person's name is in it.</summary>
    public byte[] SealedState { get; set; } = [];

    public DateTimeOffset EndsAt { get; set; }
}

/// <summary>A program that may ask for tokens (RFC 6749 §4.4).</summary>
public sealed class ProgramRow
{
    public Guid ProgramId { get; set; }

    public Guid TenantId { get; set; }

    public int State { get; set; }

    public byte[] SealedName { get; set; } = [];

    /// <summary>Of a secret of 256 random bits, so that one round is enough.</summary>
    public byte[] SecretHash { get; set; } = [];

    /// <summary>Between spaces (RFC 6749 §3.3).</summary>
    public string Scopes { get; set; } = "";

    /// <summary>`all`, or ids of lines between spaces.</summary>
    public string Inboxes { get; set; } = "";

    /// <summary>Tokens from before are worth nothing.</summary>
    public DateTimeOffset TokensFrom { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A change that one person asked for and another has to agree to.</summary>
public sealed class ApprovalRow
{
    public Guid ApprovalId { get; set; }

    /// <summary>Whose change; null for the installation's.</summary>
    public Guid? TenantId { get; set; }

    /// <summary>What kind of change, in a word.</summary>
    public string Kind { get; set; } = "";

    /// <summary>What would be changed, sealed.</summary>
    public byte[] SealedChange { get; set; } = [];

    public Guid AskedBy { get; set; }

    public DateTimeOffset AskedAt { get; set; }

    public DateTimeOffset EndsAt { get; set; }
}

/// <summary>Somebody opened a fax outside of his inboxes with a reason; open for a while to that session, and to be
/// looked at by a privacy officer.</summary>
public sealed class GlassBreakRow
{
    public Guid BreakId { get; set; }

    public Guid TenantId { get; set; }

    public Guid FaxId { get; set; }

    public Guid AccountId { get; set; }

    public Guid SessionId { get; set; }

    /// <summary>The purpose of use, one of a few words.</summary>
    public string Purpose { get; set; } = "";

    /// <summary>Why, in the person's words, sealed.</summary>
    public byte[] SealedReason { get; set; } = [];

    public DateTimeOffset BrokenAt { get; set; }

    /// <summary>From then on the fax is closed again.</summary>
    public DateTimeOffset EndsAt { get; set; }

    /// <summary>The privacy officer who looked at it; null until one has.</summary>
    public Guid? ReviewedBy { get; set; }

    public DateTimeOffset? ReviewedAt { get; set; }

    /// <summary>What he found, sealed.</summary>
    public byte[]? SealedNote { get; set; }
}

/// <summary>By whom a practice lets its people sign in.</summary>
public sealed class SignOnRow
{
    public Guid TenantId { get; set; }

    /// <summary>Issuer, client, secret, domains, claim: sealed.</summary>
    public byte[] SealedSettings { get; set; } = [];

    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>A person who is with the identity provider, until it comes back.</summary>
public sealed class SignOnFlowRow
{
    public Guid FlowId { get; set; }

    public byte[] StateHash { get; set; } = [];

    public Guid TenantId { get; set; }

    /// <summary>Nonce, verifier and what it is for, sealed.</summary>
    public byte[] SealedFlow { get; set; } = [];

    public DateTimeOffset EndsAt { get; set; }
}

/// <summary>Which account a person of an identity provider is.</summary>
public sealed class SignOnBindingRow
{
    /// <summary>Keyed tag of issuer and subject.</summary>
    public byte[] SubjectTag { get; set; } = [];

    /// <summary>Keyed tag of the issuer: an account has one subject at each.</summary>
    public byte[] IssuerTag { get; set; } = [];

    public Guid AccountId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A part of the sensitive settings as they were last approved.</summary>
public sealed class ApprovedSettingsRow
{
    /// <summary>From 0.</summary>
    public int Number { get; set; }

    /// <summary>The same in all parts; a new one at each approval.</summary>
    public Guid ApprovalId { get; set; }

    public byte[] SealedPart { get; set; } = [];

    public DateTimeOffset ApprovedAt { get; set; }
}
