// SPDX-License-Identifier: Apache-2.0
using static Hermetic.Protocol.T30.T30Action;
using static Hermetic.Protocol.T30.T30FrameClass;
using static Hermetic.Protocol.T30.T30State;

namespace Hermetic.Protocol.T30;

/// <summary>One row: in this state, these frames lead to this action, because of this clause.</summary>
public sealed record T30StateRow(T30State State, FrameSet Frames, T30Action Action, string Clause);

/// <summary>
/// The state machine: what each frame does in each state (T.30 figures 5-2 and A.4, both stations, both directions).
/// The engine asks nothing else. Every pair is decided exactly once: by a row that names the frame, or else by the
/// state's row for the rest; the type's initialiser refuses a table where that is not so.
/// </summary>
public static class T30StateTable
{
    private const string DcnClause = "T.30 §5.3.6.1.8: DCN asks for no answer; release";
    private const string IdClause = "T.30 §5.3.6.2.4: optional signals before the command";
    private const string BadClause = "T.30 §5.4.2: a frame in error is no command and no response; the timer decides";
    private const string RestClause = "T.30 §5.4.2: not awaited here; the timer decides";
    private const string SendingClause = "T.30 §3.2: half duplex; what is heard while we send is no answer";

    /// <summary>All rows, grouped by state.</summary>
    public static IReadOnlyList<T30StateRow> Rows { get; } =
    [
        new(Idle, FrameSet.Rest, Ignore, "T.30 §3.2.1: no call yet"),
        .. Sending(SendingControl),
        .. Sending(SendingTcf),
        .. Sending(SendingPage),
        .. Sending(SendingBlock),

        // Phase B, calling station.
        new(AwaitDis, Dis, TakeDis,
            "T.30 §5.3.6.1.1, figure 5-2a (T); §5.3.6.2.4: the CSI before it may stop the call"),
        .. Listening(AwaitDis),

        // Phase B, called station.
        new(AwaitDisAnswer, Dcs, TakeDcs, "T.30 §5.3.6.1.3, figure 5-2b (R)"),
        new(AwaitDisAnswer, Dtc, TakeDtc, "T.30 §5.3.6.1.2, figure 5-2b (R)"),
        new(AwaitDisAnswer, Crp, RepeatResponse, "T.30 §5.3.6.1.8: CRP, repeat the identification"),
        .. Listening(AwaitDisAnswer),

        // Polling: the calling station has sent DTC.
        new(AwaitDtcAnswer, Dcs, TakeDcs, "T.30 §5.3.6.1.3, figure 5-2a (D): the polled station commands"),
        new(AwaitDtcAnswer, FrameSet.Of(Dis, Crp), RepeatCommand, "T.30 figure 5-2a (D): DTC was not understood"),
        .. Listening(AwaitDtcAnswer),

        // Sender: training.
        new(AwaitCfr, Cfr, StartMessage, "T.30 §5.3.6.1.4: CFR; §5.3.6.2.4: a CSI that came since may stop the call"),
        new(AwaitCfr, Ftt, FallBack, "T.30 §5.3.6.1.4: FTT, retrain"),
        new(AwaitCfr, FrameSet.Of(Dis, Dtc, Crp), RepeatCommand, "T.30 figure 5-2a (D): DCS was not understood"),
        .. Listening(AwaitCfr),

        // Sender: after a page without error correction.
        new(AwaitPageResponse, FrameSet.Of(Mcf, Pip), Confirmed,
            "T.30 §5.3.6.1.7: MCF; PIP confirms too, its interrupt is refused"),
        new(AwaitPageResponse, Rtp, ConfirmedRetrain, "T.30 §5.3.6.1.7: RTP"),
        new(AwaitPageResponse, FrameSet.Of(Rtn, Pin), Rejected,
            "T.30 §5.3.6.1.7: RTN; PIN rejects too, its interrupt is refused"),
        new(AwaitPageResponse, Crp, RepeatCommand, "T.30 §5.3.6.1.8: CRP"),
        .. Listening(AwaitPageResponse),

        // Sender: after an ECM block.
        new(AwaitBlockResponse, FrameSet.Of(Mcf, Pip), Confirmed,
            "T.30 §A.4.4: MCF; PIP confirms too, its interrupt is refused"),
        new(AwaitBlockResponse, Ppr, RepeatFrames, "T.30 §A.4.4: PPR"),
        new(AwaitBlockResponse, Rnr, AskReady, "T.30 §A.4.4: RNR, flow control"),
        new(AwaitBlockResponse, Pin, RefuseInterrupt, "T.30 §A.4.4: PIN; we have no operator"),
        new(AwaitBlockResponse, Crp, RepeatCommand, "T.30 §5.3.6.1.8: CRP"),
        .. Listening(AwaitBlockResponse),

        new(AwaitReadyResponse, FrameSet.Of(Mcf, Pip), Confirmed, "T.30 §A.5.4.1: the response that RNR put off"),
        new(AwaitReadyResponse, Rnr, AskReady, "T.30 §A.5.4.1: RNR again, until T5"),
        new(AwaitReadyResponse, Ppr, RepeatFrames, "T.30 §A.4.4: PPR"),
        new(AwaitReadyResponse, Err, GiveUpPage, "T.30 §A.5.4.1: ERR, put off by RNR after EOR"),
        new(AwaitReadyResponse, Pin, RefuseInterrupt, "T.30 §A.4.4: PIN; we have no operator"),
        new(AwaitReadyResponse, Crp, RepeatCommand, "T.30 §5.3.6.1.8: CRP"),
        .. Listening(AwaitReadyResponse),

        new(AwaitCtr, Ctr, ContinueCorrecting, "T.30 §A.4.2: CTR"),
        new(AwaitCtr, FrameSet.Of(Ppr, Crp), RepeatCommand, "T.30 §A.4.1: CTC was not understood"),
        .. Listening(AwaitCtr),

        new(AwaitErr, FrameSet.Of(Err, Mcf), GiveUpPage, "T.30 §A.4.4: ERR"),
        new(AwaitErr, Rnr, AskReady, "T.30 §A.4.4: RNR after EOR"),
        new(AwaitErr, FrameSet.Of(Ppr, Crp), RepeatCommand, "T.30 §A.4.3: EOR was not understood"),
        .. Listening(AwaitErr),

        // Receiver: training.
        new(ReceivingTcf, Dcs, TakeDcs, "T.30 figure 5-2b: DCS again, its TCF was not answered"),
        new(ReceivingTcf, Dtc, TakeDtc, "T.30 §5.3.6.1.2: DTC"),
        .. Listening(ReceivingTcf),

        // Receiver: pages without error correction.
        new(AwaitPage, Dcs, TakeDcs, "T.30 figure 5-2b: CFR was lost, DCS again"),
        new(AwaitPage, FrameSet.PageCommands, RejectMissingPage,
            "T.30 §5.3.6.1.7: repeat the response, or RTN where the page was missed"),
        new(AwaitPage, Crp, RepeatResponse, "T.30 §5.3.6.1.8: CRP"),
        .. Listening(AwaitPage),

        new(ReceivingPage, FrameSet.PageCommands, TakePageCommand, "T.30 §5.3.6.1.6; the carrier's end was missed"),
        new(ReceivingPage, Dcs, TakeDcs, "T.30 figure 5-2b: CFR was lost, what came was no page"),
        .. Listening(ReceivingPage),

        new(AwaitPostMessage, FrameSet.PageCommands, TakePageCommand,
            "T.30 §5.3.6.1.6: MPS, EOM, EOP; the PRI- forms are taken as the plain ones"),
        new(AwaitPostMessage, Dcs, TakeDcs, "T.30 figure 5-2b: the page was cut, phase B again"),
        .. Listening(AwaitPostMessage),

        new(AwaitHost, FrameSet.PageCommands, NoteRepeatedCommand,
            "T.30 §5.4.1: the command again, within three tries"),
        .. Listening(AwaitHost),

        new(AwaitRetrain, Dcs, TakeDcs, "T.30 figure 5-2b: DCS and TCF after FTT, RTP or RTN"),
        new(AwaitRetrain, FrameSet.PageCommands, RepeatResponse, "T.30 §5.4.1: RTP or RTN was lost"),
        new(AwaitRetrain, Crp, RepeatResponse, "T.30 §5.3.6.1.8: CRP"),
        new(AwaitRetrain, Dtc, TakeDtc, "T.30 §5.3.6.1.2: DTC"),
        new(AwaitRetrain, Dcn, RemoteEnded, DcnClause),
        .. Common(AwaitRetrain),

        new(AwaitTurnaround, Dcs, TakeDcs, "T.30 figure 5-2b: phase B without another DIS"),
        new(AwaitTurnaround, Dtc, TakeDtc, "T.30 §5.3.6.1.2: DTC"),
        new(AwaitTurnaround, FrameSet.Of(Eom, PriEom, Pps, Rr, Crp), RepeatResponse, "T.30 §5.4.1: MCF was lost"),
        new(AwaitTurnaround, Dcn, Complete, "T.30 §5.3.6.1.8: DCN after a confirmed page"),
        .. Common(AwaitTurnaround),

        new(AwaitDcn, Dcn, Complete, "T.30 §5.3.6.1.8: DCN"),
        new(AwaitDcn, FrameSet.Of(Eop, PriEop, Pps, Rr, Eor, Crp), RepeatResponse, "T.30 §5.4.1: MCF was lost"),
        .. Common(AwaitDcn),

        // Receiver: ECM.
        new(AwaitBlock, Dcs, TakeDcs, "T.30 figure 5-2b: CFR was lost, DCS again"),
        .. EcmImage(AwaitBlock),
        .. EcmCommands(AwaitBlock),
        new(AwaitBlock, FrameSet.Of(Rr, Crp), RepeatResponse, "T.30 §A.5.4.1: MCF was lost"),
        .. Listening(AwaitBlock),

        .. EcmImage(ReceivingBlock),
        .. EcmCommands(ReceivingBlock),
        new(ReceivingBlock, Dcs, TakeDcs, "T.30 figure 5-2b: CFR was lost, what came was no block"),
        .. Listening(ReceivingBlock),

        .. EcmImage(AwaitPps),
        .. EcmCommands(AwaitPps),
        new(AwaitPps, Dcs, TakeDcs, "T.30 figure 5-2b: phase B again"),
        .. Listening(AwaitPps),

        new(HoldingHost, FrameSet.Of(Pps, Rr), NoteRepeatedCommand, "T.30 §A.5.4.1: asked again before RNR went out"),
        .. Listening(HoldingHost),

        new(AwaitRr, Rr, TakeRr, "T.30 §A.5.4.1: RR"),
        new(AwaitRr, FrameSet.Of(Pps, Eor), TakeRr, "T.30 §5.4.1: RNR was lost"),
        new(AwaitRr, Crp, RepeatResponse, "T.30 §5.3.6.1.8: CRP"),
        .. Listening(AwaitRr),

        // Release.
        new(Disconnecting, FrameSet.Rest, Ignore, "T.30 §3.2.5: released"),
        new(Ended, FrameSet.Rest, Ignore, "T.30 §3.2.5: released"),
    ];

    private static readonly T30StateRow[] Decisions = Compile();

    /// <summary>The row that decides this pair.</summary>
    public static T30StateRow Decide(T30State state, T30FrameClass frame)
        => Decisions[(int)state * FrameClassCount + (int)frame];

    private static int FrameClassCount => (int)Malformed + 1;

    private static T30StateRow[] Sending(T30State state) =>
    [
        new(state, Dcn, RemoteEnded, DcnClause),
        new(state, FrameSet.Bad, CountDamaged, SendingClause),
        new(state, FrameSet.Rest, Ignore, SendingClause),
    ];

    private static T30StateRow[] Listening(T30State state)
        => [new(state, Dcn, RemoteEnded, DcnClause), .. Common(state)];

    private static T30StateRow[] Common(T30State state) =>
    [
        new(state, FrameSet.Ids, KeepStationId, IdClause),
        new(state, FrameSet.Addresses, KeepAddress, IdClause),
        new(state, FrameSet.Bad, CountDamaged, BadClause),
        new(state, FrameSet.Rest, Ignore, RestClause),
    ];

    private static T30StateRow[] EcmImage(T30State state) =>
    [
        new(state, Fcd, KeepFrame, "T.4 §A.3.6.1: FCD"),
        new(state, Rcp, NoteBlockEnd, "T.4 §A.3.6.2: RCP"),
    ];

    private static T30StateRow[] EcmCommands(T30State state) =>
    [
        new(state, Pps, TakePps, "T.30 §A.4.3: PPS"),
        new(state, Ctc, TakeCtc, "T.30 §A.4.1: CTC"),
        new(state, Eor, TakeEor, "T.30 §A.4.3: EOR"),
    ];

    private static T30StateRow[] Compile()
    {
        int states = (int)Ended + 1;
        T30StateRow?[] decided = new T30StateRow?[states * FrameClassCount];
        foreach (T30StateRow row in Rows)
        {
            for (int frame = 0; frame < FrameClassCount; frame++)
            {
                ref T30StateRow? slot = ref decided[(int)row.State * FrameClassCount + frame];
                bool rest = row.Frames == FrameSet.Rest;
                if (!row.Frames.Contains((T30FrameClass)frame) || (rest && slot is not null))
                {
                    continue;
                }

                slot = slot is null ? row
                    : throw new InvalidOperationException($"{row.State} and {(T30FrameClass)frame} are decided twice");
            }
        }

        int gap = Array.IndexOf(decided, null);
        return gap < 0 ? [.. decided.Select(row => row!)]
            : throw new InvalidOperationException($"pair {gap} of {FrameClassCount} a state is open");
    }
}
