// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;

namespace Hermetic.Server.Features.Sites;

/// <summary>A site as programs see it.</summary>
internal sealed record SiteView(
    Guid Id,
    [property: Description("Counts changes. `ETag` says it too; `If-Match` takes it.")] int Version,
    [property: Description("Null if its keys were destroyed, as all that the site says: write it anew.")]
    string? Name,
    [property: Description("The IANA name of the zone in which its pages say the time.")] string? TimeZone,
    [property: Description("Whom its pages say that they are from; empty for the practice's name.")]
    string? SenderName,
    [property: Description("The postal address on its cover pages, line by line.")] IReadOnlyList<string> Address,
    [property: Description("Whom its cover pages say to call; empty for the line's number.")] string? Phone,
    DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    /// <inheritdoc/>
    public override string ToString() => $"site {Id}";
}

/// <summary>All sites of a practice.</summary>
internal sealed record SiteListView(IReadOnlyList<SiteView> Sites);

internal sealed record NewSiteBody(
    [property: Description("What the practice calls it; no two of its sites have the same name.")] string? Name,
    [property: Description("The IANA name of its time zone, as in `America/New_York`.")] string? TimeZone,
    [property: Description("Whom its pages say that they are from; the practice's name if it is left out.")]
    string? SenderName = null,
    [property: Description("The postal address on its cover pages, line by line: four at most.")]
    IReadOnlyList<string>? Address = null,
    [property: Description("Whom its cover pages say to call, as people write it; the line's number if it is left "
        + "out.")]
    string? Phone = null)
{
    /// <inheritdoc/>
    public override string ToString() => "a site";
}

internal sealed record ChangeSiteBody(
    [property: Description("Another name; left as it is if it is not there, as every field here.")]
    string? Name = null,
    [property: Description("Another time zone.")] string? TimeZone = null,
    [property: Description("Another sender's name; empty for the practice's name.")] string? SenderName = null,
    [property: Description("Another address; empty for none.")] IReadOnlyList<string>? Address = null,
    [property: Description("Another telephone; empty for the line's number.")] string? Phone = null)
{
    /// <inheritdoc/>
    public override string ToString() => "a change of a site";
}
