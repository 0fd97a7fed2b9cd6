// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Composing;
using Hermetic.TestKit.Pages;

namespace Hermetic.Documents.Tests.Composing;

/// <summary>A practice, its words and its pages, all invented.</summary>
internal static class Letters
{
    public static readonly HeaderText Header = new()
    {
        At = new(2026, 11, 24, 15, 4, 0, TimeSpan.FromHours(-8)),
        From = "Clinic of Invented Medicine",
        FromNumber = "+1 555 010 0100",
        To = "+1 555 010 0199",
    };

    public static readonly CoverSheet Cover = new()
    {
        Template = new()
        {
            Practice = "Clinic of Invented Medicine",
            Address = ["1 Sample Street", "00000 Nowhere"],
            Phone = "+1 555 010 0101",
            Fax = "+1 555 010 0100",
        },
        To = "Pharmacy of Nowhere",
        ToNumber = "+1 555 010 0199",
        From = "Front desk",
        Subject = "Referral",
        Notes = "Please confirm by phone.\n\nThank you.",
    };

    /// <summary>A fax of such pages.</summary>
    public static FaxDocument Document(params PageBitmap[] pages) =>
        FaxDocument.Of([.. pages.Select(Pages.Encode)]);

    public static ComposedFax Compose(FaxDocument? document, HeaderText? header = null, CoverSheet? cover = null)
    {
        (ComposedFax? fax, Refusal? refusal) = ComposedFax.Compose(document, header ?? Header, cover);
        Assert.Null(refusal);
        return fax!;
    }

    public static Refusal Refused(HeaderText? header = null, CoverSheet? cover = null)
    {
        (ComposedFax? fax, Refusal? refusal) = ComposedFax.Compose(null, header ?? Header, cover ?? Cover);
        Assert.Null(fax);
        return refusal!;
    }
}
