// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Doctor;

namespace Hermetic.Server.Hosting;

/// <summary>Looks at an installation as it really is, on its own machine, beside its running server.</summary>
public static class InstallationDoctor
{
    /// <summary>Probes P1 to P4: the disk read raw, the file system and the database tried, the ledger checked, every
    /// open socket asked as a stranger would. Changes nothing but one file that it writes and deletes.</summary>
    /// <param name="settings">The installation.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Gives it up.</param>
    public static async Task<Findings> ExamineAsync(
        ServerSettings settings, TimeProvider time, Action<string> progress, CancellationToken cancellation)
    {
        ApprovedProbe approved = new(settings, time);
        ServerSettings inForce = await approved.RunAsync(cancellation).ConfigureAwait(false);
        DoorProbe doors = new(inForce, Path.Combine(settings.DataFolder, InstallationParts.LockName), time);
        progress("trying the doors");
        IReadOnlyList<Finding> open = await doors.RunAsync(cancellation).ConfigureAwait(false);
        progress("checking the ledger");
        IReadOnlyList<Finding> journaled =
            await new LedgerProbe(settings, doors.Http).RunAsync(cancellation).ConfigureAwait(false);
        progress("writing to the disk");
        IReadOnlyList<Finding> durable = await new DurabilityProbe(settings).RunAsync(cancellation)
            .ConfigureAwait(false);
        progress("reading the disk");
        IReadOnlyList<Finding> isSealed = new DiskProbe(settings, progress).Run(cancellation);
        IReadOnlyList<Finding> due = await new RetentionProbe(settings, time).RunAsync(cancellation)
            .ConfigureAwait(false);
        return new Findings([.. isSealed, .. due, .. durable, .. journaled, .. open, .. approved.Found]);
    }
}
