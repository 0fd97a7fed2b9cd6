// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.SignOn;

/// <summary>A single sign-on ends here. The message is for the log and holds nothing that the provider sent.</summary>
/// <param name="what">What was wrong.</param>
/// <param name="isProvider">The provider could not be asked, or does not keep to its word: the operator's business, and
/// no attempt of somebody's.</param>
internal sealed class SignOnException(string what, bool isProvider = false) : Exception(what)
{
    public bool IsProvider { get; } = isProvider;
}
