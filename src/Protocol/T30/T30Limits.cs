// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>What one call may use of us. Each is our limit, for T.30 sets none but its timers: it keeps one peer from
/// using up a machine that thousands share. Each setter refuses values out of its range.</summary>
public sealed record T30Limits
{
    public static T30Limits Default { get; } = new();

    /// <summary>Control frames heard between two steps forward (a new state or a page): a talkative peer stops here. 8
    /// to 100,000.</summary>
    public int FramesPerPhaseMax { get; init => field = Checked(value, 8, 100_000); } = 400;

    /// <summary>Pages received or sent in a call. 1 to 100,000.</summary>
    public int PagesMax { get; init => field = Checked(value, 1, 100_000); } = 1_000;

    /// <summary>Rows of a received page: 20,000 is 1.3 m of superfine paper. 1 to 200,000.</summary>
    public int RowsPerPageMax { get; init => field = Checked(value, 1, 200_000); } = 20_000;

    /// <summary>Coded octets of a received page. 1 KiB to 256 MiB.</summary>
    public int PageBytesMax { get; init => field = Checked(value, 1 << 10, 256 << 20); } = 8 << 20;

    /// <summary>Length of a call. One minute to a day.</summary>
    public TimeSpan CallMax { get; init => field = Checked(value, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)); }
        = TimeSpan.FromHours(2);

    private static int Checked(int value, int min, int max) => value >= min && value <= max
        ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"must lie between {min} and {max}");

    private static TimeSpan Checked(TimeSpan value, TimeSpan min, TimeSpan max) => value >= min && value <= max
        ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"must lie between {min} and {max}");
}
