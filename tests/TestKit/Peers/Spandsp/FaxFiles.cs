// SPDX-License-Identifier: Apache-2.0
using Hermetic.TestKit.Pages;

namespace Hermetic.TestKit.Peers.Spandsp;

/// <summary>A folder for one call's TIFF files, gone with the test.</summary>
public sealed class FaxFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hermetic-interop-").FullName;

    /// <summary>What libspandsp2 sends.</summary>
    public string Sent => Path.Combine(_folder, "sent.tif");

    /// <summary>What libspandsp2 receives.</summary>
    public string Received => Path.Combine(_folder, "received.tif");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public void Write(IReadOnlyList<PageBitmap> pages) => TiffFile.Write(Sent, pages);

    public IReadOnlyList<PageBitmap> ReadReceived() => TiffFile.Read(Received);
}
