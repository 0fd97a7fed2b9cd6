// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;

namespace Hermetic.Server.Portal;

/// <summary>Roles as people say them.</summary>
internal static class RoleTitle
{
    public static string Of(Role? role, Language language) => role switch
    {
        Role.FrontDesk => language.Say("role.front-desk"),
        Role.Clinician => language.Say("role.clinician"),
        Role.PrivacyOfficer => language.Say("role.privacy-officer"),
        Role.TenantAdministrator => language.Say("role.administrator"),
        Role.InstallationOperator => language.Say("role.operator"),
        _ => language.Say("role.program"),
    };
}
