// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Sandboxing;

/// <summary>Whether the sandbox works here.</summary>
/// <param name="Works">True when a program ran in it just now.</param>
/// <param name="Reason">When not: what is missing and what to do, in one sentence or two.</param>
public sealed record SandboxState(bool Works, string Reason);
