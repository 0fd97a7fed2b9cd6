// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Rendering;

/// <summary>
/// Tells from poppler's complaints whether something of a page was lost. pdftoppm ends well and draws what it can, up
/// to an empty page, when a font, an image or an object is broken; a prescription without its dose must not go out.
/// </summary>
/// <remarks>Repairs (a wrong cross-reference table, a wrong stream length) lose nothing and pass. The complaints are
/// matched by these fixed words and never shown: they can quote the page.</remarks>
internal static class PdfTrouble
{
    private static readonly (string Complaint, string Reason)[] Losses =
    [
        ("Unknown font tag", "it names a font that the file does not hold"),
        ("No font in show", "it has text without a usable font"),
        ("Couldn't create a font", "a font in it can't be loaded"),
        ("Couldn't find a font", "a font in it is neither embedded nor installed"),
        ("Unknown operator", "its content is damaged"),
        ("Unterminated string", "its content is damaged"),
        ("End of file inside", "its content is damaged"),
        ("Weird page contents", "its content is damaged"),
        ("Bad dictionary", "its content is damaged"),
        ("is unknown", "it uses an object that the file does not hold"),
        ("Unsupported XObject", "it holds an object of an unknown kind"),
        ("Unknown filter", "an object in it is coded in an unknown way"),
        ("Unknown stream filter", "an object in it is coded in an unknown way"),
        ("flate stream", "an object in it is cut or damaged"),
        ("DCT", "a JPEG image in it is damaged"),
        ("JPX", "a JPEG 2000 image in it is damaged"),
        ("JBIG2", "a JBIG2 image in it is damaged"),
        ("two dim code", "a fax-coded image in it is damaged"),
        ("CCITTFax", "a fax-coded image in it is damaged"),
        ("Bad image parameters", "an image in it is damaged"),
        ("Invalid image", "an image in it is damaged"),
        ("Bad color space", "it uses a colour space that can't be read"),
        ("Failed to load page", "the page can't be found in the file"),
        ("Page count in top-level", "the file's page tree is damaged"),
    ];

    /// <summary>The refusal that these complaints call for; null when nothing was lost.</summary>
    public static Refusal? Lost(string complaints)
    {
        foreach (string line in complaints.Split('\n'))
        {
            if (!line.Contains("Error", StringComparison.Ordinal))
            {
                continue;
            }

            foreach ((string complaint, string reason) in Losses)
            {
                if (line.Contains(complaint, StringComparison.OrdinalIgnoreCase))
                {
                    return new(RefusalCode.NotRendered, reason);
                }
            }
        }

        return null;
    }
}
