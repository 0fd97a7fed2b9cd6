// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>What a frame is, as far as the state table tells frames apart.</summary>
public enum T30FrameClass
{
    /// <summary>Digital identification signal (T.30 §5.3.6.1.1).</summary>
    Dis,
    /// <summary>Called subscriber identification.</summary>
    Csi,
    /// <summary>Non-standard facilities.</summary>
    Nsf,
    /// <summary>Digital transmit command (T.30 §5.3.6.1.2).</summary>
    Dtc,
    /// <summary>Calling subscriber identification.</summary>
    Cig,
    /// <summary>Non-standard facilities command.</summary>
    Nsc,
    /// <summary>Password, before DTC.</summary>
    Pwd,
    /// <summary>Selective polling, before DTC.</summary>
    Sep,
    /// <summary>Digital command signal (T.30 §5.3.6.1.3).</summary>
    Dcs,
    /// <summary>Transmitting subscriber identification.</summary>
    Tsi,
    /// <summary>Non-standard set-up.</summary>
    Nss,
    /// <summary>Subaddress, before DCS.</summary>
    Sub,
    /// <summary>Sender identification, before DCS (a password in the 1993 edition).</summary>
    Sid,
    /// <summary>Confirmation to receive (T.30 §5.3.6.1.4).</summary>
    Cfr,
    /// <summary>Failure to train.</summary>
    Ftt,
    /// <summary>End of message (T.30 §5.3.6.1.6).</summary>
    Eom,
    /// <summary>Multipage signal.</summary>
    Mps,
    /// <summary>End of procedure.</summary>
    Eop,
    /// <summary>Procedure interrupt, end of message.</summary>
    PriEom,
    /// <summary>Procedure interrupt, multipage signal.</summary>
    PriMps,
    /// <summary>Procedure interrupt, end of procedure.</summary>
    PriEop,
    /// <summary>Message confirmation (T.30 §5.3.6.1.7).</summary>
    Mcf,
    /// <summary>Retrain positive.</summary>
    Rtp,
    /// <summary>Retrain negative.</summary>
    Rtn,
    /// <summary>Procedure interrupt positive.</summary>
    Pip,
    /// <summary>Procedure interrupt negative.</summary>
    Pin,
    /// <summary>File diagnostics message.</summary>
    Fdm,
    /// <summary>Partial page signal with any of its second control fields (T.30 §A.4.3).</summary>
    Pps,
    /// <summary>Partial page request (T.30 §A.4.4).</summary>
    Ppr,
    /// <summary>Receive not ready.</summary>
    Rnr,
    /// <summary>Receive ready.</summary>
    Rr,
    /// <summary>Continue to correct (T.30 §A.4.1).</summary>
    Ctc,
    /// <summary>Response to continue to correct.</summary>
    Ctr,
    /// <summary>End of retransmission, with any of its second control fields.</summary>
    Eor,
    /// <summary>Response to end of retransmission.</summary>
    Err,
    /// <summary>Disconnect (T.30 §5.3.6.1.8).</summary>
    Dcn,
    /// <summary>Command repeat.</summary>
    Crp,
    /// <summary>Facsimile coded data (T.4 §A.3.6.1).</summary>
    Fcd,
    /// <summary>Return to control for partial page (T.4 §A.3.6.2).</summary>
    Rcp,
    /// <summary>A well-formed frame that we have no use for (TSA, IRA, TNR, PSA, EOS, FNV and what comes
    /// later).</summary>
    Other,
    /// <summary>A frame with a wrong FCS.</summary>
    Damaged,
    /// <summary>A frame with a right FCS that is shorter than its type needs, or has no valid address or
    /// control.</summary>
    Malformed,
}
