// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>All that depends on what pages look like. A replay puts the record in its place, so that a transcript
/// without image content drives the same call.</summary>
internal interface IImageWork
{
    /// <summary>The training check's verdict.</summary>
    bool JudgeTcf(in TcfTally tally, FaxModulation modulation);

    /// <summary>A received page starts.</summary>
    void BeginPage(int index, in DcsParameters dcs);

    void Write(ReadOnlySpan<byte> octets);

    void NoteLoss(int octets);

    /// <summary>True once the page is over its limits: no more of it is decoded.</summary>
    bool IsTooLong { get; }

    /// <summary>All octets are there: what became of them.</summary>
    PageQuality FinishPage();

    /// <summary>Pages to send.</summary>
    int PageCount { get; }

    T4.PageFormat FormatOf(int index);

    /// <summary>Starts coding a page from its first row.</summary>
    void OpenPage(int index, in DcsParameters dcs);

    /// <summary>Fills as far as the page goes; 0 only at its end.</summary>
    int Read(Span<byte> destination);

    /// <summary>Octets of the open page read so far.</summary>
    int OctetsRead { get; }

    void ClosePage();
}
