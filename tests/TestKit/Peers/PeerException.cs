// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.TestKit.Peers;

/// <summary>A peer that a test needs is missing, or did not do what the test needs of it.</summary>
public sealed class PeerException(string message) : Exception(message);
