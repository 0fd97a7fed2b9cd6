// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>The receiving side of error correction (T.30 Annex A): blocks, PPS and PPR, EOR. A block is decoded when it
/// is complete, and only then confirmed.</summary>
internal sealed class BlockReceiver(T30Call call, DocumentReceiver receiver, IImageWork work)
{
    private readonly EcmReceiver _block = new();
    private bool _damaged;

    // Page and block counters of the PPS that we confirmed last, to know it when it comes again; -1 before the first.
    private int _confirmed = -1;

    public bool IsEmpty => _block.IsEmpty;

    /// <summary>A page starts: nothing is there.</summary>
    public void BeginPage()
    {
        _block.Reset(receiver.Dcs.FrameBytes);
        _damaged = false;
    }

    public void BeginTransmission() => _block.BeginTransmission();

    public void KeepFrame(ReadOnlySpan<byte> fif)
    {
        if (call.State == T30State.AwaitBlock)
        {
            call.Enter(T30State.ReceivingBlock, DocumentReceiver.ImageIdleMax);
        }

        if (call.State == T30State.ReceivingBlock)
        {
            call.Timers.State = call.Now + DocumentReceiver.ImageIdleMax;
        }

        if (!_block.Keep(fif))
        {
            call.BadFrames++;
        }
    }

    /// <summary>PPS: is the block complete? (T.30 §A.4.3, §A.4.4.)</summary>
    public void TakePps(ReadOnlySpan<byte> fif)
    {
        call.EnterPhase(T30Phase.D);
        if (!TryReadCommand(fif[0], out T30FrameClass? command))
        {
            call.BadFrames++;
            return;
        }

        int counters = fif[1] << 8 | fif[2];
        int frames = BitOrder.Reverse(fif[3]) + 1;
        if (_block.IsEmpty && counters == _confirmed)
        {
            call.SendControlAgain();
            return;
        }

        if (!_block.IsComplete(frames))
        {
            AskFrames(frames);
            return;
        }

        if (!receiver.OpenPage())
        {
            return;
        }

        _block.Drain(work, frames);
        if (receiver.CheckTooLong())
        {
            call.Disconnect(T30EndReason.LimitPageSize);
            return;
        }

        _confirmed = counters;
        if (command is { } last)
        {
            EndPage(last);
        }
        else
        {
            ConfirmBlock();
        }
    }

    /// <summary>EOR: the sender gives this block up (T.30 §A.4.3). We say ERR and never confirm the page.</summary>
    public void TakeEor(ReadOnlySpan<byte> fif)
    {
        if (!TryReadCommand(fif[0], out T30FrameClass? command))
        {
            call.BadFrames++;
            return;
        }

        if (!receiver.OpenPage())
        {
            return;
        }

        SalvageRows();
        work.NoteLoss(receiver.Dcs.FrameBytes);
        receiver.LostPage = true;
        _damaged = true;
        if (command is null)
        {
            receiver.Respond(Fcf.Err, receiver.AwaitMessage);
            return;
        }

        LetPageGo();
        receiver.Page++;
        BeginPage();
        receiver.Respond(Fcf.Err, command.Value switch
        {
            T30FrameClass.Mps => receiver.AwaitMessage,
            T30FrameClass.Eom => receiver.Confirmation.AwaitTurnaround,
            _ => receiver.Confirmation.AwaitDcn,
        });
    }

    /// <summary>What can be decoded of an incomplete block: the frames before the first gap.</summary>
    public void SalvageRows()
    {
        if (receiver.TryOpenPage())
        {
            _block.Drain(work, EcmTransmitter.FramesMax);
        }

        _block.Reset(receiver.Dcs.FrameBytes);
    }

    private void AskFrames(int frames)
    {
        Span<byte> map = stackalloc byte[T30Frame.PprFifBytes];
        call.FramesRepeated += _block.WriteMap(frames, map);
        receiver.Respond(Fcf.Ppr, map, receiver.AwaitMessage);
    }

    private void ConfirmBlock()
    {
        call.NoteProgress();
        _block.Reset(receiver.Dcs.FrameBytes);
        receiver.Respond(Fcf.Mcf, receiver.AwaitMessage);
    }

    private void EndPage(T30FrameClass command)
    {
        _block.Reset(receiver.Dcs.FrameBytes);
        if (_damaged)
        {
            LetPageGo();
            call.Disconnect(T30EndReason.PageDamaged);
            return;
        }

        PageQuality quality = receiver.FinishPage();
        if (call.State != T30State.Disconnecting)
        {
            receiver.ClosePage();
            receiver.Confirmation.Ask(command, CopyVerdict.Mcf, quality);
        }
    }

    private void LetPageGo()
    {
        PageQuality quality = receiver.FinishPage();
        if (receiver.PageOpen)
        {
            receiver.LetGo(quality, T30PageEvent.Abandoned);
        }
    }

    // Null: PPS-NULL, the page goes on. The PRI- forms are taken as the plain ones: we have no operator. The X bit is
    // taken either way: a station that was polled may give the second field the X bit of its first, which is 0.
    private static bool TryReadCommand(byte second, out T30FrameClass? command)
    {
        command = (byte)(second | Fcf.X) switch
        {
            Fcf.PpsMps or Fcf.PpsPriMps => T30FrameClass.Mps,
            Fcf.PpsEom or Fcf.PpsPriEom => T30FrameClass.Eom,
            Fcf.PpsEop or Fcf.PpsPriEop => T30FrameClass.Eop,
            _ => null,
        };
        return command is not null || second == Fcf.PpsNull;
    }
}
