// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Hermetic.Protocol.Bits;
using Hermetic.Protocol.T6;

namespace Hermetic.Protocol.T4;

/// <summary>Codes a page row by row: MH and MR as T.4 §4 frames them (EOL before each row, RTC at the end), MMR as T.6
/// does (EOFB at the end). Keeps the bits of an unfinished octet from one row to the next.</summary>
public sealed class FaxEncoder
{
    // T.4 §4.1.4: return to control is six EOL; T.6 §2.4.1.1: end of facsimile block is two.
    private const int RtcEols = 6;
    private const int EofbEols = 2;

    // Room for a row: at most a code of 12 bits for two pels, doubled for good measure, with EOL, RTC and rounding.
    private const int SlackBytes = 64;

    private readonly FaxCompression compression;
    private readonly FaxEncoderSettings settings;
    private readonly int rowBytesMax;
    private RowScanner current;
    private RowScanner reference;
    private ulong accumulator;
    private int accumulatorBits;

    // MR: rows to come, this one included, until a one-dimensional one is due; 0 = this one.
    private int untilOneDimensional;

    public FaxEncoder(FaxCompression compression, int widthPels, FaxEncoderSettings? settings = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(widthPels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(widthPels, FaxDecoderLimits.WidthPelsMax);
        this.compression = compression;
        this.settings = settings ?? FaxEncoderSettings.Default;
        RowBytes = (widthPels + 7) / 8;
        rowBytesMax = widthPels + (this.settings.MinimumRowBits / 8) + SlackBytes;
        current = new RowScanner(widthPels);
        reference = new RowScanner(widthPels);
    }

    /// <summary>Octets of a packed row.</summary>
    public int RowBytes { get; }

    /// <summary>Codes one packed row (leftmost pel in the most significant bit, black as 1) of <see
    /// cref="RowBytes"/>.</summary>
    public void EncodeRow(ReadOnlySpan<byte> row, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, RowBytes);
        BitSink sink = new(output.GetSpan(rowBytesMax), accumulator, accumulatorBits);
        if (compression == FaxCompression.Mmr)
        {
            PutTwoDimensional(ref sink, row);
        }
        else
        {
            PutFramed(ref sink, row);
        }

        Keep(ref sink, output);
    }

    /// <summary>Ends the page: RTC or EOFB, padded with zeros to an octet. <see cref="Reset"/> before the next
    /// page.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        BitSink sink = new(output.GetSpan(SlackBytes), accumulator, accumulatorBits);
        for (int i = 0; i < (compression == FaxCompression.Mmr ? EofbEols : RtcEols); i++)
        {
            PutEol(ref sink, oneDimensional: true);
        }

        sink.PutRun(ones: false, -sink.Count & 7);
        Keep(ref sink, output);
    }

    /// <summary>Forgets the page, for the next one.</summary>
    public void Reset()
    {
        current.Clear();
        reference.Clear();
        accumulator = 0;
        accumulatorBits = 0;
        untilOneDimensional = 0;
    }

    private void PutFramed(ref BitSink sink, ReadOnlySpan<byte> row)
    {
        long start = sink.Bits;
        bool oneDimensional = compression == FaxCompression.Mh || untilOneDimensional == 0;
        untilOneDimensional = (oneDimensional ? settings.K : untilOneDimensional) - 1;
        PutEol(ref sink, oneDimensional);
        if (oneDimensional)
        {
            if (!current.Holds(row))
            {
                current.Load(row);
            }

            RowCoder.Put(ref sink, current);
        }
        else
        {
            PutTwoDimensional(ref sink, row);
        }

        // T.4 §4.1.3: fill lies between the data and the EOL that follows, which is as long as the one before.
        PutFill(ref sink, settings.MinimumRowBits - (int)(sink.Bits - start));
    }

    // In: `current` holds the row above. Out: it holds this row.
    private void PutTwoDimensional(ref BitSink sink, ReadOnlySpan<byte> row)
    {
        if (current.Holds(row))
        {
            TwoDimensionalCoder.PutSame(ref sink, current);
            return;
        }

        (current, reference) = (reference, current);
        current.Load(row);
        TwoDimensionalCoder.Put(ref sink, current, reference);
    }

    private void PutEol(ref BitSink sink, bool oneDimensional)
    {
        sink.Put(RunCodes.Eol, RunCodes.EolLength);
        if (compression == FaxCompression.Mr)
        {
            // T.4 §4.2.2: the tag bit says how the next row is coded, 1 = one-dimensionally.
            sink.Put(oneDimensional ? 1u : 0, 1);
        }
    }

    private static void PutFill(ref BitSink sink, int bits)
    {
        if (bits > 0)
        {
            sink.PutRun(ones: false, bits);
        }
    }

    private void Keep(ref BitSink sink, IBufferWriter<byte> output)
    {
        sink.Drain();
        accumulator = sink.Accumulator;
        accumulatorBits = sink.Count;
        output.Advance(sink.Length);
    }
}
