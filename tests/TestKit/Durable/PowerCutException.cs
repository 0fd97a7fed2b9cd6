// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.TestKit.Durable;

/// <summary>The simulated machine has no power. No product code may catch this by name or by kind.</summary>
public sealed class PowerCutException(string operation) : Exception($"the power went at: {operation}");
