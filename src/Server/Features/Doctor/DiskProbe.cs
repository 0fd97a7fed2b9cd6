// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Hermetic.Vault.Blobs;

namespace Hermetic.Server.Features.Doctor;

/// <summary>P1 as a thief of the disk would find it: every file of the data folder read raw, modes, the key's place,
/// swap.</summary>
internal sealed class DiskProbe(ServerSettings settings, Action<string> progress)
{
    /// <summary>Our choice: often enough to see that it goes on.</summary>
    private const int ProgressFiles = 2000;

    /// <summary>Our limit: more of the same would hide the rest.</summary>
    private const int NamedMax = 5;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly FindingList _found = new("P1");

    public IReadOnlyList<Finding> Run(CancellationToken cancellation)
    {
        LookAtModes();
        LookAtFiles(cancellation);
        LookAtSwap();
        if (settings.Blobs.Kind == BlobKind.S3)
        {
            _found.Unknown("the sealed pages lie in an S3 bucket, which was not read",
                "`hermetic verify installation` opens and compares every one of them");
        }

        if (settings.Store.Kind == StoreKind.PostgreSql)
        {
            _found.Unknown("the database is PostgreSQL's, and its files were not read",
                "run the same look over its data folder as its own account, or trust the tests that do");
        }

        return _found.All;
    }

    private void LookAtModes()
    {
        Owned(settings.DataFolder, "the data folder");
        if (settings.Keys.Kind == KeySourceKind.File)
        {
            Owned(settings.Keys.File, "the root key's file");
        }
        else
        {
            Owned(settings.Keys.PinFile, "the file of the token's PIN");
        }

        if (settings.Store.PasswordFile.Length > 0)
        {
            Owned(settings.Store.PasswordFile, "the file of the database's password");
        }

        if (settings.Blobs.SecretKeyFile.Length > 0)
        {
            Owned(settings.Blobs.SecretKeyFile, "the file of the bucket's secret");
        }
    }

    private void Owned(string path, string what)
    {
        if (!Path.Exists(path))
        {
            _found.Unknown($"{what} is not there: {path}", "start `hermetic serve` once, or correct the configuration");
        }
        else if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Others) != 0)
        {
            _found.Broken($"{what} is open to other accounts of this machine: {path}",
                $"chmod go= {path}");
        }
        else
        {
            _found.Holds($"{what} is its owner's alone");
        }
    }

    private void LookAtFiles(CancellationToken cancellation)
    {
        if (!Directory.Exists(settings.DataFolder))
        {
            return;
        }

        PlainTextScan scan = new(settings.Tenants.SelectMany(tenant => tenant.Numbers
            .Select(number => (number, "the number of a practice"))
            .Append((tenant.Name, "the name of a practice"))));
        List<string> readable = [];
        List<string> unread = [];
        int files = 0;
        foreach (string path in Directory.EnumerateFiles(settings.DataFolder, "*", SearchOption.AllDirectories))
        {
            cancellation.ThrowIfCancellationRequested();
            string name = Path.GetRelativePath(settings.DataFolder, path);
            try
            {
                // A lock that the server holds is empty, and nobody else may open it.
                if (new FileInfo(path).Length > 0 && scan.Look(path, IsBlob(name)) is { } what)
                {
                    readable.Add($"{name} holds {what}");
                }
            }
            catch (FileNotFoundException)
            {
                // The running server moved it.
                continue;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                unread.Add(name);
            }

            if (++files % ProgressFiles == 0)
            {
                progress($"{files} files read");
            }
        }

        Report(files, scan.Needles, readable, unread);
    }

    private void Report(int files, int needles, List<string> readable, List<string> unread)
    {
        foreach (string what in readable.Take(NamedMax))
        {
            _found.Broken($"in the clear on the disk: {what}",
                "stop the server, keep the file as evidence, and tell your privacy officer: this is a leak of this "
                + "program or of somebody who writes into its folder");
        }

        if (readable.Count > NamedMax)
        {
            _found.Broken($"in the clear on the disk: {readable.Count - NamedMax} files more", "as above");
        }

        if (unread.Count > 0)
        {
            _found.Unknown($"{unread.Count} files of the data folder can't be read, such as {unread[0]}",
                "run the doctor as the server's account");
        }

        if (readable.Count == 0 && unread.Count == 0 && files > 0)
        {
            _found.Holds($"{files} files of the data folder were read raw, and nothing was readable: no page, no "
                + $"document, none of {needles} forms of the practices' names and numbers");
        }
    }

    private void LookAtSwap()
    {
        string[] swaps;
        try
        {
            // proc_swaps(5): a line of headings, then one for each area.
            swaps = [.. File.ReadLines("/proc/swaps").Skip(1)];
        }
        catch (IOException)
        {
            _found.Unknown("whether this machine swaps could not be read", "look into /proc/swaps");
            return;
        }

        if (swaps.Length == 0)
        {
            _found.Holds("this machine does not swap: no memory of the server reaches the disk");
        }
        else
        {
            _found.Unknown($"this machine swaps to {swaps[0].Split([' ', '\t'])[0]}: memory of the server, pages in "
                + "the clear among it, may reach that disk", "swapoff, or encrypt the swap with a key of each boot");
        }
    }

    private static bool IsBlob(string name)
    {
        string[] parts = name.Split(Path.DirectorySeparatorChar);
        return parts[0] == "blobs" && BlobName.TryParse(string.Join('/', parts[1..]), out _);
    }
}
