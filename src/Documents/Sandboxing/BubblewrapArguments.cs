// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Sandboxing;

/// <summary>What the sandbox looks like from inside, as bubblewrap's command line.</summary>
internal static class BubblewrapArguments
{
    private const string Nobody = "65534";

    // The loader, the C library and what programs link to. On a merged /usr the others are links into it.
    private static readonly string[] Libraries = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache"];

    public static IEnumerable<string> For(SandboxJob job, bool filtered)
    {
        List<string> arguments =
        [
            "--unshare-user", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv",
            "--uid", Nobody, "--gid", Nobody, "--hostname", "sandbox", "--cap-drop", "ALL",
        ];
        foreach (string path in Libraries.Concat(job.Readable))
        {
            AddReadable(arguments, path);
        }

        arguments.AddRange(["--dev", "/dev"]);
        if (job.NeedsProc)
        {
            arguments.AddRange(["--proc", "/proc"]);
        }

        arguments.AddRange(["--perms", "0444", "--ro-bind-data", "0", SandboxJob.InputPath]);
        arguments.AddRange(["--remount-ro", "/dev", "--remount-ro", "/"]);
        foreach ((string name, string value) in job.Environment)
        {
            arguments.AddRange(["--setenv", name, value]);
        }

        if (filtered)
        {
            arguments.AddRange(["--seccomp", "9"]);
        }

        arguments.AddRange(["--chdir", "/", "--", job.Program, .. job.Arguments]);
        return arguments;
    }

    private static void AddReadable(List<string> arguments, string path)
    {
        FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        if (!entry.Exists)
        {
            return;
        }

        // Only the root's own links (/lib -> usr/lib) are kept as links; any other path is bound with what it leads to.
        bool isRootLink = entry.LinkTarget is not null && Path.GetDirectoryName(path) == "/";
        arguments.AddRange(isRootLink ? ["--symlink", entry.LinkTarget!, path] : ["--ro-bind", path, path]);
    }
}
