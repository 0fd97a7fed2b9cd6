// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.Sip;
using Hermetic.Protocol.T30;

namespace Hermetic.Telephony.Calls;

/// <summary>Why a call ended, as its report says it.</summary>
internal sealed record CallEnd(CallOutcome Outcome, string Reason, string Clause)
{
    public static readonly CallEnd NoAnswer =
        new(CallOutcome.NoAnswer, "the far end did not answer in time, the call was cancelled", "RFC 3261 §9.1");

    public static readonly CallEnd Aborted = new(CallOutcome.Cancelled, "ended by the host", "our own decision");

    public static readonly CallEnd Silence = new(CallOutcome.FaxFailed,
        "no T.38 packet came from the far end for too long", "our limit: CallLimits.SilenceMax");

    public static readonly CallEnd TooLong =
        new(CallOutcome.FaxFailed, "the call reached its longest length", "our limit: CallLimits.CallMax");

    public static readonly CallEnd NoPort = new(CallOutcome.Fault, "no media port is free", "our limit: MediaPorts");

    public static readonly CallEnd NoAddress = new(CallOutcome.NoT38,
        "the far end's session description names no address to send to", "RFC 4566 §5.7");

    public static readonly CallEnd AllDeclined =
        new(CallOutcome.NoT38, "the far end declined every medium that was offered", "RFC 3264 §6");

    public static readonly CallEnd NobodyAsked = new(CallOutcome.NoT38,
        "T.38 was not agreed in time, and fax over audio is not there yet",
            "T.38 Annex D; our limit: CallLimits.SwitchMax");

    /// <summary>Our offer of T.38 was refused; the call lived on as audio, which can't carry a fax yet.</summary>
    public static CallEnd T38Refused(int status) => new(CallOutcome.NoT38, string.Create(CultureInfo.InvariantCulture,
        $"the far end refused T.38 with {status}, and fax over audio is not there yet"),
            "RFC 3261 §14.1, T.38 Annex D");

    /// <summary>A fault of ours; its kind only, since messages might hold anything.</summary>
    public static CallEnd Fault(Exception failure) =>
        new(CallOutcome.Fault, $"a fault in our own program ({failure.GetType().Name})", "our own fault");

    /// <summary>T.30 ran to its end.</summary>
    public static CallEnd Of(T30Result result) => new(
        result.IsSuccess ? CallOutcome.Completed
            : result.EndReason == T30EndReason.Aborted ? CallOutcome.Cancelled
            : CallOutcome.FaxFailed, result.Words, result.Clause);

    /// <summary>SIP ended the call before T.30 did.</summary>
    public static CallEnd Of(SipCallEnd end) => end.Cause switch
    {
        SipEndCause.Refused => OfStatus(end.Status),
        SipEndCause.Rejected => new(CallOutcome.RefusedByUs, $"we refused the call with {end.Status}",
            "RFC 3261 §13.3.1.3"),
        SipEndCause.RemoteCancel => new(CallOutcome.Cancelled, "the caller gave up before the answer", "RFC 3261 §9.2"),
        SipEndCause.LocalCancel => NoAnswer,
        SipEndCause.TimedOut => new(CallOutcome.Unreachable, "no answer to our SIP request",
            "RFC 3261 §17.1.1.2, timer B"),
        SipEndCause.TransportFailed => new(CallOutcome.Unreachable, "no connection to the far end", "RFC 3261 §18.4"),
        SipEndCause.NotAcknowledged => new(CallOutcome.FaxFailed, "our answer was never acknowledged",
            "RFC 3261 §13.3.1.4"),
        SipEndCause.SessionExpired => new(CallOutcome.FaxFailed, "the SIP session expired", "RFC 4028 §10"),
        SipEndCause.BadAnswer => new(CallOutcome.NoT38, "no session description that can be read", "RFC 3261 §13.2.1"),
        SipEndCause.DialogLost => new(CallOutcome.FaxFailed, "the far end no longer knows the call",
            "RFC 3261 §12.2.1.2"),
        SipEndCause.RemoteHangUp => new(CallOutcome.NoT38, "the far end hung up before T.38 was agreed",
            "RFC 3261 §15"),
        _ => new(CallOutcome.Cancelled, "we hung up", "RFC 3261 §15"),
    };

    private static CallEnd OfStatus(int status)
    {
        CallOutcome outcome = status switch
        {
            486 or 600 => CallOutcome.Busy,
            408 or 480 or 487 => CallOutcome.NoAnswer,
            404 or 410 or 484 or 485 or 604 => CallOutcome.NoSuchNumber,
            401 or 403 or 407 => CallOutcome.NotAuthorized,
            415 or 488 or 606 => CallOutcome.NoT38,
            500 or 502 or 503 or 504 => CallOutcome.Unreachable,
            _ => CallOutcome.Refused,
        };
        string words = outcome switch
        {
            CallOutcome.Busy => "the far end is busy",
            CallOutcome.NoAnswer => "nobody answers there",
            CallOutcome.NoSuchNumber => "the number is not known there",
            CallOutcome.NotAuthorized => "the far end does not accept our credentials",
            CallOutcome.NoT38 => "the far end takes none of the media that were offered",
            CallOutcome.Unreachable => "the far end can't take the call now",
            _ => "the far end refused the call",
        };
        return new(outcome, string.Create(CultureInfo.InvariantCulture, $"{words} ({status})"), "RFC 3261 §21");
    }
}
