// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.Vault.Keys;

/// <summary>Where a key file may lie and who may touch it.</summary>
internal static partial class KeyFileRules
{
    private const int Others = 0x3F; // ---rwxrwx

    private const int AtWorkingFolder = -100; // AT_FDCWD
    private const uint ModeAndOwner = 0x2 | 0x8; // STATX_MODE, STATX_UID
    private const int OwnerAt = 20; // in struct statx, the same on every architecture
    private const int ModeAt = 28;
    private const int StatxLength = 256;
    private const int PathLength = 4096; // PATH_MAX

    /// <summary>The real path, links followed, if all is well. The file need not be there yet; its folder
    /// must.</summary>
    public static string Check(string path, string dataFolder)
    {
        string full = Path.GetFullPath(path);
        string? folder = Real(Path.GetDirectoryName(full)!);
        if (folder is null)
        {
            throw new VaultKeyException(KeyFault.FileUnusable, $"{full} (its folder does not exist)");
        }
        string real = Real(full) ?? Path.Combine(folder, Path.GetFileName(full));
        string data = Path.TrimEndingDirectorySeparator(Real(dataFolder) ?? Path.GetFullPath(dataFolder)) + "/";
        if (real.StartsWith(data, StringComparison.Ordinal))
        {
            throw new VaultKeyException(KeyFault.FileInsideData, real);
        }
        if (File.Exists(real))
        {
            CheckAccess(real);
        }
        return real;
    }

    private static void CheckAccess(string real)
    {
        byte[] status = new byte[StatxLength];
        if (statx(AtWorkingFolder, real, 0, ModeAndOwner, status) != 0)
        {
            throw new VaultKeyException(KeyFault.FileUnusable, $"{real} (errno {Marshal.GetLastPInvokeError()})");
        }
        if ((MemoryMarshal.Read<ushort>(status.AsSpan(ModeAt)) & Others) != 0)
        {
            throw new VaultKeyException(KeyFault.FileOpenToOthers, real);
        }
        if (MemoryMarshal.Read<uint>(status.AsSpan(OwnerAt)) != geteuid())
        {
            throw new VaultKeyException(KeyFault.FileOwner, real);
        }
    }

    private static string? Real(string path)
    {
        byte[] buffer = new byte[PathLength];
        return realpath(path, buffer) == 0
            ? null
            : System.Text.Encoding.UTF8.GetString(buffer.AsSpan(0, buffer.AsSpan().IndexOf((byte)0)));
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte[] status);

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint realpath(string path, byte[] resolved);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint geteuid();
}
