// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30.Transcripts;

/// <summary>The image work of a replay: verdicts and sizes come from the record, pages are zeros.</summary>
internal sealed class ReplayImageWork : IImageWork
{
    private readonly TranscriptHeader _header;
    private readonly Queue<TranscriptEntry> _facts;
    private readonly Queue<int> _sizes = new();
    private int _left;

    public ReplayImageWork(Transcript transcript)
    {
        _header = transcript.Header;
        _facts = new Queue<TranscriptEntry>(transcript.Entries.Where(entry => entry.Mark == '='
            && entry.Kind is "training" or "decoded" or "too-long"));
        MeasurePages(transcript);
    }

    /// <summary>Set by the replay: the page goes over its limits within the present input.</summary>
    public bool PageGoesTooLong { get; set; }

    public bool IsTooLong => PageGoesTooLong && _facts.TryPeek(out TranscriptEntry? next) && next.Kind == "too-long";

    public int PageCount => _header.Pages.Count;

    public int OctetsRead { get; private set; }

    public bool JudgeTcf(in TcfTally tally, FaxModulation modulation)
        => Next("training") is { } training && training.Number(2) == 1;

    public void BeginPage(int index, in DcsParameters dcs)
    {
        // The record has what becomes of it.
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        // The record has what becomes of it.
    }

    public void NoteLoss(int octets)
    {
        // The record has what becomes of it.
    }

    public PageQuality FinishPage() => Next("decoded") is { } page
        ? new PageQuality(page.Number(1), page.Number(2), page.Number(3), page.Number(4)) : default;

    public PageFormat FormatOf(int index) => _header.Pages[index];

    public void OpenPage(int index, in DcsParameters dcs)
    {
        OctetsRead = _sizes.TryDequeue(out int size) ? size : 0;
        _left = OctetsRead;
    }

    public int Read(Span<byte> destination)
    {
        int count = Math.Min(destination.Length, _left);
        destination[..count].Clear();
        _left -= count;
        return count;
    }

    public void ClosePage()
    {
        // Nothing is open.
    }

    private TranscriptEntry? Next(string kind)
    {
        while (_facts.TryDequeue(out TranscriptEntry? fact))
        {
            if (fact.Kind == kind)
            {
                return fact;
            }
        }

        return null;
    }

    // Each opening of a page: its coded size, or, where the call was cut before that was known, what its blocks show.
    private void MeasurePages(Transcript transcript)
    {
        int? size = null;
        int blocks = 0;
        foreach (TranscriptEntry entry in transcript.Entries)
        {
            if (entry is { Kind: "page", Words: [_, "sent", nameof(T30PageEvent.Started)] })
            {
                Note(size);
                size = 0;
                blocks = -1;
            }
            else if (entry.Kind == "coded")
            {
                size = entry.Number(1);
                blocks = int.MaxValue;
            }
            else if (entry.Kind == "block" && entry.Number(1) > blocks)
            {
                // Another block follows a full one: one octet more than it holds, until the next line says better.
                blocks = entry.Number(1);
                bool full = entry.Number(2) == EcmTransmitter.FramesMax;
                size = (blocks * EcmTransmitter.FramesMax + Math.Min(entry.Number(2), EcmTransmitter.FramesMax))
                    * Math.Min(entry.Number(3), 256) + (full ? 1 : 0);
            }
        }

        Note(size);
    }

    private void Note(int? size)
    {
        if (size is { } known)
        {
            _sizes.Enqueue(known);
        }
    }
}
