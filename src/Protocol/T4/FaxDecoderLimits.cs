// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T4;

/// <summary>What a page may cost us. A decoder's work is linear in its input and in the rows it may put out.</summary>
public sealed record FaxDecoderLimits
{
    /// <summary>Widest row of T.30 Table 2: A3 at 600 dpi.</summary>
    public const int WidthPelsMax = 7296;

    private const int RowsDefault = 20_000;
    private const int RowsCeiling = 200_000;

    public static FaxDecoderLimits Default { get; } = new();

    /// <summary>Rows a page may have, 1 to 200,000. Our limit: the default is twice an A3 page at 600 dpi, or 1.3 m of
    /// superfine paper; without it one octet of MMR would buy eight rows for ever.</summary>
    public int RowsPerPageMax
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, RowsCeiling);
            field = value;
        }
    } = RowsDefault;
}
