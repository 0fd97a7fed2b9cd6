// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.TestKit.Peers.Spandsp;

/// <summary>The few functions of libtiff that read libspandsp2's received pages back.</summary>
internal static unsafe partial class TiffNative
{
    internal const string Library = "libtiff.so.6";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint TIFFOpen(string file, string mode);
    [LibraryImport(Library)]
    internal static partial void TIFFClose(nint tiff);
    [LibraryImport(Library)]
    internal static partial ushort TIFFNumberOfDirectories(nint tiff);
    [LibraryImport(Library)]
    internal static partial int TIFFSetDirectory(nint tiff, ushort directory);
    [LibraryImport(Library)]
    internal static partial int TIFFReadScanline(nint tiff, byte* row, uint index, ushort sample);
    [LibraryImport(Library)]
    internal static partial nint TIFFScanlineSize(nint tiff);
    // Variadic in C; with one pointer behind the named parameters the calling convention on Linux is the same.
    [LibraryImport(Library)]
    internal static partial int TIFFGetField(nint tiff, uint tag, void* value);
}
