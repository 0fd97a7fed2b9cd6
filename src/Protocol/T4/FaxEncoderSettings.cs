// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T4;

/// <summary>How rows are coded where T.4 leaves it to the terminals.</summary>
public sealed record FaxEncoderSettings
{
    // T.4 §4.2.1 asks for 2 at standard and 4 at fine resolution; higher resolutions may use more (8 to 24 in T.4's
    // Table).
    private const int KCeiling = 256;

    // Our limit: 40 ms at 33,600 bit/s, over twice what T.4 §4.1.3 can ask of 14,400 bit/s.
    private const int MinimumRowBitsCeiling = 1344;

    public static FaxEncoderSettings Default { get; } = new();

    /// <summary>MR: of every K rows the first is one-dimensional (T.4 §4.2.1). 1 to 256.</summary>
    public int K
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, KCeiling);
            field = value;
        }
    } = 4;

    /// <summary>MH and MR without error correction: bits that a row with its EOL takes at least, filled up with zeros
    /// (T.4 §4.1.3: the minimum scan line time, times the bit rate). 0 for none.</summary>
    public int MinimumRowBits
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MinimumRowBitsCeiling);
            field = value;
        }
    }
}
