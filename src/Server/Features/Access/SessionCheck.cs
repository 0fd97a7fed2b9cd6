// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Access;

/// <summary>Is this session or token good still? An answer that goes on for long asks it again and again, so that
/// whoever is signed out hears no more.</summary>
internal delegate ValueTask<bool> SessionCheck(Caller caller, CancellationToken cancellation);
