// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Doctor;

/// <summary>The file system under a folder.</summary>
/// <param name="Type">Its type, such as `ext4`.</param>
/// <param name="Options">How it is mounted.</param>
internal sealed record MountPoint(string Type, IReadOnlyList<string> Options)
{
    /// <summary>Looks it up in /proc/self/mountinfo (proc_pid_mountinfo(5)); null if it can't be told.</summary>
    public static MountPoint? Of(string folder)
    {
        try
        {
            return Find(File.ReadLines("/proc/self/mountinfo"), Path.GetFullPath(folder));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The mount with the longest path that the folder lies under; of several on one path the newest, which
    /// is the last.</summary>
    public static MountPoint? Find(IEnumerable<string> mounts, string folder)
    {
        MountPoint? found = null;
        int longest = 0;
        foreach (string line in mounts)
        {
            // ID PARENT MAJOR:MINOR ROOT PATH OPTIONS [FIELD…] - TYPE SOURCE SUPER-OPTIONS
            string[] halves = line.Split(" - ", 2);
            string[] first = halves[0].Split(' ');
            string[] second = halves.Length == 2 ? halves[1].Split(' ') : [];
            if (first.Length < 6 || second.Length < 3)
            {
                continue;
            }

            // A blank in a path is written as an octal number.
            string path = first[4].Replace("\\040", " ", StringComparison.Ordinal);
            bool isUnder = folder == path
                || folder.StartsWith(path.EndsWith('/') ? path : path + '/', StringComparison.Ordinal);
            if (isUnder && path.Length >= longest)
            {
                longest = path.Length;
                found = new MountPoint(second[0], [.. first[5].Split(','), .. second[2].Split(',')]);
            }
        }

        return found;
    }
}
