// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Cli.Verify;

/// <summary>What `hermetic verify` ends with.</summary>
internal static class VerifyExit
{
    public const int Fits = 0;
    public const int DoesNotFit = 1;
    public const int Usage = 2;
    public const int CannotRead = 3;
    public const int Cancelled = 9;

    /// <summary>As the end of a help text.</summary>
    public const string Table = "Exit codes: 0 everything fits, 1 something does not, 2 wrong usage, 3 something can't "
        + "be read, 9 cancelled.";
}
