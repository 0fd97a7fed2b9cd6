// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Access;

/// <summary>Whether an account or a program may sign in. The numbers are stored: never renumber.</summary>
internal enum AccountState
{
    /// <summary>Has a one-time enrolment code, and nothing to sign in with.</summary>
    Invited = 1,

    /// <summary>May sign in.</summary>
    Active = 2,

    /// <summary>May not any more.</summary>
    Suspended = 3,
}
