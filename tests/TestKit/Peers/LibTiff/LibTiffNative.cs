// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.TestKit.Peers.LibTiff;

/// <summary>What we call of libtiff 4.5's fax codecs.</summary>
internal static unsafe partial class LibTiffNative
{
    private const string Library = "libtiff.so.6";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint TIFFClientOpen(string name, string mode, nint client,
        delegate* unmanaged<nint, byte*, nint, nint> read, delegate* unmanaged<nint, byte*, nint, nint> write,
        delegate* unmanaged<nint, ulong, int, ulong> seek, delegate* unmanaged<nint, int> close,
        delegate* unmanaged<nint, ulong> size, delegate* unmanaged<nint, byte**, ulong*, int> map,
        delegate* unmanaged<nint, byte*, ulong, void> unmap);

    [LibraryImport(Library)]
    internal static partial void TIFFClose(nint tiff);

    // Variadic in C. With integers only, both ways of calling put the arguments in the same registers on this machine.
    [LibraryImport(Library)]
    internal static partial int TIFFSetField(nint tiff, uint tag, nint value);

    [LibraryImport(Library)]
    internal static partial nint TIFFWriteEncodedStrip(nint tiff, uint strip, byte* pels, nint length);

    [LibraryImport(Library)]
    internal static partial nint TIFFWriteRawStrip(nint tiff, uint strip, byte* coded, nint length);

    [LibraryImport(Library)]
    internal static partial nint TIFFReadRawStrip(nint tiff, uint strip, byte* coded, nint length);

    [LibraryImport(Library)]
    internal static partial int TIFFReadFromUserBuffer(nint tiff, uint strip, byte* coded, nint codedLength, byte* pels,
        nint pelsLength);

    [LibraryImport(Library)]
    internal static partial nint TIFFSetErrorHandler(delegate* unmanaged<byte*, byte*, void*, void> handler);

    [LibraryImport(Library)]
    internal static partial nint TIFFSetWarningHandler(delegate* unmanaged<byte*, byte*, void*, void> handler);
}
