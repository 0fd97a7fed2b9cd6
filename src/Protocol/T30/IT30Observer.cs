// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>A page's progress.</summary>
public enum T30PageEvent
{
    /// <summary>A page starts (again).</summary>
    Started,
    /// <summary>All rows were sent or received.</summary>
    Ended,
    /// <summary>MCF or RTP was sent or received.</summary>
    Confirmed,
    /// <summary>RTN was sent or received.</summary>
    Rejected,
    /// <summary>The call was cut in mid-page.</summary>
    Abandoned,
}

/// <summary>A command that T.30 gave its modem.</summary>
public enum ModemCommand
{
    Silence,
    Cng,
    Ced,
    Control,
    Training,
    Image,
    EcmBlock,
    ListenControl,
    ListenImage,
}

/// <summary>What drives a call besides its modem, and what the host said in passing.</summary>
public enum T30Input
{
    /// <summary>Start was called.</summary>
    Start,
    /// <summary>Advance found something due.</summary>
    Timer,
    /// <summary>The host ended the call; the value is its T30EndReason.</summary>
    Abort,
    /// <summary>The transport is gone.</summary>
    LineLost,
    /// <summary>T30Settings.Admit was asked; the value is 1 for yes.</summary>
    Admitted,
    /// <summary>The page received is over its limits; the value is its index.</summary>
    PageTooLong,
    /// <summary>T30Settings.Recognise was asked; the value is 1 for yes.</summary>
    Recognised,
}

/// <summary>Watches a call. Called on the call's own thread; frames are valid only during the call and hold
/// PHI.</summary>
public interface IT30Observer
{
    /// <summary>A session was made, with the settings that are in force in it.</summary>
    void OnSession(T30Role role, T30Settings settings, IOutgoingPages? pages, bool receives) { }

    /// <summary>A frame was handed to the modem, or came from it.</summary>
    void OnFrame(TimeSpan now, bool sent, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid) { }

    void OnPhase(TimeSpan now, T30Phase phase) { }

    void OnPage(TimeSpan now, int index, bool sent, T30PageEvent what) { }

    /// <summary>What both sides agreed on (a DCS was sent or accepted).</summary>
    void OnNegotiated(TimeSpan now, FaxModulation modulation, bool ecm, FaxCompression compression, PageFormat format)
    {
    }

    void OnCommand(TimeSpan now, ModemCommand command, FaxModulation modulation, bool shortTraining) { }

    void OnSignal(TimeSpan now, LineSignal signal, FaxModulation modulation) { }

    void OnImage(TimeSpan now, FaxModulation modulation, int octets, int ones, int lostOctets) { }

    void OnCarrierEnd(TimeSpan now, FaxModulation modulation) { }

    void OnSent(TimeSpan now) { }

    /// <summary>The training check's verdict.</summary>
    void OnTrainingChecked(TimeSpan now, int octets, int ones, bool passed) { }

    /// <summary>A received page was decoded to its end.</summary>
    void OnPageDecoded(TimeSpan now, int index, in PageQuality quality) { }

    /// <summary>A page to send was coded to its end.</summary>
    void OnPageCoded(TimeSpan now, int index, int octets) { }

    void OnInput(TimeSpan now, T30Input input, int value) { }

    /// <summary>An ECM block goes to the modem: <paramref name="frames"/> FCD of <paramref name="frameBytes"/>
    /// octets.</summary>
    void OnBlock(TimeSpan now, int page, int block, int frames, int frameBytes) { }

    void OnVerdict(TimeSpan now, PageVerdict verdict) { }

    void OnEnded(TimeSpan now, T30Result result) { }
}
