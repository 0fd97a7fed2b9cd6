// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>Facsimile control fields as T.30 §5.3.6.1 prints them, the X bit as 0; the first transmitted bit is the
/// most significant.</summary>
public static class Fcf
{
    public const byte Dis = 0x01, Csi = 0x02, Nsf = 0x04;
    public const byte Dtc = 0x81, Cig = 0x82, Pwd = 0x83, Nsc = 0x84, Sep = 0x85;
    public const byte Dcs = 0x41, Tsi = 0x42, Sub = 0x43, Nss = 0x44, Sid = 0x45;
    public const byte Cfr = 0x21, Ftt = 0x22, Ctr = 0x23;
    public const byte Eom = 0x71, Mps = 0x72, Eor = 0x73, Eop = 0x74, Rr = 0x76;
    public const byte PriEom = 0x79, PriMps = 0x7A, PriEop = 0x7C, Pps = 0x7D, Ctc = 0x48;
    public const byte Mcf = 0x31, Rtn = 0x32, Rtp = 0x33, Pin = 0x34, Pip = 0x35, Rnr = 0x37, Err = 0x38;
    public const byte Ppr = 0x3D, Fdm = 0x3F;
    public const byte Crp = 0x58, Dcn = 0x5F;
    public const byte Fcd = 0x60, Rcp = 0x61;

    /// <summary>The X bit (T.30 §5.3.6.1): set by the station that received a valid DIS.</summary>
    public const byte X = 0x80;

    /// <summary>Second control fields of PPS and EOR (T.30 §A.4.3).</summary>
    public const byte PpsNull = 0x00, PpsEom = 0xF1, PpsMps = 0xF2, PpsEop = 0xF4;
    public const byte PpsPriEom = 0xF9, PpsPriMps = 0xFA, PpsPriEop = 0xFC;

    /// <summary>What the control field names. DIS, DTC, FCD and RCP groups have no X bit.</summary>
    internal static T30FrameClass Classify(byte fcf) => fcf switch
    {
        Dis => T30FrameClass.Dis,
        Csi => T30FrameClass.Csi,
        Nsf => T30FrameClass.Nsf,
        Dtc => T30FrameClass.Dtc,
        Cig => T30FrameClass.Cig,
        Pwd => T30FrameClass.Pwd,
        Nsc => T30FrameClass.Nsc,
        Sep => T30FrameClass.Sep,
        Fcd => T30FrameClass.Fcd,
        Rcp => T30FrameClass.Rcp,
        _ => ClassifyWithX((byte)(fcf & ~X)),
    };

    private static T30FrameClass ClassifyWithX(byte fcf) => fcf switch
    {
        Dcs => T30FrameClass.Dcs,
        Tsi => T30FrameClass.Tsi,
        Sub => T30FrameClass.Sub,
        Nss => T30FrameClass.Nss,
        Sid => T30FrameClass.Sid,
        Cfr => T30FrameClass.Cfr,
        Ftt => T30FrameClass.Ftt,
        Ctr => T30FrameClass.Ctr,
        Eom => T30FrameClass.Eom,
        Mps => T30FrameClass.Mps,
        Eor => T30FrameClass.Eor,
        Eop => T30FrameClass.Eop,
        Rr => T30FrameClass.Rr,
        PriEom => T30FrameClass.PriEom,
        PriMps => T30FrameClass.PriMps,
        PriEop => T30FrameClass.PriEop,
        Pps => T30FrameClass.Pps,
        Ctc => T30FrameClass.Ctc,
        Mcf => T30FrameClass.Mcf,
        Rtn => T30FrameClass.Rtn,
        Rtp => T30FrameClass.Rtp,
        Pin => T30FrameClass.Pin,
        Pip => T30FrameClass.Pip,
        Rnr => T30FrameClass.Rnr,
        Err => T30FrameClass.Err,
        Ppr => T30FrameClass.Ppr,
        Fdm => T30FrameClass.Fdm,
        Crp => T30FrameClass.Crp,
        Dcn => T30FrameClass.Dcn,
        _ => T30FrameClass.Other,
    };
}
