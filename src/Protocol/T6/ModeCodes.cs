// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T6;

/// <summary>The two-dimensional codes of T.4 Table 4 and T.6 Table 1.</summary>
internal static class ModeCodes
{
    /// <summary>The longest of them; an extension code has three bits more that say which.</summary>
    public const int LengthMax = 7;

    public const uint Pass = 0b0001;
    public const int PassLength = 4;
    public const uint Horizontal = 0b001;
    public const int HorizontalLength = 3;

    /// <summary>0000001xxx: uncompressed mode and others to come.</summary>
    public const uint Extension = 0b0000001;

    /// <summary>How far a1 may lie from b1 in vertical mode.</summary>
    public const int VerticalMax = 3;

    /// <summary>Vertical mode by a1 − b1 + 3: VL(3) … V(0) … VR(3).</summary>
    public static ReadOnlySpan<byte> Vertical => [0b0000010, 0b000010, 0b010, 0b1, 0b011, 0b000011, 0b0000011];

    public static ReadOnlySpan<byte> VerticalLength => [7, 6, 3, 1, 3, 6, 7];
}
