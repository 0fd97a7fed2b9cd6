// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Documents;
using Hermetic.Documents.Composing;
using Hermetic.Server.Configuration;

namespace Hermetic.Server.Features.Sites;

/// <summary>What is known of a site; sealed as one.</summary>
/// <param name="Name">What the practice calls it.</param>
/// <param name="TimeZone">The IANA name of the zone in which its pages say the time.</param>
/// <param name="SenderName">Whom its pages say that they are from; empty for the practice's name.</param>
/// <param name="Address">The postal address on its cover pages, line by line; empty for none.</param>
/// <param name="Phone">Whom its cover pages say to call; empty for the line's number.</param>
internal sealed record SiteEntry(
    string Name, string TimeZone, string SenderName, IReadOnlyList<string> Address, string Phone)
{
    private const int NameCharsMax = 100; // our limit: a name, not a description
    private const int SenderCharsMax = 100; // our limit: the header line has room for fewer, and says so by itself
    private const int AddressLinesMax = 4; // our limit: what the cover page has room for
    private const int AddressCharsMax = 80; // our limit: about what a line of the cover page takes
    private const int PhoneCharsMax = 40; // our limit: a number with an extension

    // ITU-T E.164 §6: a number has at most 15 digits.
    private const string LongestNumber = "+999999999999999";

    private const string AnyName = "Practice"; // what the practice is called is not the site's to change

    // Our choice: page numbers of three digits, as FaxComposer tries them.
    private const int PagesTried = 999;

    /// <summary>A site as somebody wrote it, in its one spelling.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="timeZone">Its zone.</param>
    /// <param name="senderName">Null for the practice's name.</param>
    /// <param name="address">Null for none.</param>
    /// <param name="phone">Null for none.</param>
    /// <param name="complain">Told of each field that is not what it must be, and what it takes.</param>
    public static SiteEntry Of(string? name, string? timeZone, string? senderName, IReadOnlyList<string>? address,
        string? phone, Action<string, string> complain)
    {
        SiteEntry entry = new(
            Tidy(name), Tidy(timeZone), Tidy(senderName), [.. (address ?? []).Select(Tidy)], Tidy(phone));
        if (entry.Name.Length == 0 || !IsText(entry.Name, NameCharsMax))
        {
            complain("name", $"takes 1 to {NameCharsMax} characters on one line");
        }

        if (IanaZone.Find(entry.TimeZone) is null)
        {
            complain("timeZone", "takes the IANA name of a time zone, as in America/New_York");
        }

        if (!IsText(entry.SenderName, SenderCharsMax))
        {
            complain("senderName", $"takes at most {SenderCharsMax} characters on one line");
        }

        if (entry.Address.Count > AddressLinesMax
            || !entry.Address.All(line => line.Length > 0 && IsText(line, AddressCharsMax)))
        {
            complain("address", $"takes at most {AddressLinesMax} lines of 1 to {AddressCharsMax} characters");
        }

        if (!IsText(entry.Phone, PhoneCharsMax))
        {
            complain("phone", $"takes at most {PhoneCharsMax} characters on one line");
        }

        return entry;
    }

    /// <summary>Complains of what can't be drawn, or does not fit on a page. Once a fax is called nobody is there who
    /// could change it.</summary>
    public void CheckDrawn(Action<string, string> complain)
    {
        if (SenderName.Length > 0)
        {
            Tell("senderName", HeadOf(SenderName) ?? CoverOf(SenderName, [], LongestNumber));
        }

        Tell("address", CoverOf(AnyName, Address, LongestNumber));
        if (Phone.Length > 0)
        {
            Tell("phone", CoverOf(AnyName, [], Phone));
        }

        void Tell(string field, Refusal? refusal)
        {
            // Without fonts nothing is sent at all, and says so.
            if (refusal is { Code: not RefusalCode.NoFont })
            {
                complain(field, refusal.Reason);
            }
        }
    }

    private static Refusal? HeadOf(string from) => PageHeader.Make(new HeaderText
    {
        At = DateTimeOffset.UnixEpoch,
        From = from,
        FromNumber = LongestNumber,
        To = LongestNumber,
    }, PagesTried).Refusal;

    private static Refusal? CoverOf(string from, IReadOnlyList<string> address, string phone) =>
        CoverPage.Make(new CoverSheet
        {
            Template = new CoverTemplate { Practice = from, Address = address, Phone = phone, Fax = LongestNumber },
            To = "",
            ToNumber = LongestNumber,
        }, DateTimeOffset.UnixEpoch, PagesTried).Refusal;

    /// <inheritdoc/>
    public override string ToString() => "a site";

    private static string Tidy(string? text) => (text ?? "").Trim();

    // Marks that turn text round would make one name look like another.
    private static bool IsText(string text, int charsMax) => text.Length <= charsMax
        && text.All(letter => !char.IsControl(letter)
            && CharUnicodeInfo.GetUnicodeCategory(letter) is not UnicodeCategory.Format);
}
