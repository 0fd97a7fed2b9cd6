// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using static Hermetic.TestKit.Peers.Spandsp.SpandspNative;

namespace Hermetic.TestKit.Peers.Spandsp;

/// <summary>A frame that libspandsp2's T.30 engine sent or took in, as on the line.</summary>
/// <param name="Sent">True if it went out.</param>
/// <param name="Octets">Address, control, FCF and FIF, in libspandsp2's order: the bit that goes first is the least
/// significant.</param>
public sealed record SpandspFrame(bool Sent, byte[] Octets);

/// <summary>The T.30 engine inside a libspandsp2 end: its settings, and what became of the call.</summary>
public sealed unsafe class SpandspT30
{
    private const int ImageWidths = 0x07;
    private const int AnyLength = 0x1F0000;
    private const int R8Resolutions = 0x020007;
    private const int EncodingT6 = 3;
    private const int IdentificationAndSubAddress = 0x01 | 0x10;

    private readonly nint _state;
    private readonly List<SpandspFrame> _frames = [];
    private readonly List<SpandspStatistics> _pages = [];
    private volatile int _pagesConfirmed;

    internal SpandspT30(nint state, nint user, SpandspT30Settings settings)
    {
        _state = state;
        t30_set_phase_d_handler(state, &OnPhaseD, user);
        t30_set_phase_e_handler(state, &OnPhaseE, user);
        t30_set_real_time_frame_handler(state, &OnFrame, user);
        Apply(settings);
    }

    /// <summary>libspandsp2's completion code once the call is over: 0 is success.</summary>
    public int? CompletionCode { get; private set; }

    /// <summary>The completion code in libspandsp2's words.</summary>
    public string Completion => CompletionCode is { } code
        ? Marshal.PtrToStringUTF8(t30_completion_code_to_str(code)) ?? ""
        : "still running";

    /// <summary>True until phase E is over.</summary>
    public bool IsActive => t30_call_active(_state) != 0;

    /// <summary>Frames of the call so far.</summary>
    public IReadOnlyList<SpandspFrame> Frames => _frames;

    /// <summary>The statistics at the end of each page (phase D).</summary>
    public IReadOnlyList<SpandspStatistics> Pages => _pages;

    /// <summary>Pages that a sending end saw confirmed so far; may be read while the call goes on.</summary>
    public int PagesConfirmed => _pagesConfirmed;

    /// <summary>CSI or TSI of the other side, once the call is over.</summary>
    public string RemoteStationId { get; private set; } = "";

    /// <summary>SUB of the other side, once the call is over.</summary>
    public string RemoteSubAddress { get; private set; } = "";

    /// <summary>PWD of the other side, once the call is over.</summary>
    public string RemotePassword { get; private set; } = "";

    public SpandspStatistics Statistics
    {
        get
        {
            SpandspStatistics statistics = default;
            t30_get_transfer_statistics(_state, &statistics);
            return statistics;
        }
    }

    /// <summary>Ends the call as a hang-up does; what was received is closed and kept.</summary>
    public void Terminate() => t30_terminate(_state);

    private static string Text(nint utf8) => utf8 == 0 ? "" : Marshal.PtrToStringUTF8(utf8) ?? "";

    private static SpandspT30 Of(nint user) => ((SpandspContext)GCHandle.FromIntPtr(user).Target!).T30!;

    private void Apply(SpandspT30Settings settings)
    {
        Require(t30_set_tx_ident(_state, settings.StationId));
        Require(t30_set_ecm_capability(_state, settings.Ecm ? 1 : 0));
        Require(t30_set_supported_modems(_state, (int)settings.Modems));
        Require(t30_set_supported_compressions(_state, settings.CompressionBits));
        Require(t30_set_supported_image_sizes(_state, ImageWidths | AnyLength));
        Require(t30_set_supported_resolutions(_state, R8Resolutions));
        Require(t30_set_supported_t30_features(_state, IdentificationAndSubAddress));
        Require(t30_set_minimum_scan_line_time(_state, settings.MinimumScanLineMs));
        Require(t30_set_rx_encoding(_state, EncodingT6));
        if (settings.ReceiverNotReady > 0)
        {
            Require(t30_set_receiver_not_ready(_state, settings.ReceiverNotReady));
        }
        if (settings.SubAddress is { } subAddress)
        {
            Require(t30_set_tx_sub_address(_state, subAddress));
        }
        if (settings.Password is { } password)
        {
            Require(t30_set_tx_password(_state, password));
        }
        if (settings.TransmitFile is { } sent)
        {
            t30_set_tx_file(_state, sent, -1, -1);
        }
        if (settings.ReceiveFile is { } received)
        {
            t30_set_rx_file(_state, received, -1);
        }
    }

    /// <summary>Each setter answers 0, or -1 for what it does not take.</summary>
    private static void Require(int result)
    {
        if (result != 0)
        {
            throw new PeerException("libspandsp2 refuses a T.30 setting");
        }
    }

    [UnmanagedCallersOnly]
    private static int OnPhaseD(nint state, nint user, int result)
    {
        SpandspT30 t30 = Of(user);
        t30._pages.Add(t30.Statistics);
        t30._pagesConfirmed = t30._pages[^1].PagesSent;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static void OnPhaseE(nint state, nint user, int completionCode)
    {
        SpandspT30 t30 = Of(user);
        t30.CompletionCode = completionCode;
        t30.RemoteStationId = Text(t30_get_rx_ident(state));
        t30.RemoteSubAddress = Text(t30_get_rx_sub_address(state));
        t30.RemotePassword = Text(t30_get_rx_password(state));
    }

    [UnmanagedCallersOnly]
    private static void OnFrame(nint state, nint user, int incoming, byte* message, int length)
    {
        if (length > 0)
        {
            Of(user)._frames.Add(new SpandspFrame(incoming == 0, new ReadOnlySpan<byte>(message, length).ToArray()));
        }
    }
}
