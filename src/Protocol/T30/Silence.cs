// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>What a timer's end does in each state: the other half of the state machine (T.30 §5.4.1,
/// §5.4.3.1).</summary>
internal sealed class Silence(T30Call call, Identification identification, DocumentSender sender,
    DocumentReceiver receiver)
{
    private T30Timing Timing => call.Settings.Timing;

    /// <summary>The reason when the third try of a state's command stays unanswered.</summary>
    public static T30EndReason ReasonFor(T30State state) => state switch
    {
        T30State.AwaitDtcAnswer => T30EndReason.NoPollResponse,
        T30State.AwaitCfr => T30EndReason.NoTrainingResponse,
        T30State.AwaitPageResponse => T30EndReason.NoPageResponse,
        T30State.AwaitBlockResponse => T30EndReason.NoBlockResponse,
        T30State.AwaitReadyResponse => T30EndReason.NoReadyResponse,
        _ => T30EndReason.NoCorrectionResponse,
    };

    /// <summary>T0, T1 or T5 has run out.</summary>
    public void EndPhase()
    {
        call.Timers.Phase = null;
        switch (call.State)
        {
            case T30State.AwaitDis:
                call.End(identification.Answered ? T30EndReason.NoIdentificationT1 : T30EndReason.NoAnswerT0);
                break;
            case T30State.SendingControl when call.Phase == T30Phase.B:
            case T30State.AwaitDisAnswer:
                call.End(T30EndReason.NoIdentificationT1);
                break;
            case T30State.HoldingHost:
            case T30State.AwaitRr:
                call.Disconnect(T30EndReason.HostSlow);
                break;
            default:
                call.Disconnect(receiver.Confirmation.IsPending ? T30EndReason.HostSlow : T30EndReason.NotReadyT5);
                break;
        }
    }

    /// <summary>T2, T4 or a guard of the state has run out.</summary>
    public void EndState()
    {
        switch (call.State)
        {
            case T30State.AwaitDis:
                EndPhase();
                break;
            case T30State.AwaitDisAnswer:
                // T.30 figure 5-2b: the identification again, until T1.
                call.SendControlAgain();
                break;
            case T30State.AwaitDtcAnswer or T30State.AwaitCfr or T30State.AwaitPageResponse
                or T30State.AwaitBlockResponse or T30State.AwaitReadyResponse or T30State.AwaitCtr or T30State.AwaitErr:
                call.RepeatCommand(ReasonFor(call.State));
                break;
            case T30State.SendingPage:
                sender.CheckStall();
                break;
            case T30State.ReceivingTcf:
                receiver.JudgeTcf();
                break;
            case T30State.ReceivingPage:
                receiver.AwaitCommand(T30State.AwaitPostMessage);
                break;
            case T30State.ReceivingBlock:
                receiver.AwaitCommand(T30State.AwaitPps);
                break;
            case T30State.HoldingHost:
                receiver.Confirmation.SendNotReady();
                break;
            case T30State.AwaitHost:
                call.Disconnect(T30EndReason.HostSlow);
                break;
            case T30State.AwaitTurnaround:
                TurnRound();
                break;
            default:
                call.End(EndOf(call.State));
                break;
        }
    }

    /// <summary>A V.21 carrier came and went without anything to act on: the wait for a command starts anew
    /// (T.30 §5.4.3.1, T2: from the last signal); the wait for a response goes on.</summary>
    public void NoteUselessCarrier()
    {
        bool waitsForCommand = call.State is T30State.AwaitPage or T30State.AwaitBlock or T30State.AwaitPostMessage
            or T30State.AwaitPps or T30State.AwaitRetrain or T30State.AwaitRr or T30State.ReceivingTcf;
        if (waitsForCommand)
        {
            call.Timers.State = call.Now + Timing.T2;
        }
    }

    // T.30 §5.4.3.1: T2's end releases the line without DCN.
    private T30EndReason EndOf(T30State state) => state switch
    {
        T30State.AwaitPage or T30State.AwaitBlock => T30EndReason.NoCarrierT2,
        T30State.AwaitDcn => receiver.LostPage ? T30EndReason.PageDamaged : T30EndReason.CompletedWithoutDcn,
        T30State.Disconnecting => call.EndReason,
        T30State.SendingControl or T30State.SendingTcf or T30State.SendingBlock => T30EndReason.SendStalled,
        _ => T30EndReason.NoCommandT2,
    };

    // T.30 figure 5-2b: after EOM the called station identifies itself again; a polling one waits for that.
    private void TurnRound()
    {
        if (call.Role == T30Role.Called)
        {
            identification.SendDis();
        }
        else
        {
            call.Timers.Phase = call.Now + Timing.T1;
            call.Listen(T30State.AwaitDis, Timing.T1);
        }
    }
}
