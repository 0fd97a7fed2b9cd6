// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Hermetic.Documents;

/// <summary>Our limits on what a document may cost. Each property has a default, a range and a meaning, and refuses a
/// value outside its range.</summary>
public sealed record RenderLimits
{
    /// <summary>The defaults.</summary>
    public static RenderLimits Default { get; } = new();

    /// <summary>Octets of one input file: 50 MB, what people expect of a fax service; 1 KiB to 1 GiB. Our
    /// limit.</summary>
    public long InputBytesMax { get; init => field = Within(value, 1 << 10, 1 << 30); } = 50_000_000;

    /// <summary>Pages of one fax: 350, what people expect of a fax service; 1 to 10,000. Our limit.</summary>
    public int PagesMax { get; init => field = (int)Within(value, 1, 10_000); } = 350;

    /// <summary>Rows of one page: 5 m of paper at 300 dpi; 100 to 1,000,000. Our limit.</summary>
    public int RowsMax { get; init => field = (int)Within(value, 100, 1_000_000); } = 60_000;

    /// <summary>Pels of one page, as decoded and as faxed: an A3 page at 600 dpi twice over; 10,000 to 1 G. Our
    /// limit.</summary>
    public long PelsMax { get; init => field = Within(value, 10_000, 1 << 30); } = 150_000_000;

    /// <summary>Processor seconds that the renderer may spend on one page; 1 to 600. Our limit: an honest page takes
    /// well under one.</summary>
    public int CpuSecondsPerPage { get; init => field = (int)Within(value, 1, 600); } = 20;

    /// <summary>Seconds by the clock for one page, since a renderer may also wait for nothing; 1 to 3,600. Our
    /// limit.</summary>
    public int WallSecondsPerPage { get; init => field = (int)Within(value, 1, 3_600); } = 60;

    /// <summary>Octets of memory that the renderer may map; 64 MiB to 16 GiB. Our limit.</summary>
    public long MemoryBytesMax { get; init => field = Within(value, 64L << 20, 16L << 30); } = 1L << 30;

    private static long Within(long value, long least, long most, [CallerMemberName] string name = "") =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"from {least} to {most}");
}
