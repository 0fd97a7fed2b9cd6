// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Durable;

/// <summary>Relative paths with '/' between their parts; "" is the root.</summary>
public static class DurablePath
{
    /// <summary>Our limit, so that a path under any sensible root stays below the 4,096 bytes of Linux.</summary>
    private const int PathCharsMax = 1024;

    /// <summary>The folder that holds <paramref name="path"/>.</summary>
    public static string Parent(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash < 0 ? "" : path[..slash];
    }

    /// <summary>The last part of <paramref name="path"/>.</summary>
    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>A name in a folder, as a path.</summary>
    public static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    /// <summary>Throws if the path is not one of ours: a caller's mistake, or somebody's attempt to leave the
    /// root.</summary>
    public static void Check(string path, bool rootAllowed = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0 && rootAllowed)
        {
            return;
        }
        if (path.Length > PathCharsMax || path.Contains('\0', StringComparison.Ordinal)
            || path.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw new ArgumentException("a durable path is relative and has no empty, '.' or '..' part", nameof(path));
        }
    }
}
