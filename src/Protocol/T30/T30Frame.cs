// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>
/// A received frame, looked at in place.
/// <code>
///  octet   0         1                     2      3 …
///        +---------+---------------------+------+-----------------
///        | 0xFF    | 0xC0, or 0xC8 final | FCF  | FIF (0…n octets)
///        +---------+---------------------+------+-----------------
/// FCD:   FIF = frame number (1 octet, its least significant bit first on the line), coded data
/// PPS, EOR:  FIF = second FCF, page counter, block counter, frames − 1 (each least significant bit first)
/// PPR:   FIF = 32 octets, a bit a frame, frame 0 first, 1 = send it again
/// CTC:   FIF = bits 1–16 of a DCS
/// </code>
/// </summary>
public readonly ref struct T30Frame
{
    /// <summary>Offsets and fixed values of the layout (T.30 §5.3.3 to §5.3.6).</summary>
    public const int FcfOffset = 2, FifOffset = 3;
    public const byte Address = 0xFF, Control = 0xC0, FinalBit = 0x08;

    /// <summary>Our limit for a control frame: the longest that we know of is an NSF of some hundred octets.</summary>
    public const int ControlBytesMax = 300;

    internal const int PpsFifBytes = 4, PprFifBytes = 32, CtcFifBytes = 2, DcsFifBytesMin = 3, DisFifBytesMin = 3;

    private T30Frame(T30FrameClass kind, ReadOnlySpan<byte> octets)
    {
        Class = kind;
        Octets = octets;
    }

    public T30FrameClass Class { get; }

    public ReadOnlySpan<byte> Octets { get; }

    /// <summary>True where the control field says that no frame follows (T.30 §5.3.5).</summary>
    public bool IsFinal => Octets.Length > 1 && (Octets[1] & FinalBit) != 0;

    /// <summary>The facsimile information field.</summary>
    public ReadOnlySpan<byte> Fif => Octets.Length > FifOffset ? Octets[FifOffset..] : default;

    /// <summary>Never throws: what can't be read is Damaged or Malformed.</summary>
    public static T30Frame Parse(ReadOnlySpan<byte> octets, bool fcsValid)
    {
        if (!fcsValid)
        {
            return new(T30FrameClass.Damaged, octets);
        }

        if (octets.Length <= FcfOffset || octets[0] != Address || (octets[1] & ~FinalBit) != Control)
        {
            return new(T30FrameClass.Malformed, octets);
        }

        T30FrameClass kind = Fcf.Classify(octets[FcfOffset]);
        return new(octets.Length - FifOffset < FifBytesMin(kind) ? T30FrameClass.Malformed : kind, octets);
    }

    // Hostile_08: a good FCS does not make a frame long enough for its type.
    private static int FifBytesMin(T30FrameClass kind) => kind switch
    {
        T30FrameClass.Dis or T30FrameClass.Dtc => DisFifBytesMin,
        T30FrameClass.Dcs => DcsFifBytesMin,
        T30FrameClass.Pps or T30FrameClass.Eor => PpsFifBytes,
        T30FrameClass.Ppr => PprFifBytes,
        T30FrameClass.Ctc => CtcFifBytes,
        T30FrameClass.Fcd => 2,
        _ => 0,
    };
}
