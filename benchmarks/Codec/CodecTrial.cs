// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.LibTiff;

namespace Hermetic.Benchmarks.Codec;

/// <summary>One page in one compression, through both codecs, both ways. Each result is checked before it is
/// timed.</summary>
internal sealed class CodecTrial
{
    // libtiff's MR encoder has K = 2 where no resolution is set; ours does the same work.
    private static readonly FaxEncoderSettings Settings = new() { K = 2 };

    private readonly FaxCompression compression;
    private readonly PageBitmap page;
    private readonly FaxEncoder encoder;
    private readonly FaxDecoder decoder;
    private readonly FixedBuffer coded;
    private readonly PageBuffer decoded;
    private readonly byte[] peerDecoded;

    public CodecTrial(string material, FaxCompression compression, PageBitmap page)
    {
        Material = material;
        this.compression = compression;
        this.page = page;
        encoder = new FaxEncoder(compression, page.Format.WidthPels, Settings);
        decoder = new FaxDecoder(compression, page.Format.WidthPels);
        coded = new FixedBuffer(page.Bits.Length * 8);
        decoded = new PageBuffer(page.Bits.Length);
        peerDecoded = new byte[page.Bits.Length];
        _ = EncodeSeconds();
        Verify();
    }

    public string Material { get; }

    public double Megabytes => page.Bits.Length / 1e6;

    public double EncodeSeconds()
    {
        coded.Clear();
        encoder.Reset();
        double started = ThreadClock.Seconds;
        for (int row = 0; row < page.Rows; row++)
        {
            encoder.EncodeRow(page.Row(row), coded);
        }

        encoder.Finish(coded);
        return ThreadClock.Seconds - started;
    }

    public double PeerEncodeSeconds()
    {
        using LibTiffPage peer = LibTiffPage.OpenEncoder(compression, page.Format.WidthPels, page.Rows);
        double started = ThreadClock.Seconds;
        peer.Encode(page.Bits);
        return ThreadClock.Seconds - started;
    }

    public double DecodeSeconds()
    {
        decoded.Clear();
        decoder.Reset();
        double started = ThreadClock.Seconds;
        decoder.Write(coded.Written, decoded);
        decoder.Finish(decoded);
        return ThreadClock.Seconds - started;
    }

    public double PeerDecodeSeconds(LibTiffPage peer)
    {
        double started = ThreadClock.Seconds;
        _ = peer.Decode(coded.Written, peerDecoded);
        return ThreadClock.Seconds - started;
    }

    public LibTiffPage OpenPeerDecoder() => LibTiffPage.OpenDecoder(compression, page.Format.WidthPels, page.Rows);

    private void Verify()
    {
        using LibTiffPage peer = OpenPeerDecoder();
        int complaints = peer.Decode(coded.Written, peerDecoded);
        _ = DecodeSeconds();
        if (complaints > 0 || !peerDecoded.AsSpan().SequenceEqual(page.Bits) || !decoded.Bits.SequenceEqual(page.Bits))
        {
            throw new InvalidOperationException($"{compression}, {Material}: the codecs do not agree on the page");
        }
    }
}
