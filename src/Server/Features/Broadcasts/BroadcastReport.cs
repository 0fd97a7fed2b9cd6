// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Sending;
using Hermetic.Store;

namespace Hermetic.Server.Features.Broadcasts;

/// <summary>The one report of a broadcast. It shows numbers, so it is one disclosure that names every fax in it, in the
/// ledger before anything is opened (P3).</summary>
internal static class BroadcastReport
{
    private const int FaxesAtOnce = 500; // our choice: a few hundred kilobytes

    /// <summary>What became of each fax of a broadcast that has ended.</summary>
    public static async Task<IReadOnlyList<BroadcastReportLine>> OpenAsync(
        FaxReader reader, Outbox outbox, Caller caller, EntryReason why, BroadcastRecord broadcast,
        CancellationToken cancellation)
    {
        List<OutboxFax> faxes = [];
        Guid? after = null;
        IReadOnlyList<OutboxFax> some;
        do
        {
            some = await outbox.ListAsync(
                new SendingList(broadcast.TenantId, FaxesAtOnce, broadcast.BroadcastId, after), cancellation)
                .ConfigureAwait(false);
            faxes.AddRange(some);
            after = some.Count > 0 ? some[^1].Fax.FaxId : after;
        }
        while (some.Count == FaxesAtOnce);
        IReadOnlyList<ShownFax> shown = await reader.ShowAsync(
            caller.Actor, why, broadcast.TenantId, [.. faxes.Select(fax => fax.Fax)], cancellation)
            .ConfigureAwait(false);
        return [.. faxes.Zip(shown, (fax, seen) => BroadcastReportLine.Of(fax, seen.RemoteNumber))];
    }

    /// <summary>The same as a table (RFC 4180). Numbers, times and words of ours are in it, and no text of
    /// anybody else: nothing that a spreadsheet would run as a formula.</summary>
    public static byte[] ToCsv(IReadOnlyList<BroadcastReportLine> faxes)
    {
        StringBuilder table = new("id,number,state,cause,words,attempts,pages,pagesConfirmed,endedAt\r\n");
        foreach (BroadcastReportLine fax in faxes)
        {
            table.Append(CultureInfo.InvariantCulture,
                $"{fax.Id},{Quoted(fax.Number)},{fax.State},{fax.Cause},{Quoted(fax.Words)},{fax.Attempts},")
                .Append(CultureInfo.InvariantCulture,
                    $"{fax.Pages},{fax.PagesConfirmed},{fax.EndedAt?.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\r\n");
        }

        return Encoding.UTF8.GetBytes(table.ToString());
    }

    private static string Quoted(string? text) =>
        $"\"{text?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
