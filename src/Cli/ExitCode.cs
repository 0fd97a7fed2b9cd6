// SPDX-License-Identifier: Apache-2.0
using Hermetic.Telephony;

namespace Hermetic.Cli;

/// <summary>What the program ends with. `hermetic send --help` lists them.</summary>
internal enum ExitCode
{
    /// <summary>Every page was confirmed.</summary>
    Success = 0,
    /// <summary>The fax failed on the line: some pages may have been confirmed.</summary>
    FaxFailed = 1,
    /// <summary>The command line was wrong.</summary>
    Usage = 2,
    /// <summary>A file could not be made into fax pages; nothing was dialled.</summary>
    BadDocument = 3,
    Busy = 4,
    NoAnswer = 5,
    /// <summary>No such number, not authorized, or refused.</summary>
    Refused = 6,
    /// <summary>No way to the other side.</summary>
    Unreachable = 7,
    /// <summary>The other side answered and speaks no T.38.</summary>
    NoT38 = 8,
    Cancelled = 9,
    /// <summary>This machine lacks something (sandbox, font, port, disk), or the program is at fault.</summary>
    Machine = 10,
}

internal static class ExitCodes
{
    /// <summary>As the end of a help text.</summary>
    public const string Table =
        "0 every page was confirmed, 1 the fax failed on the line, 2 wrong usage, 3 a file can't be made "
        + "into pages, 4 busy, 5 no answer, 6 refused or no such number, 7 unreachable, 8 no T.38, "
        + "9 cancelled, 10 this machine lacks something.";

    public static ExitCode Of(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Completed => ExitCode.Success,
        CallOutcome.FaxFailed => ExitCode.FaxFailed,
        CallOutcome.Busy => ExitCode.Busy,
        CallOutcome.NoAnswer => ExitCode.NoAnswer,
        CallOutcome.NoSuchNumber or CallOutcome.Refused or CallOutcome.NotAuthorized => ExitCode.Refused,
        CallOutcome.Unreachable => ExitCode.Unreachable,
        CallOutcome.NoT38 => ExitCode.NoT38,
        CallOutcome.Cancelled or CallOutcome.RefusedByUs => ExitCode.Cancelled,
        _ => ExitCode.Machine,
    };
}
