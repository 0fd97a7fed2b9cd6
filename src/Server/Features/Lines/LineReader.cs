// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Tenants;
using Hermetic.Server.Http;
using Hermetic.Store;

namespace Hermetic.Server.Features.Lines;

/// <summary>The numbers on which a practice takes faxes. They are the practice's own, and nothing of a fax: opening
/// them is no disclosure.</summary>
internal sealed class LineReader(TenantBook book, FaxStore store)
{
    /// <summary>The lines of a tenant that may be seen, by id.</summary>
    public async Task<IReadOnlyList<LineView>> ListAsync(
        Guid tenant, Func<Guid?, bool> maySee, CancellationToken cancellation)
    {
        List<LineRecord> lines = await store.Tenants.ListLinesAsync(tenant, cancellation).ConfigureAwait(false);
        Func<LineRecord, Guid> inboxOf = await book.InboxesAsync(tenant, cancellation).ConfigureAwait(false);
        return
        [
            .. lines.Where(line => maySee(line.LineId)).Select(line => new LineView(
                line.LineId, book.NumberOf(line), book.NameOf(line), EnumWord.Of(line.State), inboxOf(line),
                line.SiteId, line.CreatedAt)),
        ];
    }

    /// <summary>A line of a tenant; null if it has none such.</summary>
    public async Task<LineRecord?> FindAsync(Guid tenant, Guid line, CancellationToken cancellation) =>
        (await store.Tenants.ListLinesAsync(tenant, cancellation).ConfigureAwait(false))
            .FirstOrDefault(one => one.LineId == line);
}
