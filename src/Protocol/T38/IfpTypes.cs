// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T38;

/// <summary>The two ASN.1 syntaxes of T.38 Annex A. They differ in one bit: the field type became extensible in
/// 2002.</summary>
public enum IfpSyntax
{
    /// <summary>The 1998 notation: the field type is three bits, not extensible (T.38 §A.1, for version 0).</summary>
    Asn1998,
    /// <summary>The 2002 notation: an extension bit goes before the field type (T.38 §A.2).</summary>
    Asn2002,
}

/// <summary>t30-indicator (T.38 §7.3.1): what was heard on the telephone line. Values above 15 are
/// extensions.</summary>
public enum T38Indicator
{
    /// <summary>no-signal.</summary>
    NoSignal = 0,
    /// <summary>cng: calling tone.</summary>
    Cng = 1,
    /// <summary>ced: called station's tone.</summary>
    Ced = 2,
    /// <summary>v21-preamble: flags on V.21 channel 2.</summary>
    V21Preamble = 3,
    /// <summary>v27-2400-training.</summary>
    V27At2400Training = 4,
    /// <summary>v27-4800-training.</summary>
    V27At4800Training = 5,
    /// <summary>v29-7200-training.</summary>
    V29At7200Training = 6,
    /// <summary>v29-9600-training.</summary>
    V29At9600Training = 7,
    /// <summary>v17-7200-short-training.</summary>
    V17At7200ShortTraining = 8,
    /// <summary>v17-7200-long-training.</summary>
    V17At7200LongTraining = 9,
    /// <summary>v17-9600-short-training.</summary>
    V17At9600ShortTraining = 10,
    /// <summary>v17-9600-long-training.</summary>
    V17At9600LongTraining = 11,
    /// <summary>v17-12000-short-training.</summary>
    V17At12000ShortTraining = 12,
    /// <summary>v17-12000-long-training.</summary>
    V17At12000LongTraining = 13,
    /// <summary>v17-14400-short-training.</summary>
    V17At14400ShortTraining = 14,
    /// <summary>v17-14400-long-training.</summary>
    V17At14400LongTraining = 15,
    /// <summary>v8-ansam: V.8's answer tone, a CED with amplitude modulation.</summary>
    V8Ansam = 16,
    /// <summary>v8-signal.</summary>
    V8Signal = 17,
    /// <summary>v34-cntl-channel-1200.</summary>
    V34ControlChannel1200 = 18,
    /// <summary>v34-pri-channel.</summary>
    V34PrimaryChannel = 19,
    /// <summary>v34-CC-retrain.</summary>
    V34ControlChannelRetrain = 20,
    /// <summary>v33-12000-training.</summary>
    V33At12000Training = 21,
    /// <summary>v33-14400-training.</summary>
    V33At14400Training = 22,
}

/// <summary>t30-data (T.38 §7.3.2): the modulation that carried the data. Values above 8 are extensions.</summary>
public enum T38DataType
{
    /// <summary>v21.</summary>
    V21 = 0,
    /// <summary>v27-2400.</summary>
    V27At2400 = 1,
    /// <summary>v27-4800.</summary>
    V27At4800 = 2,
    /// <summary>v29-7200.</summary>
    V29At7200 = 3,
    /// <summary>v29-9600.</summary>
    V29At9600 = 4,
    /// <summary>v17-7200.</summary>
    V17At7200 = 5,
    /// <summary>v17-9600.</summary>
    V17At9600 = 6,
    /// <summary>v17-12000.</summary>
    V17At12000 = 7,
    /// <summary>v17-14400.</summary>
    V17At14400 = 8,
    /// <summary>v8.</summary>
    V8 = 9,
    /// <summary>v34-pri-rate.</summary>
    V34PrimaryRate = 10,
    /// <summary>v34-CC-1200.</summary>
    V34ControlChannel1200 = 11,
    /// <summary>v34-pri-ch.</summary>
    V34PrimaryChannel = 12,
    /// <summary>v33-12000.</summary>
    V33At12000 = 13,
    /// <summary>v33-14400.</summary>
    V33At14400 = 14,
}

/// <summary>field-type of a Data-Field element (T.38 §7.4). Values above 7 exist in the 2002 syntax only.</summary>
public enum T38FieldType
{
    /// <summary>hdlc-data: octets of a frame, without flags, stuffing or FCS.</summary>
    HdlcData = 0,
    /// <summary>hdlc-sig-end: the HDLC carrier has gone.</summary>
    HdlcSigEnd = 1,
    /// <summary>hdlc-fcs-OK: a frame ended, its FCS was right.</summary>
    HdlcFcsOk = 2,
    /// <summary>hdlc-fcs-BAD: a frame ended, its FCS was wrong.</summary>
    HdlcFcsBad = 3,
    /// <summary>hdlc-fcs-OK-sig-end.</summary>
    HdlcFcsOkSigEnd = 4,
    /// <summary>hdlc-fcs-BAD-sig-end.</summary>
    HdlcFcsBadSigEnd = 5,
    /// <summary>t4-non-ecm-data: TCF or a page's octets.</summary>
    T4NonEcmData = 6,
    /// <summary>t4-non-ecm-sig-end: the image carrier has gone; may bring the last octets.</summary>
    T4NonEcmSigEnd = 7,
    /// <summary>cm-message (V.8).</summary>
    CmMessage = 8,
    /// <summary>jm-message (V.8).</summary>
    JmMessage = 9,
    /// <summary>ci-message (V.8).</summary>
    CiMessage = 10,
    /// <summary>v34rate.</summary>
    V34Rate = 11,
}

/// <summary>Why an IFP packet was refused.</summary>
public enum IfpFault
{
    /// <summary>It was not.</summary>
    None,
    /// <summary>It ends in the middle of an element.</summary>
    Truncated,
    /// <summary>It is longer than <see cref="T38Limits.IfpBytesMax"/>.</summary>
    TooLong,
    /// <summary>An indicator, data or field type beyond those that T.38 lists.</summary>
    UnknownType,
    /// <summary>More fields than <see cref="T38Limits.FieldsMax"/>, or a length form that no such packet
    /// needs.</summary>
    TooManyFields,
    /// <summary>Octets other than zero follow the last field.</summary>
    TrailingOctets,
}
