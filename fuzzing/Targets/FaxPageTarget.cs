// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Hermetic.Protocol.T4;

namespace Hermetic.Fuzzing.Targets;

/// <summary>A hostile fax page. The input: an octet that picks the width, one that picks the chunk size, then the
/// stream.
/// Held to: rows bounded by the limit, whole and chunked decoding alike, and what decodes clean encodes and decodes to
/// itself.</summary>
internal abstract class FaxPageTarget(FaxCompression compression) : IFuzzTarget
{
    private const int HeaderBytes = 2;

    // Keeps an input's cost in bounds: an octet of T.6 may make eight rows.
    private const int RowsMax = 200;

    private static readonly FaxDecoderLimits Limits = new() { RowsPerPageMax = RowsMax };
    private static readonly int[] Widths = [1728, 16, 7, 64, 1, 130, 2592, 7296];

    private readonly FaxDecoder[] whole = [.. Widths.Select(width => new FaxDecoder(compression, width, Limits))];
    private readonly FaxDecoder[] chunked = [.. Widths.Select(width => new FaxDecoder(compression, width, Limits))];
    private readonly FaxEncoder[] encoders = [.. Widths.Select(width => new FaxEncoder(compression, width))];
    private readonly Rows wholeRows = new();
    private readonly Rows otherRows = new();
    private readonly ArrayBufferWriter<byte> coded = new();

    public abstract string Name { get; }

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < HeaderBytes)
        {
            return;
        }

        int width = input[0] % Widths.Length;
        ReadOnlySpan<byte> stream = input[HeaderBytes..];
        FaxDecoder decoder = whole[width];
        Decode(decoder, stream, Math.Max(1, stream.Length), wholeRows);
        Require(wholeRows.Count == decoder.Rows && decoder.Rows <= RowsMax, "rows are counted and bounded");
        Require(decoder.BadRows <= decoder.Rows && decoder.LongestBadRun <= decoder.BadRows,
            "bad rows are some of them");

        FaxDecoder other = chunked[width];
        Decode(other, stream, 1 + (input[1] % 16), otherRows);
        Require(otherRows.Bits.SequenceEqual(wholeRows.Bits), "chunks make no difference to the pels");
        Require(
            other.Quality == decoder.Quality && other.State == decoder.State && other.FirstFault == decoder.FirstFault,
            "chunks make no difference to the counts");
        if (decoder.SawEndOfPage && decoder.BadRows == 0)
        {
            CheckRoundTrip(encoders[width], decoder);
        }
    }

    private static void Decode(FaxDecoder decoder, ReadOnlySpan<byte> stream, int chunk, Rows rows)
    {
        decoder.Reset();
        rows.Clear();
        for (int at = 0; at < stream.Length; at += chunk)
        {
            decoder.Write(stream.Slice(at, Math.Min(chunk, stream.Length - at)), rows);
        }

        decoder.Finish(rows);
    }

    private void CheckRoundTrip(FaxEncoder encoder, FaxDecoder decoder)
    {
        encoder.Reset();
        coded.ResetWrittenCount();
        for (int at = 0; at < wholeRows.Bits.Length; at += encoder.RowBytes)
        {
            encoder.EncodeRow(wholeRows.Bits.Slice(at, encoder.RowBytes), coded);
        }

        encoder.Finish(coded);
        Decode(decoder, coded.WrittenSpan, Math.Max(1, coded.WrittenCount), otherRows);
        Require(decoder.BadRows == 0 && otherRows.Bits.SequenceEqual(wholeRows.Bits),
            "clean rows encode to themselves");
        Require(decoder.SawEndOfPage || decoder.State == FaxDecoderState.RowLimit, "our own page has an end");
    }

    private static void Require(bool held, string oracle)
    {
        if (!held)
        {
            throw new InvalidOperationException($"broken: {oracle}");
        }
    }

    private sealed class Rows : IRowOutput
    {
        private readonly byte[] bits = new byte[RowsMax * (FaxDecoderLimits.WidthPelsMax / 8)];
        private int length;

        public int Count { get; private set; }

        public ReadOnlySpan<byte> Bits => bits.AsSpan(0, length);

        public void Clear()
        {
            length = 0;
            Count = 0;
        }

        public void WriteRow(ReadOnlySpan<byte> row)
        {
            row.CopyTo(bits.AsSpan(length));
            length += row.Length;
            Count++;
        }
    }
}

/// <summary>T.4 one-dimensional.</summary>
internal sealed class MhTarget() : FaxPageTarget(FaxCompression.Mh)
{
    public override string Name => "t4-mh";
}

/// <summary>T.4 two-dimensional.</summary>
internal sealed class MrTarget() : FaxPageTarget(FaxCompression.Mr)
{
    public override string Name => "t4-mr";
}

/// <summary>T.6.</summary>
internal sealed class MmrTarget() : FaxPageTarget(FaxCompression.Mmr)
{
    public override string Name => "t6";
}
