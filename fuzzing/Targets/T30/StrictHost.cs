// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Fuzzing.Targets.T30;

/// <summary>A host that counts what it was asked and said, and holds the session to the order of its calls and to P2:
/// no confirmation of a page that is not kept.</summary>
internal sealed class StrictHost(byte mode, Func<TimeSpan> clock) : IPageSink, IT30Observer
{
    private bool asked;
    private bool refused;
    private TimeSpan lastSeen;

    /// <summary>Set by the play: the host's word to the session.</summary>
    public Action<PageVerdict> Confirm { get; set; } = static _ => { };

    /// <summary>Pages that it said it keeps.</summary>
    public int Kept { get; private set; }

    /// <summary>A page was begun and not ended.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Its word on callers.</summary>
    public bool Admits => mode < 0x80;

    /// <summary>What it says later, if it was asked and has not spoken.</summary>
    public void Answer(PageVerdict verdict)
    {
        if (asked)
        {
            asked = false;
            Kept += verdict == PageVerdict.Kept ? 1 : 0;
            refused |= verdict == PageVerdict.Refused;
        }

        Confirm(verdict);
    }

    public void BeginPage(in ReceivedPageInfo page)
    {
        Oracle.Holds(!IsOpen, "one page at a time");
        Oracle.Holds(page.Index <= Kept, "no page is left out");
        IsOpen = true;
    }

    public void WriteRow(ReadOnlySpan<byte> row) => Oracle.Holds(IsOpen && !row.IsEmpty, "rows belong to a page");

    public void EndPage(in PageQuality quality)
    {
        Close(quality);
        asked = true;
        switch (mode % 4)
        {
            case 0 or 1:
                Answer(PageVerdict.Kept);
                break;
            case 2:
                Answer(PageVerdict.Refused);
                break;
            default:
                // It speaks when the input says so, or never.
                break;
        }
    }

    public void AbandonPage(in PageQuality quality) => Close(quality);

    public void OnFrame(TimeSpan now, bool sent, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
    {
        Oracle.Holds(now >= lastSeen && now == clock(), "what is told comes in order and at its time");
        lastSeen = now;
        T30FrameClass kind = T30Frame.Parse(frame, fcsValid).Class;
        Oracle.Holds(!sent || !refused || kind is T30FrameClass.Dcn, "after a refusal there is only DCN");
    }

    public void OnPage(TimeSpan now, int index, bool sent, T30PageEvent what)
    {
        if (!sent && what == T30PageEvent.Confirmed)
        {
            Oracle.Holds(!asked && !refused && index < Kept, "a page is kept before it is confirmed");
        }
    }

    private void Close(in PageQuality quality)
    {
        Oracle.Holds(IsOpen, "only what was begun ends");
        Oracle.Holds(quality.BadRows <= quality.Rows && quality.LongestBadRun <= quality.BadRows,
            "bad rows are some of the rows");
        IsOpen = false;
    }
}
