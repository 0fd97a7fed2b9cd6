// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.T30;

namespace Hermetic.Protocol.Tests.T30;

/// <summary>Pages that lie in T.6: sent as they lie where MMR was agreed, else row by row.</summary>
public sealed class T6RowSourceTests
{
    [Theory]
    [InlineData(FaxCompression.Mmr, true)]
    [InlineData(FaxCompression.Mmr, false)]
    [InlineData(FaxCompression.Mr, true)]
    [InlineData(FaxCompression.Mh, true)]
    public void Call_PagesInT6_ArriveWhateverIsAgreed(FaxCompression best, bool ecm)
    {
        IReadOnlyList<PageBitmap> pages =
        [
            SyntheticFax.Pages(PageKind.Text, FaxResolution.Fine, 1)[0],
            SyntheticFax.Pages(PageKind.DitheredGrey, FaxResolution.Fine, 1)[0],
        ];
        CodedPages coded = new(pages);
        T30Settings called = new() { Ecm = ecm, Compressions = new HashSet<FaxCompression> { best } };
        DirectCall call = new(called: called, pages: coded);

        Assert.True(call.Run());

        Assert.Equal(T30EndReason.Completed, call.Calling.Result.EndReason);
        Assert.Null(SyntheticFax.Difference(pages, call.CalledSink.Pages));
        bool asItLies = best == FaxCompression.Mmr && ecm;
        Assert.Equal(asItLies, call.Calling.Result.Compression == FaxCompression.Mmr);
        Assert.Equal(asItLies ? coded.Octets : 0, coded.OctetsRead);
        Assert.Equal(asItLies ? 0 : pages.Sum(page => page.Rows), coded.RowsRead);
    }

    private sealed class CodedPages(IReadOnlyList<PageBitmap> pages) : IOutgoingPages
    {
        private readonly byte[][] _t6 = [.. pages.Select(page => FaxCodec.Encode(FaxCompression.Mmr, page))];
        private readonly BitmapPages _bitmaps = new(pages);

        public int Count => pages.Count;

        public int Octets => _t6.Sum(page => page.Length);

        public int OctetsRead { get; private set; }

        public int RowsRead { get; private set; }

        public PageFormat FormatOf(int index) => pages[index].Format;

        public IRowSource Open(int index, PageFormat negotiated) =>
            new Source(this, _bitmaps.Open(index, negotiated), _t6[index]);

        private sealed class Source(CodedPages owner, IRowSource rows, byte[] t6) : IT6RowSource
        {
            private int _at;

            public bool TryReadRow(Span<byte> row)
            {
                bool read = rows.TryReadRow(row);
                owner.RowsRead += read ? 1 : 0;
                return read;
            }

            public int ReadT6(Span<byte> octets)
            {
                int count = Math.Min(octets.Length, t6.Length - _at);
                t6.AsSpan(_at, count).CopyTo(octets);
                _at += count;
                owner.OctetsRead += count;
                return count;
            }

            public void Dispose() => rows.Dispose();
        }
    }
}
