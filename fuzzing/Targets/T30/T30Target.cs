// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Fuzzing.Targets.T30;

/// <summary>
/// A whole T.30 session against a far end that says what the input says, in any state and at either side. The first
/// octet picks the side and its settings, the second the host; then come steps: an octet whose low three bits pick what
/// is done and whose high ones vary it, an octet that counts, and octets for it.
/// </summary>
/// <remarks>Held to: nothing throws; what was heard is acted upon once its carrier has ended and never later; work is
/// bounded by the input; no page is confirmed that the host did not keep; each page that was begun is ended; silence
/// ends the call, with a reason, and then nothing moves it.</remarks>
internal sealed class T30Target : IFuzzTarget
{
    private const int HeaderBytes = 2;

    // Far more than a call needs to come to its second page. Our limit: it bounds an input's cost.
    private const int StepsMax = 250;

    private const int ModulationCount = (int)FaxModulation.V17At14400 + 1;

    private readonly byte[] frame = new byte[3 + byte.MaxValue];
    private readonly byte[] octets = new byte[byte.MaxValue * 16];

    public string Name => "t30";

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < HeaderBytes)
        {
            return;
        }

        T30Play play = new(input[0], input[1]);
        play.Start();
        input = input[HeaderBytes..];
        for (int i = 0; i < StepsMax && input.Length >= 2; i++)
        {
            Step(play, input[0], input[1], ref input);
        }

        play.FallSilent();
    }

    private void Step(T30Play play, byte what, byte count, ref ReadOnlySpan<byte> input)
    {
        int variant = what >> 3;
        input = input[2..];
        switch (what % 8)
        {
            case 0:
                bool alone = (variant & 8) != 0;
                play.SayOnV21(Frame(variant, count, ref input), fcsValid: (variant & 4) == 0, alone);
                break;
            case 1:
                play.SayOnImageCarrier(Frame(variant, count, ref input), fcsValid: (variant & 4) == 0);
                break;
            case 2:
                play.Signal((LineSignal)(variant % 5), (FaxModulation)(count % ModulationCount));
                break;
            case 3:
                play.Image(Zeros(count), lostOctets: variant);
                break;
            case 4:
                play.Image(Take(count, ref input), lostOctets: 0);
                break;
            case 5:
                play.EndCarrier();
                break;
            case 6:
                play.Wait(TimeSpan.FromMilliseconds(count * (variant == 0 ? 20 : 200)));
                break;
            default:
                play.Host(variant);
                break;
        }
    }

    // Variant bit 0: the octets are the whole frame; else they follow address and control. Bit 1: not the final one.
    private ReadOnlySpan<byte> Frame(int variant, int count, ref ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> body = Take(count, ref input);
        if ((variant & 1) != 0)
        {
            return body;
        }

        frame[0] = T30Frame.Address;
        frame[1] = (byte)(T30Frame.Control | ((variant & 2) != 0 ? 0 : T30Frame.FinalBit));
        body.CopyTo(frame.AsSpan(2));
        return frame.AsSpan(0, 2 + body.Length);
    }

    private static ReadOnlySpan<byte> Take(int count, ref ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> taken = input[..Math.Min(count, input.Length)];
        input = input[taken.Length..];
        return taken;
    }

    private ReadOnlySpan<byte> Zeros(int count) => octets.AsSpan(0, count * 16);
}
