// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Composing;

/// <summary>A page as it was given to the line.</summary>
/// <param name="Format">The raster that was agreed on.</param>
/// <param name="Rows">How many rows it had.</param>
/// <param name="Sha256">Of its rows: <see cref="PageRowsHash"/>.</param>
public sealed record SentPage(PageFormat Format, int Rows, byte[] Sha256);

/// <summary>
/// Pages on their way to the line, hashed as they pass: not what was meant to be sent, but what was. One call's
/// business; after its end <see cref="Confirmed"/> pairs what was hashed with what the other machine confirmed.
/// </summary>
public sealed class SentPages(IOutgoingPages pages) : IOutgoingPages
{
    // Written on the call's thread alone; the last complete reading of a page is the one that was confirmed.
    private readonly SentPage?[] _sent = new SentPage?[pages.Count];

    /// <inheritdoc/>
    public int Count => pages.Count;

    /// <inheritdoc/>
    public PageFormat FormatOf(int index) => pages.FormatOf(index);

    /// <inheritdoc/>
    public IRowSource Open(int index, PageFormat negotiated) =>
        new HashedRows(pages.Open(index, negotiated), new PageRowsHash(negotiated), this, index, negotiated);

    /// <summary>A page as it was read to its end last, on the call's thread; null if it was not yet.</summary>
    public SentPage? Sent(int index) => _sent[index];

    /// <summary>The pages that the other machine confirmed, in order. Call it after the call's end.</summary>
    /// <param name="count">T30Result.PagesSent.</param>
    /// <exception cref="InvalidOperationException">A page was confirmed that was never read to its end.</exception>
    public IReadOnlyList<SentPage> Confirmed(int count) => [.. _sent.Take(count).Select(page =>
        page ?? throw new InvalidOperationException("a page was confirmed that was never read to its end"))];

    private sealed class HashedRows(
        IRowSource rows, PageRowsHash hash, SentPages owner, int index, PageFormat format) : IRowSource
    {
        private bool _hasEnded;

        public bool TryReadRow(Span<byte> row)
        {
            if (rows.TryReadRow(row))
            {
                hash.Add(row[..format.RowBytes]);
                return true;
            }

            if (!_hasEnded)
            {
                _hasEnded = true;
                owner._sent[index] = new(format, hash.Rows, hash.Finish());
            }

            return false;
        }

        public void Dispose()
        {
            hash.Dispose();
            rows.Dispose();
        }
    }
}
