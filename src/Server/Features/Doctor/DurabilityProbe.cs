// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Durable;
using Hermetic.Server.Configuration;
using Hermetic.Server.Hosting;
using Hermetic.Store;

namespace Hermetic.Server.Features.Doctor;

/// <summary>P2 as the disk and the database really are: what file system lies under the data folder, whether a flushed
/// file is there, whether the database keeps what it commits, how much room is left.</summary>
internal sealed class DurabilityProbe(ServerSettings settings)
{
    private const string Probe = "doctor-probe";

    /// <summary>Our choice: room for some days of faxes of a large practice, so that there is time to act.</summary>
    private const long FreeBytesMin = 1L << 30;

    private static readonly string[] Volatile = ["tmpfs", "ramfs", "devtmpfs"];

    private static readonly string[] Remote = ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse"];

    private readonly FindingList _found = new("P2");

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellation)
    {
        if (!Directory.Exists(settings.DataFolder))
        {
            _found.Unknown("there is no data folder yet", "start `hermetic serve`, which makes it");
            return _found.All;
        }

        LookAtFileSystem();
        WriteAndRead();
        LookAtRoom();
        await LookAtDatabaseAsync(cancellation).ConfigureAwait(false);
        return _found.All;
    }

    private void LookAtFileSystem()
    {
        if (MountPoint.Of(settings.DataFolder) is not { } mount)
        {
            _found.Unknown("the file system under the data folder could not be found",
                "look into /proc/self/mountinfo");
        }
        else if (Volatile.Contains(mount.Type))
        {
            _found.Broken($"the data folder lies in memory ({mount.Type}): a power cut takes all of it",
                "move the data folder to a disk");
        }
        else if (mount.Options.Any(option => option is "nobarrier" or "barrier=0"))
        {
            _found.Broken($"the file system under the data folder ({mount.Type}) is mounted with nobarrier: what is "
                + "flushed may be lost with the power", "mount it without that option");
        }
        else if (Remote.Any(type => mount.Type.StartsWith(type, StringComparison.Ordinal)))
        {
            _found.Unknown($"the data folder lies on another machine or in a program ({mount.Type}): whether a flush "
                + "lasts there can't be seen from here", "use a local disk, or ask who runs it");
        }
        else
        {
            _found.Holds($"the data folder lies on {mount.Type}, with write barriers");
        }
    }

    private void WriteAndRead()
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(64 * 1024);
        try
        {
            DiskFiles data = new(settings.DataFolder);
            data.Replace(Probe, bytes);
            bool isSame = File.ReadAllBytes(Path.Combine(settings.DataFolder, Probe)).AsSpan().SequenceEqual(bytes);
            data.Delete(Probe);
            if (isSame)
            {
                _found.Holds("a file was written to the data folder, flushed, named durably, and read back");
            }
            else
            {
                _found.Broken("a file that was written and flushed reads back otherwise",
                    "stop the server and replace the disk");
            }
        }
        catch (Exception failure) when (failure is DurableException or UnauthorizedAccessException)
        {
            _found.Broken($"nothing can be written durably to the data folder: {failure.Message}",
                "no call is taken until that is mended. If this is not the server's account, run the doctor as that");
        }
    }

    private void LookAtRoom()
    {
        long free = new DriveInfo(settings.DataFolder).AvailableFreeSpace;
        if (free < FreeBytesMin)
        {
            _found.Broken($"{free >> 20} MiB are left under the data folder",
                "make room: when none is left, calls are refused");
        }
        else
        {
            _found.Holds($"{free >> 30} GiB are left under the data folder");
        }
    }

    private async Task LookAtDatabaseAsync(CancellationToken cancellation)
    {
        try
        {
            FaxStore store = await InstallationParts.ReadStoreAsync(settings, cancellation).ConfigureAwait(false);
            await using (store.ConfigureAwait(false))
            {
                await store.Tenants.ListAsync(null, 1, cancellation).ConfigureAwait(false);
            }

            _found.Holds(settings.Store.Kind == StoreKind.PostgreSql
                ? "PostgreSQL answers, and flushes what it commits (synchronous_commit, fsync, full_page_writes)"
                : "the database answers (SQLite; the server opens it with synchronous=FULL or not at all)");
        }
        catch (StoreUnavailableException failure) when (failure.Fault == StoreFault.NotDurable)
        {
            _found.Broken(failure.Message, "no call is taken until that is mended");
        }
        catch (StoreUnavailableException failure)
        {
            _found.Unknown(failure.Message, "mend that, and run the doctor again");
        }
    }
}
