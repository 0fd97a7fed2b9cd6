// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>The control frames of one transmission, kept until the next one so that a lost command or response can be
/// sent again as it was.</summary>
internal sealed class ControlFrames : IFrameSource
{
    // T.30 §5.3.6.1: the longest transmission is CIG, SEP, PWD, DTC: four frames of at most 23 octets; DCS has SUB,
    // SID and TSI with it.
    private const int FramesMax = 6;

    private readonly byte[] _octets = new byte[FramesMax * 48];
    private readonly int[] _ends = new int[FramesMax];
    private int _count;
    private int _next;

    /// <inheritdoc/>
    public int FrameBytesMax => 48;

    public int Count => _count;

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            int start = index == 0 ? 0 : _ends[index - 1];
            return _octets.AsSpan(start, _ends[index] - start);
        }
    }

    public ControlFrames Clear()
    {
        _count = 0;
        _next = 0;
        return this;
    }

    /// <summary>Adds a frame; the last one gets the final bit in <see cref="Seal"/>.</summary>
    public ControlFrames Add(byte fcf, ReadOnlySpan<byte> fif = default)
    {
        int start = _count == 0 ? 0 : _ends[_count - 1];
        Span<byte> frame = _octets.AsSpan(start);
        frame[0] = T30Frame.Address;
        frame[1] = T30Frame.Control;
        frame[T30Frame.FcfOffset] = fcf;
        fif.CopyTo(frame[T30Frame.FifOffset..]);
        _ends[_count++] = start + T30Frame.FifOffset + fif.Length;
        return this;
    }

    public ControlFrames AddId(byte fcf, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return this;
        }

        Span<byte> fif = stackalloc byte[StationId.Length];
        StationId.Write(text, fif);
        return Add(fcf, fif);
    }

    /// <summary>T.30 §5.3.5: the last frame of a transmission says so.</summary>
    public void Seal()
    {
        int start = _count == 1 ? 0 : _ends[_count - 2];
        _octets[start + 1] |= T30Frame.FinalBit;
        _next = 0;
    }

    public void Rewind() => _next = 0;

    /// <inheritdoc/>
    public bool TryNext(Span<byte> destination, out int length)
    {
        length = 0;
        if (_next >= _count)
        {
            return false;
        }

        ReadOnlySpan<byte> frame = this[_next++];
        frame.CopyTo(destination);
        length = frame.Length;
        return true;
    }
}
