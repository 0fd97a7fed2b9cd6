// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>From the state table's actions to the parts that do them.</summary>
internal sealed class FrameActions(T30Call call, Identification identification, DocumentSender sender,
    DocumentReceiver receiver)
{
    public void Take(in T30Frame frame, T30FrameClass kind)
    {
        T30Action action = T30StateTable.Decide(call.State, kind).Action;
        switch (action)
        {
            case T30Action.Ignore:
            case T30Action.NoteBlockEnd:
                break;
            case T30Action.KeepStationId:
                call.RemoteStationId = StationId.Read(frame.Fif);
                break;
            case T30Action.KeepAddress:
                KeepAddress(kind, StationId.Read(frame.Fif));
                break;
            case T30Action.CountDamaged:
                call.BadFrames++;
                break;
            case T30Action.TakeDis:
                identification.TakeDis(frame.Fif);
                break;
            case T30Action.TakeDtc:
                identification.TakeDtc(frame.Fif);
                break;
            case T30Action.RepeatCommand:
                call.RepeatCommand(Silence.ReasonFor(call.State));
                break;
            case T30Action.RepeatResponse:
                call.SendControlAgain();
                break;
            case T30Action.Complete:
                call.End(receiver.LostPage ? T30EndReason.PageDamaged : T30EndReason.Completed);
                break;
            case T30Action.RemoteEnded:
                call.End(T30EndReason.RemoteDisconnected);
                break;
            default:
                if (!TakeAsSender(action, frame))
                {
                    TakeAsReceiver(action, frame, kind);
                }

                break;
        }
    }

    private bool TakeAsSender(T30Action action, in T30Frame frame)
    {
        switch (action)
        {
            case T30Action.StartMessage:
                sender.StartMessage();
                return true;
            case T30Action.FallBack:
                sender.FallBack();
                return true;
            case T30Action.Confirmed:
                sender.Confirmed(retrain: false);
                return true;
            case T30Action.ConfirmedRetrain:
                sender.Confirmed(retrain: true);
                return true;
            case T30Action.Rejected:
                sender.Rejected();
                return true;
            case T30Action.RepeatFrames:
                sender.RepeatFrames(frame.Fif);
                return true;
            case T30Action.AskReady:
                sender.AskReady();
                return true;
            case T30Action.ContinueCorrecting:
                sender.ContinueCorrecting();
                return true;
            case T30Action.GiveUpPage:
                sender.GiveUpPage();
                return true;
            case T30Action.RefuseInterrupt:
                call.Disconnect(T30EndReason.PageRejected);
                return true;
            default:
                return false;
        }
    }

    private void TakeAsReceiver(T30Action action, in T30Frame frame, T30FrameClass kind)
    {
        switch (action)
        {
            case T30Action.TakeDcs:
                receiver.TakeDcs(frame.Fif);
                break;
            case T30Action.TakePageCommand:
                receiver.TakePageCommand(kind);
                break;
            case T30Action.RejectMissingPage:
                receiver.RejectMissingPage();
                break;
            case T30Action.NoteRepeatedCommand:
                receiver.Confirmation.NoteRepeatedCommand();
                break;
            case T30Action.TakeRr:
                receiver.Confirmation.TakeRr();
                break;
            case T30Action.KeepFrame:
                receiver.Blocks.KeepFrame(frame.Fif);
                break;
            case T30Action.TakePps:
                receiver.Blocks.TakePps(frame.Fif);
                break;
            case T30Action.TakeEor:
                receiver.Blocks.TakeEor(frame.Fif);
                break;
            case T30Action.TakeCtc:
                receiver.TakeCtc(frame.Fif);
                break;
            default:
                throw new InvalidOperationException($"{action} has nobody to do it");
        }
    }

    private void KeepAddress(T30FrameClass kind, string text)
    {
        T30Addressing known = call.RemoteAddressing;
        call.RemoteAddressing = kind switch
        {
            T30FrameClass.Sub => known with { SubAddress = text },
            T30FrameClass.Sep => known with { SelectivePolling = text },
            _ => known with { Password = text },
        };
    }
}
