// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Documents.Composing;
using Hermetic.Protocol.T4;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Sites;
using Hermetic.Store;

namespace Hermetic.Server.Features.Sending;

/// <summary>Makes of a document what goes on the line and into every preview alike: its pages under their header lines,
/// behind its cover page. The sender's name and the line's number are what every page has to say (47 CFR
/// 68.318(d)). Name, zone, address and telephone are those of the site at which the line stands; what that does not
/// say, and what goes out from a line at no site, has the practice's.</summary>
internal sealed class FaxComposer(SendingContext context, SealedNumbers numbers, SiteBook sites)
{
    // Our choice: the header line is tried at submission with page numbers of three digits (RenderLimits: 350 pages).
    private const int PagesTried = 999;

    /// <summary>One for whoever has what sending has.</summary>
    public static FaxComposer Of(SendingContext context) => new(
        context, new SealedNumbers(context.Keys, context.Sealer, context.Store, context.Time),
        new SiteBook(context.Keys, context.Store, context.Time));

    /// <summary>A fax of the queue, of which some pages were opened.</summary>
    /// <param name="fax">The fax.</param>
    /// <param name="sending">Its place in the queue, with what its cover page says.</param>
    /// <param name="files">Pages as they are stored, one behind the other; all of one fax.</param>
    /// <param name="first">The number of the first of them, from 1.</param>
    /// <param name="at">When it is sent: the header's time.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The whole fax, of which those pages can be had; a refusal if it can't be put together; neither if a
    /// file is no page of ours.</returns>
    public async Task<(ComposedFax? Fax, Refusal? Refusal)> ComposeAsync(FaxRecord fax, SendingRecord sending,
        IReadOnlyList<byte[]> files, int first, DateTimeOffset at, CancellationToken cancellation)
    {
        Sender sender = await SenderAsync(fax.TenantId, fax.LineId, cancellation).ConfigureAwait(false);
        string to = numbers.OpenRemote(fax);
        CoverText? cover = numbers.OpenCover(sending);
        int covers = cover is null ? 0 : 1;
        // The cover page that is stored is the one that was handed over; what goes out is drawn anew, for the number
        // and the raster that it is sent to.
        List<EncodedPage>? pages = OutboundPages.Of(first > covers ? files : files.Skip(1));
        return pages is null ? (null, null) : Compose(
            new OutboundPages(pages, Math.Max(first - 1 - covers, 0), fax.PagesStored - covers), sender, to, cover, at);
    }

    /// <summary>A document that is in no queue yet.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="line">The line that it would go out from.</param>
    /// <param name="number">The number that would be dialled.</param>
    /// <param name="cover">Its cover page; null for none.</param>
    /// <param name="pages">Its pages, or some of them.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<(ComposedFax? Fax, Refusal? Refusal)> ComposeAsync(Guid tenant, Guid? line, string number,
        CoverText? cover, OutboundPages pages, CancellationToken cancellation) => Compose(
        pages, await SenderAsync(tenant, line, cancellation).ConfigureAwait(false), number, cover,
        context.Time.GetUtcNow());

    /// <summary>Why nothing can be sent like this; null if it can. Asked when a fax is handed over, since once it is
    /// called nobody is there who could change a name.</summary>
    public async Task<Refusal?> CheckAsync(Guid tenant, Guid? line, IEnumerable<string> dialled, CoverText? cover,
        CancellationToken cancellation)
    {
        Sender sender = await SenderAsync(tenant, line, cancellation).ConfigureAwait(false);
        DateTimeOffset at = AtPlace(context.Time.GetUtcNow(), sender);
        foreach (string number in dialled)
        {
            Refusal? refusal = PageHeader.Make(HeaderOf(sender, number, at), PagesTried).Refusal
                ?? (cover is null ? null : CoverPage.Make(SheetOf(cover, sender, number), at, PagesTried).Refusal);
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>The cover page as it is kept with the fax: without the number, which may still be corrected.</summary>
    public async Task<EncodedPage> CoverAsync(Guid tenant, Guid? line, CoverText cover, int pages, PageFormat format,
        CancellationToken cancellation)
    {
        Sender sender = await SenderAsync(tenant, line, cancellation).ConfigureAwait(false);
        (CoverPage? page, Refusal? refusal) = CoverPage.Make(
            SheetOf(cover, sender, ""), AtPlace(context.Time.GetUtcNow(), sender), pages);
        return page?.Draw(format) ?? throw new InvalidOperationException(
            $"a cover page that could be drawn can't be drawn any more: {refusal}");
    }

    private (ComposedFax? Fax, Refusal? Refusal) Compose(OutboundPages pages, Sender sender, string number,
        CoverText? cover, DateTimeOffset at)
    {
        HeaderText header = HeaderOf(sender, number, AtPlace(at, sender));
        return ComposedFax.Compose(pages, header, cover is null ? null : SheetOf(cover, sender, number));
    }

    private DateTimeOffset AtPlace(DateTimeOffset at, Sender sender) =>
        TimeZoneInfo.ConvertTime(at, sender.Zone ?? context.Time.LocalTimeZone);

    private static HeaderText HeaderOf(Sender sender, string number, DateTimeOffset at) =>
        new() { At = at, From = sender.Name, FromNumber = sender.Number, To = number };

    private static CoverSheet SheetOf(CoverText cover, Sender sender, string number) => new()
    {
        Template = new CoverTemplate
        {
            Practice = sender.Name,
            Address = sender.Address,
            Phone = cover.Phone.Length > 0 ? cover.Phone : sender.Phone,
            Fax = sender.Number,
        },
        To = cover.To,
        ToNumber = number,
        From = cover.From,
        Subject = cover.Subject,
        Notes = cover.Message,
    };

    private async Task<Sender> SenderAsync(Guid tenant, Guid? line, CancellationToken cancellation)
    {
        SiteEntry? site = line is not { } id ? null
            : await sites.OfLineAsync(tenant, id, cancellation).ConfigureAwait(false);
        string number = await numbers.OpenLineAsync(tenant, line, cancellation).ConfigureAwait(false);
        return new Sender(
            site is { SenderName.Length: > 0 } ? site.SenderName
                : await numbers.OpenPracticeAsync(tenant, cancellation).ConfigureAwait(false),
            number,
            IanaZone.Find(site?.TimeZone) ?? context.ZoneOf(tenant),
            site?.Address ?? [],
            site is { Phone.Length: > 0 } ? site.Phone : number);
    }

    private sealed record Sender(
        string Name, string Number, TimeZoneInfo? Zone, IReadOnlyList<string> Address, string Phone)
    {
        public override string ToString() => "a sender";
    }
}
