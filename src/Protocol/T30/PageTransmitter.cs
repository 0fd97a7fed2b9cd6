// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>Codes the rows of a page as the line takes them: a row at a time, never a page at once. What lies in T.6
/// already and is to go out in it is not coded again.</summary>
internal sealed class PageTransmitter(IOutgoingPages pages)
{
    private readonly ArrayBufferWriter<byte> _coded = new(4096);
    private FaxEncoder? _encoder;
    private DcsParameters _encodes;
    private IRowSource? _rows;

    // The same page's T.6, where that is what goes out.
    private IT6RowSource? _coding;
    private byte[] _row = [];
    private int _taken;
    private bool _finished;

    public int Count => pages.Count;

    /// <summary>Coded octets handed out since the page was opened.</summary>
    public int OctetsRead { get; private set; }

    public PageFormat FormatOf(int index) => pages.FormatOf(index);

    public void Open(int index, in DcsParameters dcs)
    {
        Close();
        OctetsRead = 0;
        _rows = pages.Open(index, dcs.Format);
        _coding = dcs.Compression == FaxCompression.Mmr ? _rows as IT6RowSource : null;
        if (_coding is null)
        {
            BeginCoding(dcs);
        }
    }

    public int Read(Span<byte> destination)
    {
        int filled = _coding?.ReadT6(destination) ?? Code(destination);
        OctetsRead += filled;
        return filled;
    }

    public void Close()
    {
        _rows?.Dispose();
        _rows = null;
        _coding = null;
    }

    private void BeginCoding(in DcsParameters dcs)
    {
        if (_encoder is null || _encodes.Compression != dcs.Compression || _encodes.Format != dcs.Format
            || _encodes.Ecm != dcs.Ecm || _encodes.MinimumScanLineMs != dcs.MinimumScanLineMs
            || _encodes.Modulation != dcs.Modulation)
        {
            _encoder = new FaxEncoder(dcs.Compression, dcs.Format.WidthPels, SettingsFor(dcs));
            _encodes = dcs;
        }
        else
        {
            _encoder.Reset();
        }

        if (_row.Length != dcs.Format.RowBytes)
        {
            _row = new byte[dcs.Format.RowBytes];
        }

        _coded.ResetWrittenCount();
        _taken = 0;
        _finished = false;
    }

    private int Code(Span<byte> destination)
    {
        int filled = 0;
        while (filled < destination.Length && (_taken < _coded.WrittenCount || EncodeMore()))
        {
            ReadOnlySpan<byte> ready = _coded.WrittenSpan[_taken..];
            int count = Math.Min(ready.Length, destination.Length - filled);
            ready[..count].CopyTo(destination[filled..]);
            _taken += count;
            filled += count;
        }

        return filled;
    }

    // A blank row codes to less than an octet: rows are taken until something comes of them.
    private bool EncodeMore()
    {
        _coded.ResetWrittenCount();
        _taken = 0;
        while (_coded.WrittenCount == 0)
        {
            if (_finished || _rows is null)
            {
                return false;
            }

            if (_rows.TryReadRow(_row))
            {
                _encoder!.EncodeRow(_row, _coded);
            }
            else
            {
                _encoder!.Finish(_coded);
                _finished = true;
            }
        }

        return true;
    }

    // T.4 §4.2.1: K is 2 at standard resolution and 4 at fine; receivers may not expect more at higher ones (Table 2,
    // bit 122).
    private static FaxEncoderSettings SettingsFor(in DcsParameters dcs) => new()
    {
        K = dcs.Format.Resolution == FaxResolution.Standard ? 2 : 4,
        MinimumRowBits = dcs.Ecm ? 0 : dcs.MinimumScanLineMs * dcs.Modulation.BitsPerSecond() / 1000,
    };
}
