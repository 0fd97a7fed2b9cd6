// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>Why a message was refused.</summary>
public enum SipFault
{
    None,
    Empty,
    TooLong,
    HeadTooLong,
    LineTooLong,
    TooManyHeaders,
    TooManyValues,
    BodyTooLong,
    BareCrOrLf,
    Nul,
    StartLine,
    Version,
    StatusCode,
    RequestUri,
    HeaderName,
    DuplicateHeader,
    MissingHeader,
    ContentLength,
    BodyShort,
    Via,
    From,
    To,
    CallId,
    CSeq,
    CSeqMethod,
    MaxForwards,
    Contact,
    Route,
    Number,
}

/// <summary>A refusal: what is wrong and about where. Holds nothing of the message's content.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Offset">Octets from the message's start to the offending line, or near it.</param>
public readonly record struct SipParseError(SipFault Fault, int Offset)
{
    /// <summary>The status that a request with this fault is answered with, if it can be answered.</summary>
    public int Status => Fault switch
    {
        SipFault.Version => 505,
        SipFault.TooLong or SipFault.BodyTooLong => 513,
        _ => 400,
    };

    /// <summary>A reason phrase in plain words, free of the message's content.</summary>
    public string Reason => Fault switch
    {
        SipFault.None => "No fault",
        SipFault.Empty => "Empty message",
        SipFault.TooLong => "Message too large",
        SipFault.HeadTooLong => "Header section too large",
        SipFault.LineTooLong => "Header line too long",
        SipFault.TooManyHeaders => "Too many header lines",
        SipFault.TooManyValues => "Too many values in a header",
        SipFault.BodyTooLong => "Body too large",
        SipFault.BareCrOrLf => "CR or LF on its own",
        SipFault.Nul => "NUL in the header section",
        SipFault.StartLine => "Malformed start line",
        SipFault.Version => "Version Not Supported",
        SipFault.StatusCode => "Status code out of range",
        SipFault.RequestUri => "Malformed Request-URI",
        SipFault.HeaderName => "Malformed header name",
        SipFault.DuplicateHeader => "A header that may occur once occurs twice",
        SipFault.MissingHeader => "A mandatory header is missing",
        SipFault.ContentLength => "Malformed Content-Length",
        SipFault.BodyShort => "Body shorter than Content-Length",
        SipFault.CSeqMethod => "CSeq method does not match the request",
        SipFault.Number => "Malformed number in a header",
        _ => $"Malformed {Fault}",
    };
}
