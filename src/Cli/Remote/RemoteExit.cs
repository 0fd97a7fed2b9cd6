// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Cli.Remote;

/// <summary>How a command ends that spoke to a server: with the codes that all commands have.</summary>
internal static class RemoteExit
{
    /// <summary>As the end of a help text.</summary>
    public const string Table =
        "0 done, 1 the fax failed on the line, 2 wrong usage, 3 the document can't be faxed, 4 busy, 5 no answer, "
        + "6 refused (not signed in; not allowed; not there; no such number), 7 the server or the number can't be "
        + "reached, 8 no T.38, 9 cancelled, 10 the server or this machine lacks something.";

    /// <summary>Of an answer that is a problem.</summary>
    public static ExitCode Of(int status, string code) => (status, code) switch
    {
        (_, "document-refused" or "too-large" or "unsupported-type") => ExitCode.BadDocument,
        (400, _) => ExitCode.Usage,
        ( < 429, _) => ExitCode.Refused,
        _ => ExitCode.Machine,
    };

    /// <summary>Of a fax that is over, by its state and its cause as the API says them.</summary>
    public static ExitCode OfJob(string state, string? cause) => (state, cause) switch
    {
        ("done", _) => ExitCode.Success,
        ("cancelled", _) => ExitCode.Cancelled,
        ("held", _) => ExitCode.Refused,
        (_, "busy") => ExitCode.Busy,
        (_, "no-answer") => ExitCode.NoAnswer,
        (_, "rejected" or "no-such-number" or "not-authorized" or "wrong-station") => ExitCode.Refused,
        (_, "no-carrier" or "congestion") => ExitCode.Unreachable,
        (_, "no-t38") => ExitCode.NoT38,
        (_, "our-fault" or "page-unreadable") => ExitCode.Machine,
        _ => ExitCode.FaxFailed,
    };
}

/// <summary>A command can't go on; the message says what is wrong and what to do, in whole lines.</summary>
internal sealed class RemoteException(ExitCode code, string message) : Exception(message)
{
    public ExitCode Code { get; } = code;

    /// <summary>The stable code of the server's problem; empty if it is none.</summary>
    public string Problem { get; init; } = "";
}
