// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Sites;

namespace Hermetic.Server.Configuration;

/// <summary>A place of a practice, as the settings sow it.</summary>
/// <param name="Entry">What is said of it.</param>
/// <param name="Numbers">The practice's numbers that stand at it, in their one spelling.</param>
internal sealed record SiteSettings(SiteEntry Entry, IReadOnlyList<string> Numbers)
{
    /// <summary>The sites of a practice.</summary>
    /// <param name="tenant">The practice's settings.</param>
    /// <param name="numbers">All its numbers, in their one spelling.</param>
    public static IReadOnlyList<SiteSettings> ReadAll(SettingSection tenant, IReadOnlySet<string> numbers)
    {
        List<SiteSettings> sites = [];
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> placed = [];
        foreach (SettingSection site in tenant.Objects("sites"))
        {
            SiteEntry entry = SiteEntry.Of(
                site.Required("name", "\"Main Street\""), site.Required("timeZone", "\"America/New_York\""),
                site.Text("senderName"),
                site.List("address", text => (true, text), "takes the lines of a postal address"),
                site.Text("phone"), OnceMore(site));
            IReadOnlyList<string> own = site.List("numbers",
                text => (numbers.Contains(DialledNumber.Normalize(text)), DialledNumber.Normalize(text)),
                "takes numbers that the practice has in `numbers` or `sandbox` too");
            if (entry.Name.Length > 0 && !names.Add(entry.Name))
            {
                site.Complain("name", "is another site's of the practice too");
            }

            if (!own.All(placed.Add))
            {
                site.Complain("numbers", "a number stands here twice, or at another site too");
            }

            site.Finish();
            sites.Add(new SiteSettings(entry, own));
        }

        return sites;
    }

    // What is missing was complained of already.
    private static Action<string, string> OnceMore(SettingSection site) => (name, takes) =>
    {
        if (name is not ("name" or "timeZone") || site.Has(name))
        {
            site.Complain(name, takes);
        }
    };
}
