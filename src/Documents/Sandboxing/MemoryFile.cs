// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hermetic.Documents.Sandboxing;

/// <summary>A file that has no name and lies in memory alone (memfd_create), closed on exec.</summary>
internal static class MemoryFile
{
    private const uint CloseOnExec = 1;

    /// <summary>Makes one; null where the kernel does not let us.</summary>
    public static SafeFileHandle? Create(ReadOnlySpan<byte> content)
    {
        int descriptor = NativeMethods.MemfdCreate("hermetic"u8.ToArray(), CloseOnExec);
        if (descriptor < 0)
        {
            return null;
        }

        SafeFileHandle handle = new(descriptor, ownsHandle: true);
        RandomAccess.Write(handle, content, 0);
        return handle;
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int MemfdCreate(byte[] name, uint flags);
    }
}
