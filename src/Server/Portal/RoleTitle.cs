// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;

namespace Hermetic.Server.Portal;

/// <summary>Roles as people say them.</summary>
internal static class RoleTitle
{
    public static string Of(Role? role) => role switch
    {
        Role.FrontDesk => "Front desk",
        Role.Clinician => "Clinician",
        Role.PrivacyOfficer => "Privacy officer",
        Role.TenantAdministrator => "Administrator",
        Role.InstallationOperator => "Operator",
        _ => "Program",
    };
}
