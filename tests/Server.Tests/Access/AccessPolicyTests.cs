// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using Hermetic.Server.Features.Access;

namespace Hermetic.Server.Tests.Access;

public class AccessPolicyTests
{
    private static readonly Guid s_tenant = Guid.NewGuid();
    private static readonly Guid s_line = Guid.NewGuid();
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch.AddYears(50);

    // Own inbox, another inbox, another inbox with a reason.
    [Theory]
    [InlineData(nameof(Role.FrontDesk), true, false, true)]
    [InlineData(nameof(Role.Clinician), true, false, true)]
    [InlineData(nameof(Role.PrivacyOfficer), true, false, false)]
    [InlineData(nameof(Role.TenantAdministrator), false, false, false)]
    [InlineData(nameof(Role.InstallationOperator), false, false, false)]
    [InlineData(null, true, false, false)]
    public void Policy_ByRole_SeesWhatItMay(string? role, bool own, bool other, bool withReason)
    {
        Caller caller = CallerOf(RoleOf(role), s_line);

        Assert.Equal(own ? FaxAccess.Ordinary : FaxAccess.NotThere,
            AccessPolicy.Decide(caller, s_tenant, s_line, null));
        Assert.Equal(other ? FaxAccess.Ordinary : FaxAccess.NotThere,
            AccessPolicy.Decide(caller, s_tenant, Guid.NewGuid(), "  "));
        Assert.Equal(withReason ? FaxAccess.BreakGlass : FaxAccess.NotThere,
            AccessPolicy.Decide(caller, s_tenant, Guid.NewGuid(), "the patient is here and unconscious"));
    }

    [Theory]
    [InlineData(nameof(Role.FrontDesk))]
    [InlineData(nameof(Role.Clinician))]
    [InlineData(null)]
    public void Policy_AnotherTenantsFax_IsNotThereForAnyReason(string? role) => Assert.Equal(FaxAccess.NotThere,
        AccessPolicy.Decide(CallerOf(RoleOf(role), s_line), Guid.NewGuid(), s_line, "an emergency"));

    [Fact]
    public void Policy_ReasonWhereNoneIsNeeded_BreaksNothing() => Assert.Equal(FaxAccess.Ordinary,
        AccessPolicy.Decide(CallerOf(Role.Clinician, s_line), s_tenant, s_line, "an emergency"));

    [Fact]
    public void Policy_FreshSignIn_AgesForPeople()
    {
        Caller person = CallerOf(Role.Clinician, s_line);

        Assert.True(AccessPolicy.IsFresh(person, s_now + AccessPolicy.FreshFor));
        Assert.False(AccessPolicy.IsFresh(person, s_now + AccessPolicy.FreshFor + TimeSpan.FromSeconds(1)));
    }

    private static Role? RoleOf(string? name) => name is null ? null : Enum.Parse<Role>(name);

    private static Caller CallerOf(Role? role, Guid line) => new()
    {
        Account = Guid.NewGuid(),
        Tenant = role == Role.InstallationOperator ? null : s_tenant,
        Role = role,
        Scopes = role is { } known ? Scopes.OfRole[known] : Scopes.OfPrograms,
        Inboxes = FrozenSet.Create(line),
        Session = "s",
        AuthenticatedAt = s_now,
        Address = "127.0.0.1",
    };
}
