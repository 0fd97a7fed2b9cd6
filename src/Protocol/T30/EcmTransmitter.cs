// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace Hermetic.Protocol.T30;

/// <summary>
/// One block of up to 256 frames of the page being sent (T.4 §A.3.6, T.30 §A.3): kept until it is confirmed, and
/// yielded to the modem, whole or as PPR asked, with three RCP behind it. The buffer is made once a call, on the first
/// ECM block.
/// </summary>
internal sealed class EcmTransmitter(IImageWork work) : IFrameSource
{
    /// <summary>Frames of a block (T.4 §A.3.6.1).</summary>
    public const int FramesMax = 256;

    // T.4 §A.3.6.2: three RCP end a block.
    private const int RcpCount = 3;

    private readonly ulong[] _wanted = new ulong[FramesMax / 64];
    private byte[] _octets = [];
    private int _frameBytes;
    private int _filled;
    private bool _hasPeek;
    private byte _peek;
    private int _at;
    private int _rcpLeft;

    /// <inheritdoc/>
    public int FrameBytesMax => T30Frame.FifOffset + 1 + _frameBytes;

    public int Frames => (_filled + _frameBytes - 1) / _frameBytes;

    public bool IsLastBlock => !_hasPeek;

    /// <summary>Block counter within the page, modulo 256 (T.30 §A.4.3).</summary>
    public byte Block { get; private set; }

    public void BeginPage(int frameBytes)
    {
        _frameBytes = frameBytes;
        if (_octets.Length < FramesMax * frameBytes)
        {
            _octets = new byte[FramesMax * frameBytes];
        }

        Block = 0;
        _hasPeek = work.Read(new Span<byte>(ref _peek)) == 1;
        Fill();
    }

    public void NextBlock()
    {
        Block++;
        Fill();
    }

    /// <summary>Takes PPR's bit map; false if it asks for no frame of this block.</summary>
    public bool Select(ReadOnlySpan<byte> map)
    {
        Array.Clear(_wanted);
        int wanted = 0;
        for (int frame = 0; frame < Frames; frame++)
        {
            if ((map[frame >> 3] & 0x80 >> (frame & 7)) != 0)
            {
                _wanted[frame >> 6] |= 1UL << (frame & 63);
                wanted++;
            }
        }

        return wanted > 0;
    }

    public int SelectedFrames => _wanted.Sum(BitOperations.PopCount);

    /// <summary>From the first selected frame again.</summary>
    public void Rewind()
    {
        _at = 0;
        _rcpLeft = RcpCount;
    }

    /// <inheritdoc/>
    public bool TryNext(Span<byte> destination, out int length)
    {
        destination[0] = T30Frame.Address;
        destination[1] = T30Frame.Control;
        while (_at < Frames && (_wanted[_at >> 6] >> (_at & 63) & 1) == 0)
        {
            _at++;
        }

        if (_at < Frames)
        {
            destination[T30Frame.FcfOffset] = Fcf.Fcd;
            destination[T30Frame.FifOffset] = BitOrder.Reverse((byte)_at);
            _octets.AsSpan(_at * _frameBytes, _frameBytes).CopyTo(destination[(T30Frame.FifOffset + 1)..]);
            length = T30Frame.FifOffset + 1 + _frameBytes;
            _at++;
            return true;
        }

        destination[T30Frame.FcfOffset] = Fcf.Rcp;
        length = T30Frame.FifOffset;
        return _rcpLeft-- > 0;
    }

    // One octet is read ahead, so that the block knows whether it is the page's last.
    private void Fill()
    {
        Span<byte> room = _octets.AsSpan(0, FramesMax * _frameBytes);
        _filled = 0;
        if (_hasPeek)
        {
            room[_filled++] = _peek;
        }

        for (int read = 1; read > 0 && _filled < room.Length; _filled += read)
        {
            read = work.Read(room[_filled..]);
        }

        _hasPeek = _filled == room.Length && work.Read(new Span<byte>(ref _peek)) == 1;

        // T.4 §A.3.6.1.2: the last frame is filled up with zeros.
        room[_filled..Math.Min(room.Length, Frames * _frameBytes)].Clear();
        Array.Clear(_wanted);
        for (int frame = 0; frame < Frames; frame++)
        {
            _wanted[frame >> 6] |= 1UL << (frame & 63);
        }
    }
}
