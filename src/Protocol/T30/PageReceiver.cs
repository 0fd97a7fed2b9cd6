// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>Decodes the octets of a received page into the host's sink. One decoder is kept from page to
/// page.</summary>
internal sealed class PageReceiver(IPageSink sink, T30Limits limits) : IRowOutput
{
    private readonly FaxDecoderLimits _decoderLimits = new() { RowsPerPageMax = limits.RowsPerPageMax };
    private FaxDecoder? _decoder;
    private (FaxCompression Compression, int WidthPels) _decodes;
    private long _octets;

    public bool IsTooLong => _octets > limits.PageBytesMax || _decoder?.State == FaxDecoderState.RowLimit;

    public void Begin(int index, in DcsParameters dcs)
    {
        (FaxCompression, int) wanted = (dcs.Compression, dcs.Format.WidthPels);
        if (_decoder is null || _decodes != wanted)
        {
            _decoder = new FaxDecoder(dcs.Compression, dcs.Format.WidthPels, _decoderLimits);
            _decodes = wanted;
        }
        else
        {
            _decoder.Reset();
        }

        _octets = 0;
        sink.BeginPage(new ReceivedPageInfo(index, dcs.Format, dcs.Compression, dcs.Ecm, dcs.Modulation));
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        _octets += octets.Length;
        if (!IsTooLong)
        {
            _decoder!.Write(octets, this);
        }
    }

    public void NoteLoss(int octets) => _decoder!.NoteLoss(octets);

    public PageQuality Finish()
    {
        _decoder!.Finish(this);
        return _decoder.Quality;
    }

    void IRowOutput.WriteRow(ReadOnlySpan<byte> row) => sink.WriteRow(row);
}
