// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.SignOn;

/// <summary>What a person is on the way to the identity provider for.</summary>
internal enum SignOnPurpose
{
    /// <summary>To begin a session.</summary>
    SignIn,

    /// <summary>To show again who it is, in a session that goes on.</summary>
    Confirm,

    /// <summary>To be bound to an account, with its one-time code.</summary>
    Enrol,
}

/// <summary>What is remembered, sealed, of a person who is with the identity provider, until it comes back.</summary>
/// <param name="Purpose">What for.</param>
/// <param name="Tenant">Whose provider.</param>
/// <param name="Nonce">What the id_token has to repeat.</param>
/// <param name="Verifier">The code's other half (RFC 7636).</param>
/// <param name="Redirect">Where the provider sends the person back to, exactly.</param>
/// <param name="Browser">SHA-256 of the secret in the browser's cookie, in base64.</param>
/// <param name="BegunAt">When it began.</param>
/// <param name="Account">Who confirms.</param>
/// <param name="Session">Which session.</param>
/// <param name="Enrolment">SHA-256 of the one-time code, in base64.</param>
internal sealed record SignOnFlow(
    SignOnPurpose Purpose, Guid Tenant, string Nonce, string Verifier, Uri Redirect, string Browser,
    DateTimeOffset BegunAt, Guid? Account = null, Guid? Session = null, string? Enrolment = null);

/// <summary>What the browser is told to do.</summary>
/// <param name="Address">Where it goes.</param>
/// <param name="Browser">The secret for its cookie.</param>
internal sealed record SignOnStart(Uri Address, string Browser);
