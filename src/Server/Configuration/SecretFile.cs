// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Configuration;

/// <summary>Secrets lie in files of their own, which only our account can read: a configuration file gets copied into
/// tickets and backups, an environment into crash reports.</summary>
internal static class SecretFile
{
    // Our limit: a password, not a document.
    private const int BytesMax = 4096;

    public const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The secret, without the line's end; null after a complaint.</summary>
    public static string? Read(SettingSection section, string name, string path)
    {
        string? secret = TryRead(path, out string complaint);
        if (secret is null)
        {
            section.Complain(name, complaint);
        }

        return secret;
    }

    /// <summary>The secret, or null and what is wrong with the file.</summary>
    public static string? TryRead(string path, out string complaint)
    {
        complaint = "";
        try
        {
            FileInfo file = new(path);
            complaint = !file.Exists || file.Length is 0 or > BytesMax
                ? $"names no file, an empty one, or one over {BytesMax} bytes"
                : !OperatingSystem.IsWindows() && (file.UnixFileMode & Others) != 0
                    ? "names a file that others can read or write: chmod 600 it"
                    : "";
            return complaint.Length == 0 ? File.ReadAllText(path).TrimEnd('\r', '\n') : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            complaint = "names a file that can't be read by this account";
            return null;
        }
    }
}
