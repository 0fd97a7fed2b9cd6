// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.TestKit.Peers.Spandsp;

/// <summary>The T.30 engine's functions.</summary>
internal static unsafe partial class SpandspNative
{
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void t30_set_rx_file(nint s, string file, int stopPage);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void t30_set_tx_file(nint s, string file, int startPage, int stopPage);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int t30_set_tx_ident(nint s, string ident);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int t30_set_tx_sub_address(nint s, string subAddress);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int t30_set_tx_password(nint s, string password);
    [LibraryImport(Library)]
    internal static partial int t30_set_tx_nsf(nint s, byte* nsf, int length);
    [LibraryImport(Library)]
    internal static partial nint t30_get_rx_ident(nint s);
    [LibraryImport(Library)]
    internal static partial nint t30_get_rx_sub_address(nint s);
    [LibraryImport(Library)]
    internal static partial nint t30_get_rx_password(nint s);
    [LibraryImport(Library)]
    internal static partial int t30_set_ecm_capability(nint s, int enabled);
    [LibraryImport(Library)]
    internal static partial int t30_set_supported_modems(nint s, int modems);
    [LibraryImport(Library)]
    internal static partial int t30_set_supported_compressions(nint s, int compressions);
    [LibraryImport(Library)]
    internal static partial int t30_set_supported_resolutions(nint s, int resolutions);
    [LibraryImport(Library)]
    internal static partial int t30_set_supported_image_sizes(nint s, int sizes);
    [LibraryImport(Library)]
    internal static partial int t30_set_supported_t30_features(nint s, int features);
    [LibraryImport(Library)]
    internal static partial int t30_set_minimum_scan_line_time(nint s, int milliseconds);
    [LibraryImport(Library)]
    internal static partial int t30_set_rx_encoding(nint s, int encoding);
    [LibraryImport(Library)]
    internal static partial int t30_set_receiver_not_ready(nint s, int count);
    [LibraryImport(Library)]
    internal static partial void t30_set_phase_d_handler(nint s,
        delegate* unmanaged<nint, nint, int, int> handler, nint user);
    [LibraryImport(Library)]
    internal static partial void t30_set_phase_e_handler(nint s,
        delegate* unmanaged<nint, nint, int, void> handler, nint user);
    [LibraryImport(Library)]
    internal static partial void t30_set_real_time_frame_handler(nint s,
        delegate* unmanaged<nint, nint, int, byte*, int, void> handler, nint user);
    [LibraryImport(Library)]
    internal static partial void t30_get_transfer_statistics(nint s, SpandspStatistics* statistics);
    [LibraryImport(Library)]
    internal static partial int t30_call_active(nint s);
    [LibraryImport(Library)]
    internal static partial void t30_terminate(nint s);
    [LibraryImport(Library)]
    internal static partial nint t30_completion_code_to_str(int code);
    [LibraryImport(Library)]
    internal static partial nint t30_get_logging_state(nint s);
}
