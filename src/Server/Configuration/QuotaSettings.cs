// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Configuration;

/// <summary>How much a practice may use. What is faxed to it is taken beyond any of these: a fax that is lost is worse
/// than a disk that an operator has to enlarge. All are our defaults: far above what a practice does.</summary>
public sealed record QuotaSettings
{
    /// <summary>Bytes of its stored pages, sealed. Our default: 100 GB, some two million pages.</summary>
    public long StoredOctetsMax { get; init; } = 100_000_000_000;

    /// <summary>Stored pages. Our default: what those bytes hold.</summary>
    public long StoredPagesMax { get; init; } = 2_000_000;

    /// <summary>Faxes that may be asked for on one day (UTC). Our default: a large clinic's week.</summary>
    public int OutgoingPerDayMax { get; init; } = 5_000;

    /// <summary>Uploads of one account that are not over. Our default: a batch of a program's.</summary>
    public int UploadsPendingMax { get; init; } = 100;

    internal static QuotaSettings Read(SettingSection quotas)
    {
        QuotaSettings all = new();
        QuotaSettings read = new()
        {
            StoredOctetsMax = 1_000_000L * quotas.Number(
                "storedMegabytesMax", (int)(all.StoredOctetsMax / 1_000_000), 0, int.MaxValue),
            StoredPagesMax = quotas.Number("storedPagesMax", (int)all.StoredPagesMax, 0, int.MaxValue),
            OutgoingPerDayMax = quotas.Number("outgoingPerDayMax", all.OutgoingPerDayMax, 0, int.MaxValue),
            UploadsPendingMax = quotas.Number("uploadsPendingMax", all.UploadsPendingMax, 0, int.MaxValue),
        };
        quotas.Finish();
        return read;
    }
}
