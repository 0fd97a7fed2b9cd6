// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Durable;

namespace Hermetic.Cli.Listen;

/// <summary>The folder of received faxes. Names come from our clock and a count, never from the wire
/// (Hostile_12).</summary>
internal sealed class FaxFolder(IDurableFiles files, TimeProvider time)
{
    /// <summary>How a fax is named that is not complete: while it arrives, and for good if the call was cut.</summary>
    public const string PartialSuffix = ".partial";

    private int _count;

    public IDurableFiles Files => files;

    /// <summary>A name without extension that no file in the folder has.</summary>
    public string NewName()
    {
        while (true)
        {
            string name = string.Create(CultureInfo.InvariantCulture,
                $"fax-{time.GetUtcNow():yyyyMMdd-HHmmss}-{Interlocked.Increment(ref _count):D4}");
            if (!files.Exists($"{name}.tif") && !files.Exists($"{name}{PartialSuffix}.tif"))
            {
                return name;
            }
        }
    }
}
