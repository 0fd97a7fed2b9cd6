// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>Where a call stands. Await… states listen, Sending… states wait for the modem's OnSent.</summary>
public enum T30State
{
    /// <summary>Not started.</summary>
    Idle,
    /// <summary>Control frames, CED or a response are on their way; what follows is noted beside.</summary>
    SendingControl,
    /// <summary>Calling: CNG goes out, DIS is awaited. After EOM too.</summary>
    AwaitDis,
    /// <summary>Called: DIS was sent, DCS or DTC is awaited.</summary>
    AwaitDisAnswer,
    /// <summary>Calling: DTC was sent, DCS is awaited.</summary>
    AwaitDtcAnswer,
    /// <summary>Sender: training and TCF are on their way.</summary>
    SendingTcf,
    /// <summary>Sender: CFR or FTT is awaited.</summary>
    AwaitCfr,
    /// <summary>Sender: a non-ECM page is on its way.</summary>
    SendingPage,
    /// <summary>Sender: MPS, EOM or EOP was sent.</summary>
    AwaitPageResponse,
    /// <summary>Sender: an ECM block is on its way.</summary>
    SendingBlock,
    /// <summary>Sender: PPS was sent.</summary>
    AwaitBlockResponse,
    /// <summary>Sender: RR was sent after RNR.</summary>
    AwaitReadyResponse,
    /// <summary>Sender: CTC was sent.</summary>
    AwaitCtr,
    /// <summary>Sender: EOR was sent.</summary>
    AwaitErr,
    /// <summary>Receiver: DCS was accepted, TCF is awaited or arrives.</summary>
    ReceivingTcf,
    /// <summary>Receiver: CFR was sent, or MCF for MPS: a non-ECM page is awaited.</summary>
    AwaitPage,
    /// <summary>Receiver: a non-ECM page arrives.</summary>
    ReceivingPage,
    /// <summary>Receiver: a non-ECM page has ended, its command is awaited.</summary>
    AwaitPostMessage,
    /// <summary>Receiver, non-ECM: the host has been asked to confirm a page; we are silent.</summary>
    AwaitHost,
    /// <summary>Receiver: FTT, RTP or RTN was sent, DCS is awaited.</summary>
    AwaitRetrain,
    /// <summary>Receiver: MCF was sent for EOM.</summary>
    AwaitTurnaround,
    /// <summary>Receiver: MCF was sent for EOP, or ERR for the last EOR.</summary>
    AwaitDcn,
    /// <summary>Receiver: an ECM block is awaited.</summary>
    AwaitBlock,
    /// <summary>Receiver: an ECM block arrives.</summary>
    ReceivingBlock,
    /// <summary>Receiver: an ECM block has ended, its PPS is awaited.</summary>
    AwaitPps,
    /// <summary>Receiver, ECM: the host has been asked to confirm a page; RNR comes if it takes long.</summary>
    HoldingHost,
    /// <summary>Receiver, ECM: RNR was sent.</summary>
    AwaitRr,
    /// <summary>DCN is on its way.</summary>
    Disconnecting,
    /// <summary>Over.</summary>
    Ended,
}

/// <summary>What the engine does about a frame: a step of T.30's figures.</summary>
public enum T30Action
{
    /// <summary>Nothing; the state's timer decides.</summary>
    Ignore,
    /// <summary>Keep the remote station's number.</summary>
    KeepStationId,
    /// <summary>Keep a subaddress, selective polling address or password.</summary>
    KeepAddress,
    /// <summary>Count a damaged frame.</summary>
    CountDamaged,
    /// <summary>DIS: is it the station that was meant? Then choose whether to send or to poll.</summary>
    TakeDis,
    /// <summary>DTC: become the sender.</summary>
    TakeDtc,
    /// <summary>DCS: become the receiver, expect TCF.</summary>
    TakeDcs,
    /// <summary>Send the last command once more, within the three tries.</summary>
    RepeatCommand,
    /// <summary>Send the last response once more: it was lost.</summary>
    RepeatResponse,
    /// <summary>CFR: phase C.</summary>
    StartMessage,
    /// <summary>FTT: one rate lower, train again.</summary>
    FallBack,
    /// <summary>MCF or PIP: the page (or block) is confirmed.</summary>
    Confirmed,
    /// <summary>RTP: confirmed, train again before the next page.</summary>
    ConfirmedRetrain,
    /// <summary>RTN or PIN: not confirmed; train again and repeat the page.</summary>
    Rejected,
    /// <summary>PPR: send the frames asked for, or CTC or EOR at the fourth.</summary>
    RepeatFrames,
    /// <summary>RNR: ask by RR until T5.</summary>
    AskReady,
    /// <summary>CTR: send the frames at the new rate.</summary>
    ContinueCorrecting,
    /// <summary>ERR: the page was given up.</summary>
    GiveUpPage,
    /// <summary>PIN within ECM: an operator is asked for, whom we do not have.</summary>
    RefuseInterrupt,
    /// <summary>MPS, EOM, EOP and their PRI forms: judge the page.</summary>
    TakePageCommand,
    /// <summary>A page command with no page before it: the carrier was missed.</summary>
    RejectMissingPage,
    /// <summary>PPS: is the block complete?</summary>
    TakePps,
    /// <summary>CTC: take the new rate, answer CTR.</summary>
    TakeCtc,
    /// <summary>EOR: the sender gives the block up, answer ERR.</summary>
    TakeEor,
    /// <summary>RR: still busy, or the response.</summary>
    TakeRr,
    /// <summary>The command is repeated while the host thinks.</summary>
    NoteRepeatedCommand,
    /// <summary>FCD: keep the frame.</summary>
    KeepFrame,
    /// <summary>RCP: the block's end.</summary>
    NoteBlockEnd,
    /// <summary>DCN where it belongs: done.</summary>
    Complete,
    /// <summary>DCN where it does not.</summary>
    RemoteEnded,
}
