// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>A set of frame classes, for the rows of the state table.</summary>
public readonly record struct FrameSet(ulong Bits)
{
    public static readonly FrameSet Ids = Of(T30FrameClass.Csi, T30FrameClass.Tsi, T30FrameClass.Cig);
    public static readonly FrameSet Addresses = Of(T30FrameClass.Sub, T30FrameClass.Sep, T30FrameClass.Pwd,
        T30FrameClass.Sid);
    public static readonly FrameSet Bad = Of(T30FrameClass.Damaged, T30FrameClass.Malformed);
    public static readonly FrameSet PageCommands = Of(T30FrameClass.Mps, T30FrameClass.Eom, T30FrameClass.Eop,
        T30FrameClass.PriMps, T30FrameClass.PriEom, T30FrameClass.PriEop);

    /// <summary>Every class that the state's other rows leave.</summary>
    public static readonly FrameSet Rest = new(ulong.MaxValue);

    public static FrameSet Of(params ReadOnlySpan<T30FrameClass> frames)
    {
        ulong bits = 0;
        foreach (T30FrameClass frame in frames)
        {
            bits |= 1UL << (int)frame;
        }

        return new FrameSet(bits);
    }

    public bool Contains(T30FrameClass frame) => (Bits >> (int)frame & 1) != 0;

    public static implicit operator FrameSet(T30FrameClass frame) => FromT30FrameClass(frame);

    public static FrameSet FromT30FrameClass(T30FrameClass frame) => new(1UL << (int)frame);
}
