// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.TestKit.Peers.LibTiff;

/// <summary>A TIFF file in memory: what libtiff's client callbacks read, write and seek in.</summary>
internal sealed unsafe class LibTiffMemory : IDisposable
{
    private byte[] bytes = new byte[1 << 16];
    private int length;
    private int position;
    private GCHandle self;

    public nint Open(string mode)
    {
        position = 0;
        self = GCHandle.Alloc(this);
        nint tiff = LibTiffNative.TIFFClientOpen("memory", mode, GCHandle.ToIntPtr(self), &Read, &Write, &Seek, &Close,
            &Size, &Map, &Unmap);
        return tiff != 0 ? tiff : throw new PeerException("libtiff does not open a file in memory");
    }

    public void Dispose()
    {
        if (self.IsAllocated)
        {
            self.Free();
        }
    }

    private static LibTiffMemory From(nint client) => (LibTiffMemory)GCHandle.FromIntPtr(client).Target!;

    [UnmanagedCallersOnly]
    private static nint Read(nint client, byte* to, nint count)
    {
        LibTiffMemory memory = From(client);
        int taken = (int)Math.Min(count, Math.Max(0, memory.length - memory.position));
        memory.bytes.AsSpan(memory.position, taken).CopyTo(new Span<byte>(to, taken));
        memory.position += taken;
        return taken;
    }

    [UnmanagedCallersOnly]
    private static nint Write(nint client, byte* from, nint count)
    {
        LibTiffMemory memory = From(client);
        int end = memory.position + (int)count;
        if (end > memory.bytes.Length)
        {
            Array.Resize(ref memory.bytes, end * 2);
        }

        new ReadOnlySpan<byte>(from, (int)count).CopyTo(memory.bytes.AsSpan(memory.position));
        memory.position = end;
        memory.length = Math.Max(memory.length, end);
        return count;
    }

    [UnmanagedCallersOnly]
    private static ulong Seek(nint client, ulong offset, int whence)
    {
        LibTiffMemory memory = From(client);
        long from = whence switch { 0 => 0, 1 => memory.position, _ => memory.length };
        memory.position = (int)(from + (long)offset);
        return (ulong)memory.position;
    }

    [UnmanagedCallersOnly]
    private static int Close(nint client)
    {
        From(client).Dispose();
        return 0;
    }

    [UnmanagedCallersOnly]
    private static ulong Size(nint client) => (ulong)From(client).length;

    [UnmanagedCallersOnly]
    private static int Map(nint client, byte** start, ulong* count) => 0;

    [UnmanagedCallersOnly]
    private static void Unmap(nint client, byte* start, ulong count)
    {
    }
}
