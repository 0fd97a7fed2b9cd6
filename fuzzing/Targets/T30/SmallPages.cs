// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Fuzzing.Targets.T30;

/// <summary>Two pages of few rows, in whatever raster is asked for.</summary>
internal sealed class SmallPages : IOutgoingPages
{
    // More than one ECM frame in each coding, and cheap. Our choice.
    private const int Rows = 12;

    public int Count => 2;

    public PageFormat FormatOf(int index) => new(FaxResolution.Fine, PageWidth.A4);

    public IRowSource Open(int index, PageFormat negotiated)
    {
        Oracle.Holds(index is >= 0 and < 2, "a page that there is");
        return new Stripes(negotiated.RowBytes);
    }

    private sealed class Stripes(int rowBytes) : IRowSource
    {
        private int row;

        public bool TryReadRow(Span<byte> destination)
        {
            Oracle.Holds(destination.Length == rowBytes, "a row has its raster's width");
            destination.Fill((byte)(0x55 << (row % 3)));
            return row++ < Rows;
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
