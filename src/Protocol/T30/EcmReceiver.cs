// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>One block of up to 256 frames of the page being received. The buffer is made once a call, on the first
/// frame.</summary>
internal sealed class EcmReceiver
{
    // Our limit: image frames taken in one transmission of a block, repeats and damaged ones included.
    private const int FramesHeardMax = 4 * EcmTransmitter.FramesMax;

    private readonly ulong[] _has = new ulong[EcmTransmitter.FramesMax / 64];
    private readonly ushort[] _lengths = new ushort[EcmTransmitter.FramesMax];
    private byte[] _octets = [];
    private int _frameBytes = 256;
    private int _heard;

    public bool IsEmpty => (_has[0] | _has[1] | _has[2] | _has[3]) == 0;

    public void Reset(int frameBytes)
    {
        _frameBytes = frameBytes;
        _heard = 0;
        Array.Clear(_has);
    }

    public void BeginTransmission() => _heard = 0;

    /// <summary>Keeps an FCD's data; false where its length is not one that the DCS allows.</summary>
    public bool Keep(ReadOnlySpan<byte> fif)
    {
        int frame = BitOrder.Reverse(fif[0]);
        ReadOnlySpan<byte> data = fif[1..];
        if (data.Length > _frameBytes || ++_heard > FramesHeardMax)
        {
            return false;
        }

        if (!Has(frame))
        {
            if (_octets.Length < EcmTransmitter.FramesMax * _frameBytes)
            {
                _octets = new byte[EcmTransmitter.FramesMax * _frameBytes];
            }

            data.CopyTo(_octets.AsSpan(frame * _frameBytes));
            _lengths[frame] = (ushort)data.Length;
            _has[frame >> 6] |= 1UL << (frame & 63);
        }

        return true;
    }

    public bool IsComplete(int frames)
    {
        for (int frame = 0; frame < frames; frame++)
        {
            if (!Has(frame))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>PPR's FIF: a bit a frame, 1 = send it; bits of frames that the block does not have are 1 (T.30 §A.4.4).
    /// Returns how many frames are asked for.</summary>
    public int WriteMap(int frames, Span<byte> map)
    {
        map.Clear();
        int missing = 0;
        for (int frame = 0; frame < EcmTransmitter.FramesMax; frame++)
        {
            if (frame >= frames || !Has(frame))
            {
                map[frame >> 3] |= (byte)(0x80 >> (frame & 7));
                missing += frame < frames ? 1 : 0;
            }
        }

        return missing;
    }

    /// <summary>Hands the frames from the first on to the decoder, up to the first that is missing. Whole frames lie
    /// side by side and go as one, so that the decoder is not held up at the end of each.</summary>
    public void Drain(IImageWork work, int frames)
    {
        int frame = 0;
        while (frame < frames && Has(frame))
        {
            int first = frame * _frameBytes;
            int end = first;
            for (bool whole = true; whole && frame < frames && Has(frame); frame++)
            {
                end += _lengths[frame];
                whole = _lengths[frame] == _frameBytes;
            }

            work.Write(_octets.AsSpan(first..end));
        }
    }

    private bool Has(int frame) => (_has[frame >> 6] >> (frame & 63) & 1) != 0;
}
