// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.InteropServices;

namespace Hermetic.TestKit.Peers.Spandsp;

/// <summary>
/// The functions of libspandsp2 0.0.6 that the tests call. No structure of the library is laid out here: it allocates
/// its own contexts, and we hold pointers. (The one exception, the statistics that it fills in, is all ints.)
/// </summary>
internal static unsafe partial class SpandspNative
{
    private const string Library = "libspandsp.so.2";

    static SpandspNative() => NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), Resolve);

    // T.38 terminal
    [LibraryImport(Library)]
    internal static partial nint t38_terminal_init(nint s, int callingParty,
        delegate* unmanaged<nint, nint, byte*, int, int, int> sendPacket, nint user);
    [LibraryImport(Library)]
    internal static partial void t38_terminal_free(nint s);
    [LibraryImport(Library)]
    internal static partial int t38_terminal_send_timeout(nint s, int samples);
    [LibraryImport(Library)]
    internal static partial nint t38_terminal_get_t30_state(nint s);
    [LibraryImport(Library)]
    internal static partial nint t38_terminal_get_t38_core_state(nint s);
    [LibraryImport(Library)]
    internal static partial nint t38_terminal_get_logging_state(nint s);
    [LibraryImport(Library)]
    internal static partial void t38_terminal_set_config(nint s, int config);
    [LibraryImport(Library)]
    internal static partial void t38_terminal_set_tep_mode(nint s, int useTep);

    // T.38 core
    [LibraryImport(Library)]
    internal static partial int t38_core_rx_ifp_packet(nint s, byte* packet, int length, ushort sequence);
    [LibraryImport(Library)]
    internal static partial void t38_set_t38_version(nint s, int version);
    [LibraryImport(Library)]
    internal static partial void t38_set_data_rate_management_method(nint s, int method);
    [LibraryImport(Library)]
    internal static partial void t38_set_redundancy_control(nint s, int category, int setting);
    [LibraryImport(Library)]
    internal static partial void t38_set_max_datagram_size(nint s, int bytes);
    [LibraryImport(Library)]
    internal static partial nint t38_core_get_logging_state(nint s);

    // T.38 gateway
    [LibraryImport(Library)]
    internal static partial nint t38_gateway_init(nint s,
        delegate* unmanaged<nint, nint, byte*, int, int, int> sendPacket, nint user);
    [LibraryImport(Library)]
    internal static partial void t38_gateway_free(nint s);
    [LibraryImport(Library)]
    internal static partial int t38_gateway_rx(nint s, short* samples, int count);
    [LibraryImport(Library)]
    internal static partial int t38_gateway_tx(nint s, short* samples, int countMax);
    [LibraryImport(Library)]
    internal static partial void t38_gateway_set_ecm_capability(nint s, int allowed);
    [LibraryImport(Library)]
    internal static partial void t38_gateway_set_transmit_on_idle(nint s, int on);
    [LibraryImport(Library)]
    internal static partial void t38_gateway_set_supported_modems(nint s, int modems);
    [LibraryImport(Library)]
    internal static partial nint t38_gateway_get_t38_core_state(nint s);
    [LibraryImport(Library)]
    internal static partial nint t38_gateway_get_logging_state(nint s);

    // Audio fax
    [LibraryImport(Library)]
    internal static partial nint fax_init(nint s, int callingParty);
    [LibraryImport(Library)]
    internal static partial void fax_free(nint s);
    [LibraryImport(Library)]
    internal static partial int fax_rx(nint s, short* samples, int count);
    [LibraryImport(Library)]
    internal static partial int fax_tx(nint s, short* samples, int countMax);
    [LibraryImport(Library)]
    internal static partial void fax_set_transmit_on_idle(nint s, int on);
    [LibraryImport(Library)]
    internal static partial nint fax_get_t30_state(nint s);
    [LibraryImport(Library)]
    internal static partial nint fax_get_logging_state(nint s);

    // Logging
    [LibraryImport(Library)]
    internal static partial void span_log_set_level(nint s, int level);
    [LibraryImport(Library)]
    internal static partial void span_log_set_message_handler(nint s, delegate* unmanaged<int, byte*, void> handler);

    /// <summary>Says which package is missing, instead of the loader's own words.</summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name is not (Library or TiffNative.Library))
        {
            return 0;
        }
        return NativeLibrary.TryLoad(name, assembly, path, out nint library)
            ? library
            : throw new PeerException($"{name} is not installed: the tests need libspandsp2 and libtiff6");
    }
}
