// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.Telephony.Loop;

/// <summary>The few system calls that the loop makes itself: .NET's awaiting sockets cost several times as much a
/// packet.</summary>
internal static unsafe partial class Libc
{
    public const int EpollIn = 1;
    public const int EpollCtlAdd = 1;
    public const int EpollCtlDel = 2;
    public const int EpollCloseOnExec = 0x80000;
    public const int EventNonBlockingCloseOnExec = 0x80800;
    public const int MsgDontWait = 0x40;
    public const int ErrorInterrupted = 4;

    // struct epoll_event: u32 events, then u64 data; packed on x86-64 only.
    //   x86-64   | 0 events | 4 data    | 12
    //   others   | 0 events | 8 data    | 16
    public static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    public static readonly int EventDataOffset = EventBytes - 8;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int eventsMax, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "connect")]
    public static partial int Connect(int socket, byte* name, int nameBytes);

    [LibraryImport("libc", EntryPoint = "recvfrom")]
    public static partial nint ReceiveFrom(int socket, byte* buffer, nint length, int flags, byte* name,
        int* nameBytes);

    [LibraryImport("libc", EntryPoint = "sendto")]
    public static partial nint SendTo(int socket, byte* buffer, nint length, int flags, byte* name, int nameBytes);
}
