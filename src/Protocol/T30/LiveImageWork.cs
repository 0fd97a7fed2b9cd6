// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>The image work of a real call: codes the host's pages, decodes into the host's sink.</summary>
internal sealed class LiveImageWork(IOutgoingPages? pages, IPageSink? sink, T30Limits limits) : IImageWork
{
    private readonly PageTransmitter? _transmitter = pages is null ? null : new PageTransmitter(pages);
    private readonly PageReceiver? _receiver = sink is null ? null : new PageReceiver(sink, limits);

    public bool IsTooLong => _receiver!.IsTooLong;

    public int PageCount => _transmitter?.Count ?? 0;

    public int OctetsRead => _transmitter!.OctetsRead;

    public bool JudgeTcf(in TcfTally tally, FaxModulation modulation) => tally.Passes(modulation);

    public void BeginPage(int index, in DcsParameters dcs) => _receiver!.Begin(index, dcs);

    public void Write(ReadOnlySpan<byte> octets) => _receiver!.Write(octets);

    public void NoteLoss(int octets) => _receiver!.NoteLoss(octets);

    public PageQuality FinishPage() => _receiver!.Finish();

    public PageFormat FormatOf(int index) => _transmitter!.FormatOf(index);

    public void OpenPage(int index, in DcsParameters dcs) => _transmitter!.Open(index, dcs);

    public int Read(Span<byte> destination) => _transmitter!.Read(destination);

    public void ClosePage() => _transmitter?.Close();
}
