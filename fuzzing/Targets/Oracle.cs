// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Fuzzing.Targets;

/// <summary>What a target states of its parser, whatever the input.</summary>
internal static class Oracle
{
    /// <summary>Throws where the statement does not hold.</summary>
    public static void Holds(bool statement, string what)
    {
        if (!statement)
        {
            throw new InvalidOperationException($"does not hold: {what}");
        }
    }
}
