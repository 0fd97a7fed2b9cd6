// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Access;

/// <summary>What a person is in the house. The numbers are stored: never renumber.</summary>
internal enum Role
{
    /// <summary>Takes faxes in and sends them out, for the inboxes that it was given.</summary>
    FrontDesk = 1,

    /// <summary>Reads and answers faxes of the inboxes that it was given.</summary>
    Clinician = 2,

    /// <summary>Answers for privacy: sees who saw what, and what was broken into.</summary>
    PrivacyOfficer = 3,

    /// <summary>Runs a practice: people, lines, address book. Opens no fax.</summary>
    TenantAdministrator = 4,

    /// <summary>Runs the installation: every practice, and the fax of none.</summary>
    InstallationOperator = 5,
}

/// <summary>What the API's description says of roles and inboxes.</summary>
internal static class RoleWords
{
    public const string Description =
        "`FrontDesk`, `Clinician`, `PrivacyOfficer` or `TenantAdministrator`; among operators `InstallationOperator`.";

    public const string Inboxes = "`[\"all\"]`, or ids of lines; none if left out.";
}
